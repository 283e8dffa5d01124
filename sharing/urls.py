"""Addresses of sharing (pages §2.5). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.views import ledger, left, lists, person

app_name = "sharing"

urlpatterns = [
    path("sharing/", ledger.Now.as_view(), name="now"),
    path("sharing/lists/", lists.Lists.as_view(), name="lists"),
    path("sharing/lists/<ref:list>/", lists.ShowList.as_view(), name="list"),
    path("sharing/lists/<ref:list>/release/", lists.Release.as_view(), name="release"),
    path("sharing/lists/<ref:list>/withdraw/", lists.Withdraw.as_view(), name="withdraw"),
    path("sharing/ledger/", ledger.Ledger.as_view(), name="ledger"),
    path("sharing/ledger/export/", left.Export.as_view(), name="export"),
    path("sharing/ledger/files/", left.LeftFiles.as_view(), name="left"),
    path("sharing/ledger/files/export/", left.ExportFiles.as_view(), name="export-files"),
    path("sharing/ledger/<ref:ref>/", ledger.ShowDisclosure.as_view(), name="disclosure"),
    path("sharing/ledger/<ref:ref>/recall/", ledger.Recall.as_view(), name="recall"),
    path("people/<ref:ref>/sharing/", person.PersonSharing.as_view(), name="person"),
]
