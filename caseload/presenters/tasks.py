"""Tasks as rows: by when, about whom, what, why, and what may be done with them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from caseload.dropouts.work import FileToDo
from caseload.intake.rules import FileState
from caseload.models import Task
from caseload.presenters import facts
from ccis.accounts.models import User
from ccis.calendar.words import local_date, short_date
from ccis.govuk.words import plural

GREY, YELLOW = "grey", "yellow"


def row(task: Task, user: User, on: date, *, name: str = "") -> dict[str, Any]:
    """One task as the table and the person's own page draw it."""
    is_open = task.state == Task.State.TO_DO
    owner = task.owner.name if task.owner else ""
    return {
        "name": name,
        "href": reverse("caseload:person", args=[task.person.ref]),
        "what": task.what,
        "why": why(task),
        "due": short_date(task.due_on),
        "clock": clock(task.due_on, on) if is_open else None,
        "owner": "You" if task.owner_id == user.pk else owner or "Nobody yet",
        "done": done_words(task),
        "take_at": reverse("caseload:task-take", args=[task.ref])
        if is_open and task.owner_id is None
        else "",
        "done_at": reverse("caseload:task-done", args=[task.ref]) if is_open else "",
        "again_at": "" if is_open else reverse("caseload:task-again", args=[task.ref]),
    }


def file_row(one: FileToDo, user: User, on: date) -> dict[str, Any]:
    """A file that stopped, or with rows that wait for a person, as a line above the table."""
    what = f"{plural(one.rows, 'row')} of drop-outs to look at"
    if one.file.state == FileState.STOPPED:
        what = "drop-outs that stopped, safe to carry on"
    return {
        "href": reverse("intake:file", args=[one.file.ref]),
        "words": f"{one.file.sender}, {what}",
        "due": short_date(one.due_on),
        "clock": clock(one.due_on, on),
        "owner": "you" if one.owner == user else one.owner.name if one.owner else "nobody yet",
    }


def why(task: Task) -> str:
    """Where it came from: the file and row, or the officer, and when."""
    whence = facts.source(task.opened, task.source_row) or f"by {facts.who(task.opened)}"
    return f"{whence[:1].upper()}{whence[1:]}, {short_date(local_date(task.opened.at))}"


def clock(due_on: date, on: date) -> dict[str, str] | None:
    """How what is not done stands to its day; nothing while there is time."""
    if due_on < on:
        late = plural((on - due_on).days, "day")
        return {"text": f"Late by {late}", "colour": YELLOW}
    if due_on == on:
        return {"text": "Due today", "colour": YELLOW}
    return None


def done_words(task: Task) -> str:
    """Who did it and when; nothing while it is open."""
    if task.done_by is None or task.done_at is None:
        return ""
    return f"{task.done_by.name}, {short_date(local_date(task.done_at))}"


def tag(tasks: Sequence[Task], on: date) -> dict[str, str] | None:
    """What the strip at the head of a person's pages says of the work to do; nothing for none."""
    if not tasks:
        return None
    first = min(task.due_on for task in tasks)
    words = f"{plural(len(tasks), 'task')} to do, due {short_date(first)}"
    return {"text": words, "colour": YELLOW if first < on else GREY}
