"""Addresses of the portal's own pages (pages §2.6)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from providers.portal import views

app_name = "portal"
urlpatterns = [
    path("portal/", views.Home.as_view(), name="home"),
    path("portal/acting-for/", views.ActFor.as_view(), name="act-for"),
]
