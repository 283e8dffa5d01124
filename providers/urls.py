"""Addresses of the directory (pages §2.9)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from providers import views

app_name = "providers"
urlpatterns = [
    path("settings/providers/", views.Providers.as_view(), name="providers"),
    path("settings/providers/new/", views.AddProvider.as_view(), name="add"),
    path("settings/providers/<ref:ref>/", views.ShowProvider.as_view(), name="provider"),
    path("settings/providers/<ref:ref>/change/", views.ChangeProvider.as_view(), name="change"),
    path("settings/providers/<ref:ref>/close/", views.CloseProvider.as_view(), name="close"),
    path(
        "settings/providers/<ref:ref>/open-again/",
        views.OpenProviderAgain.as_view(),
        name="open-again",
    ),
]
