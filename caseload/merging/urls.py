"""Addresses of people held twice (pages §2.3). Nothing personal stands in any."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.merging import views

app_name = "merging"

urlpatterns = [
    path("duplicates/", views.Duplicates.as_view(), name="duplicates"),
    path("duplicates/<ref:ref>/", views.Compare.as_view(), name="duplicate"),
    path("duplicates/<ref:ref>/not-the-same/", views.NotTheSame.as_view(), name="not-the-same"),
    path("merges/<ref:ref>/", views.MergeTwo.as_view(), name="merge"),
    path("merges/<ref:ref>/undo/", views.UndoMerge.as_view(), name="undo"),
    path("people/<ref:ref>/merge/", views.NameOther.as_view(), name="name"),
]
