"""Addresses of strands and triage (pages §2.5). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.triage.views import strands, triage

app_name = "triage"

urlpatterns = [
    path("sharing/strands/", strands.Strands.as_view(), name="strands"),
    path("sharing/strands/new/", strands.NewStrand.as_view(), name="strand-new"),
    path("sharing/strands/<ref:strand>/", strands.ShowStrand.as_view(), name="strand"),
    path("sharing/strands/<ref:strand>/row/", strands.AddRow.as_view(), name="strand-row"),
    path("sharing/strands/<ref:strand>/remove/", strands.RemoveRow.as_view(), name="strand-remove"),
    path("sharing/strands/<ref:strand>/use/", strands.Use.as_view(), name="strand-use"),
    path("sharing/strands/<ref:strand>/stop/", strands.Stop.as_view(), name="strand-stop"),
    path("sharing/triage/", triage.Triage.as_view(), name="triage"),
    path("sharing/triage/decide/", triage.Decide.as_view(), name="decide"),
    path("sharing/triage/prepare/", triage.Prepare.as_view(), name="prepare"),
    path("sharing/triage/<ref:ref>/", triage.Why.as_view(), name="why"),
]
