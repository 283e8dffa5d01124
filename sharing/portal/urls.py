"""Addresses of the provider's list (pages §2.6). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.portal import answering, views

app_name = "mylist"

ONE = "portal/list/<ref:row>/"

urlpatterns = [
    path("portal/list/", views.MyList.as_view(), name="list"),
    path(ONE, views.Person.as_view(), name="person"),
    path(f"{ONE}attempts/", views.LogAttempt.as_view(), name="attempts"),
    path(f"{ONE}attempts/<ref:attempt>/undo/", views.UndoAttempt.as_view(), name="undo"),
    path(f"{ONE}outcome/", answering.Outcome.as_view(), name="outcome"),
    path(f"{ONE}outcome/<slug:outcome>/", answering.OutcomeDetails.as_view(), name="details"),
]
