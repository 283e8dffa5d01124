"""Addresses of the settings (pages §2.9)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from ccis.authorities import views

app_name = "authorities"
urlpatterns = [
    path("settings/", views.Settings.as_view(), name="settings"),
    path("settings/authorities/", views.Authorities.as_view(), name="authorities"),
    path("settings/authorities/units/", views.SubRegions.as_view(), name="sub-regions"),
    path("settings/authorities/units/new/", views.EditSubRegion.as_view(), name="sub-region-new"),
    path(
        "settings/authorities/units/<ref:ref>/",
        views.EditSubRegion.as_view(),
        name="sub-region",
    ),
    path("settings/policy/", views.ShowPolicy.as_view(), name="policy"),
    path("settings/policy/change/", views.ChangePolicy.as_view(), name="policy-change"),
]
