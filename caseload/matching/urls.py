"""Addresses of matching (pages §2.3). Nothing personal stands in any."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.matching.views import queue

app_name = "matching"

ROW = "matches/<ref:ref>/<int:number>/"

urlpatterns = [
    path("matches/", queue.Queue.as_view(), name="queue"),
    path("matches/<ref:ref>/", queue.FirstOfFile.as_view(), name="first"),
    path(ROW, queue.ShowMatch.as_view(), name="match"),
    path(f"{ROW}answer/", queue.GiveAnswer.as_view(), name="answer"),
    path(f"{ROW}undo/", queue.UndoAnswer.as_view(), name="undo"),
]
