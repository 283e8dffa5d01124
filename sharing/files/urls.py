"""Addresses of secure files (pages §2.5)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.files import views

app_name = "securefiles"

LIST = "sharing/lists/<ref:ref>/files/"

urlpatterns = [
    path(LIST, views.Files.as_view(), name="files"),
    path(f"{LIST}new/", views.Ask.as_view(), name="ask"),
    path(f"{LIST}<ref:file>/", views.ShowFile.as_view(), name="file"),
    path(f"{LIST}<ref:file>/carry-on/", views.CarryOn.as_view(), name="carry-on"),
    path(f"{LIST}<ref:file>/destroy/", views.Destroy.as_view(), name="destroy"),
    path(f"{LIST}<ref:file>/passphrase/", views.Tell.as_view(), name="tell"),
    path("portal/list/files/", views.MyFiles.as_view(), name="my-files"),
    path("portal/list/files/new/<ref:ref>/", views.MakeMine.as_view(), name="make-mine"),
    path("portal/list/files/<ref:file>/", views.MyFile.as_view(), name="mine"),
    path("portal/list/files/<ref:file>/download/", views.Download.as_view(), name="download"),
    path("portal/list/files/<ref:file>/passphrase/", views.TellMe.as_view(), name="tell-me"),
]
