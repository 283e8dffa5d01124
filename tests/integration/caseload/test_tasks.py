"""Work about young people: opened as a set, taken, done, opened again (DWP-01, LDOR-04)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from caseload.actions import departures, tasks
from caseload.actions.tasks import Wanted, open_tasks
from caseload.models import RestrictionLevel, Task
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import ChangeFactory, NameFactory, TaskFactory, YoungPersonFactory
from tests.factories.files import NOW

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 11)
LIST = "/tasks/"


def verbs(person):
    return list(
        TrailEntry.objects.filter(subject_id=person.pk)
        .order_by("id")
        .values_list("verb", flat=True)
    )


def named(given="Leila", **values):
    person = YoungPersonFactory(**values)
    NameFactory(person=person, given=given, family="Farouk")
    return person


def test_what_is_open_already_is_not_opened_twice():
    person, change = YoungPersonFactory(), ChangeFactory()
    wanted = Wanted(person.pk, "Contact them", DUE, source_row=4)

    assert open_tasks([wanted, wanted], change=change) == 1
    assert open_tasks([wanted], change=change) == 0
    assert open_tasks([Wanted(person.pk, "Put the date right", DUE)], change=change) == 1

    first = Task.objects.get(what="Contact them")
    assert (first.person, first.opened, first.source_row, first.owner) == (person, change, 4, None)
    assert verbs(person) == ["task opened", "task opened"]

    tasks.done(task=first, by=UserFactory(), at=NOW)
    assert open_tasks([wanted], change=change) == 1


def test_done_says_by_whom_and_when():
    task = TaskFactory()
    with pytest.raises(IntegrityError, match="task_done_says"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state="done")

    task = tasks.done(task=task, by=(user := UserFactory()), at=NOW)

    assert (task.state, task.done_by, task.done_at) == ("done", user, NOW)


def test_a_task_is_taken_done_and_opened_again_in_the_browser(client):
    user = member(Role.TRACKING_OFFICER, authority=AuthorityFactory())
    person = named()
    task = TaskFactory(person=person)
    client.force_login(user)

    nobody = client.get(LIST).content.decode()
    assert "You have no tasks to do." in nobody
    assert "1 is for anyone to take" in nobody

    shown = client.post(
        reverse("caseload:task-take", args=[task.ref]), {"show": "nobodys"}, follow=True
    ).content.decode()
    assert "The task is yours" in shown
    assert "Every task has someone to do it." in shown
    assert "Farouk, Leila" in client.get(LIST).content.decode()

    story = reverse("caseload:person", args=[person.ref])
    assert "1 task to do, due 11 Nov 2026" in client.get(story).content.decode()
    shown = client.post(reverse("caseload:task-done", args=[task.ref]), follow=True)
    assert shown.redirect_chain[-1][0] == story
    assert "Task done" in shown.content.decode()
    assert "Work to do" not in shown.content.decode()

    assert user.name in client.get(f"{LIST}?show=done").content.decode()
    client.post(reverse("caseload:task-again", args=[task.ref]), {"show": "done"})
    task.refresh_from_db()
    assert (task.state, task.owner, task.done_by) == ("to-do", user, None)
    assert [v for v in verbs(person) if v.startswith("task")] == [
        "task taken",
        "task done",
        "task opened again",
    ]


def test_what_another_has_taken_stays_theirs_and_nothing_hidden_is_listed(client):
    here = AuthorityFactory()
    user = member(Role.TRACKING_OFFICER, authority=here)
    task = TaskFactory(person=named("Taken"), owner=UserFactory())
    hidden = TaskFactory(person=named("Hidden", restriction_level=RestrictionLevel.HIGH_PROFILE))
    elsewhere = TaskFactory(person=named("Elsewhere", lead_authority=AuthorityFactory(code=BARNET)))
    client.force_login(user)

    shown = client.post(
        reverse("caseload:task-take", args=[task.ref]), {"show": "all"}, follow=True
    ).content.decode()

    assert "Someone else has taken this task" in shown
    assert "Taken" in shown
    assert "Hidden" not in shown
    assert "Elsewhere" not in shown
    for other in (hidden, elsewhere):
        address = reverse("caseload:task-done", args=[other.ref])
        assert client.post(address).status_code == 404


def test_those_who_only_read_have_no_button(client):
    task = TaskFactory(person=named())
    client.force_login(member(Role.READ_ONLY, authority=task.person.lead_authority))

    story = client.get(reverse("caseload:person", args=[task.person.ref])).content.decode()

    assert "Work to do" in story
    assert "Done<span" not in story
    assert client.get(LIST).status_code == 403
    assert client.post(reverse("caseload:task-done", args=[task.ref])).status_code == 403


def test_a_death_leaves_nothing_to_do():
    person, other, by = YoungPersonFactory(), YoungPersonFactory(), UserFactory()
    for one in (person, other):
        TaskFactory(person=one)

    departures.record(person=person, kind="D", on=DUE, by=by, at=NOW + timedelta(days=9))

    assert [task.person for task in Task.objects.still_open()] == [other]
    assert Task.objects.get(person=person).done_by == by
    assert "task stopped by a death" in verbs(person)
