"""Addresses of matching (pages §2.3). Nothing personal stands in any."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.matching.views import model, queue

app_name = "matching"

VERSION = "matches/model/<slug:kind>/<int:version>/"
ROW = "matches/<ref:ref>/<int:number>/"

urlpatterns = [
    path("matches/", queue.Queue.as_view(), name="queue"),
    path("matches/model/", model.HowItDecides.as_view(), name="model"),
    path("matches/model/<slug:kind>/", model.HowItDecides.as_view(), name="model-of"),
    path(f"{VERSION}try/", model.TryVersion.as_view(), name="model-try"),
    path(f"{VERSION}use/", model.UseVersion.as_view(), name="model-use"),
    path("matches/<ref:ref>/", queue.FirstOfFile.as_view(), name="first"),
    path(ROW, queue.ShowMatch.as_view(), name="match"),
    path(f"{ROW}answer/", queue.GiveAnswer.as_view(), name="answer"),
    path(f"{ROW}undo/", queue.UndoAnswer.as_view(), name="undo"),
]
