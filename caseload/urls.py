"""Addresses of the record (pages §2). Nothing personal stands in any of them."""

from django.urls import URLPattern, path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.forms.parts import ACTIVITIES, PARTS, Part
from caseload.views import activities, facts
from caseload.views.history import History
from caseload.views.household import Household
from caseload.views.leaving import Death, Move
from caseload.views.looks import WhoLooked
from caseload.views.new_person import CheckPerson, NearPeople, NewPerson, NewPersonDetails
from caseload.views.people import PeopleList
from caseload.views.search import Search, SearchResults
from caseload.views.sections import Details, Education
from caseload.views.story import Story
from caseload.views.tasks import DoneTask, OpenTaskAgain, TakeTask, TaskList
from caseload.views.wrong import TellSender

app_name = "caseload"


def part_urls(part: Part) -> list[URLPattern]:
    """The pages of one part of a record. The number is a version's place, from 1."""
    at = f"people/<ref:ref>/{part.section}/{part.slug}/"
    one = f"{at}<int:place>/"
    which = {"part": part}
    return [
        path(at, facts.ShowPart.as_view(), which, name=part.slug),
        path(f"{at}new/", facts.AddFact.as_view(), which, name=f"{part.slug}-new"),
        path(f"{one}correct/", facts.CorrectFact.as_view(), which, name=f"{part.slug}-correct"),
        path(f"{one}end/", facts.EndFact.as_view(), which, name=f"{part.slug}-end"),
        path(f"{one}take-out/", facts.TakeOutFact.as_view(), which, name=f"{part.slug}-take-out"),
        path(f"{one}wrong/", TellSender.as_view(), which, name=f"{part.slug}-wrong"),
    ]


def activity_urls() -> list[URLPattern]:
    """The pages of activities."""
    at, which = "people/<ref:ref>/activities/", {"part": ACTIVITIES}
    one = f"{at}<int:place>/"
    return [
        path(at, activities.ShowActivities.as_view(), name="activities"),
        path(f"{at}new/", activities.RecordActivity.as_view(), which, name="activity-new"),
        path(
            f"{one}correct/",
            activities.CorrectActivity.as_view(),
            which,
            name="activities-correct",
        ),
        path(
            f"{one}confirm/",
            activities.ConfirmActivity.as_view(),
            which,
            name="activities-confirm",
        ),
        path(f"{one}end/", activities.EndActivity.as_view(), which, name="activities-end"),
        path(f"{one}take-out/", facts.TakeOutFact.as_view(), which, name="activities-take-out"),
        path(f"{one}wrong/", TellSender.as_view(), which, name="activities-wrong"),
    ]


urlpatterns = [
    path("tasks/", TaskList.as_view(), name="tasks"),
    path("tasks/<ref:task>/take/", TakeTask.as_view(), name="task-take"),
    path("tasks/<ref:task>/done/", DoneTask.as_view(), name="task-done"),
    path("tasks/<ref:task>/again/", OpenTaskAgain.as_view(), name="task-again"),
    path("search/", Search.as_view(), name="search"),
    path("search/<str:key>/", SearchResults.as_view(), name="search-results"),
    path("people/", PeopleList.as_view(), name="people"),
    path("people/new/", NewPerson.as_view(), name="person-new"),
    path("people/new/near/", NearPeople.as_view(), name="person-new-near"),
    path("people/new/details/", NewPersonDetails.as_view(), name="person-new-details"),
    path("people/new/check/", CheckPerson.as_view(), name="person-new-check"),
    path("people/<ref:ref>/", Story.as_view(), name="person"),
    path("people/<ref:ref>/details/", Details.as_view(), name="details"),
    path("people/<ref:ref>/education/", Education.as_view(), name="education"),
    path("people/<ref:ref>/household/", Household.as_view(), name="household"),
    path("people/<ref:ref>/move/", Move.as_view(), name="move"),
    path("people/<ref:ref>/death/", Death.as_view(), name="death"),
    path("people/<ref:ref>/history/", History.as_view(), name="history"),
    path("people/<ref:ref>/history/who-looked/", WhoLooked.as_view(), name="who-looked"),
    *activity_urls(),
    *(pattern for part in PARTS for pattern in part_urls(part)),
]
