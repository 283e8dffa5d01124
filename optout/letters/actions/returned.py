"""Post that came back: it gave no notice, its address is not used, and somebody is to find out
where they live now (USE-06). A mistake is taken back whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from caseload.actions import tasks
from caseload.models import Task
from ccis.access.references import read_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout.errors import CannotDo
from optout.letters.models import Letter
from optout.letters.queries import days_after
from optout.letters.signals import post_not_returned, post_returned
from optout.models.codes import digest_of
from optout.rules import read_code

PERSON = "caseload.youngperson"

FIND_OUT = "Post came back: find out where they live now"
WORKING_DAYS = 10
"""Working days to find out in."""


@transaction.atomic
def mark_returned(letter: Letter, *, on: date, why: str, by: User, at: datetime) -> None:
    """Record that a letter came back, and open the work that follows.

    Raises ``CannotDo`` when it was not posted, came back already, or for a day out of order.
    """
    (held,) = _held([letter.pk])
    problem = _problem(held, on=on, at=at)
    if problem:
        day_is_wrong = held.posted_on is not None and held.returned_on is None
        raise CannotDo(problem, field="on" if day_is_wrong else "")
    _record([held], on=on, why=why, by=by, at=at)


@dataclass(frozen=True)
class Answer:
    """What became of one line of a list: its letter, or what stands in its way."""

    line: str
    letter: Letter | None = None
    problem: str = ""


@transaction.atomic
def mark_many_returned(
    lines: Sequence[str], *, authority: Authority, on: date, why: str, by: User, at: datetime
) -> list[Answer]:
    """Record the letters of an authority that came back, by references or codes, one a line.

    Every line has an answer, in their order: one that cannot be used stops no other, and what was
    recorded before is said and left alone.
    """
    typed = [line.strip() for line in lines if line.strip()]
    by_line = _letters_called(typed, authority=authority, by=by)
    held = {letter.pk: letter for letter in _held(sorted(set(by_line.values())))}
    answers, new = [], {}
    for line in typed:
        letter = held.get(by_line.get(line, 0))
        if letter is None:
            answers.append(Answer(line, problem="We know no letter by this"))
        elif letter.pk in new:
            answers.append(Answer(line, letter, "This letter is in your list twice"))
        else:
            problem = _problem(letter, on=on, at=at)
            answers.append(Answer(line, letter, problem))
            if not problem:
                new[letter.pk] = letter
    if new:
        _record(list(new.values()), on=on, why=why, by=by, at=at)
    return answers


@transaction.atomic
def undo_returned(letter: Letter, *, by: User, at: datetime) -> None:
    """Take back that a letter came back: its notice counts again, and the work it made is done.

    Raises ``CannotDo`` when nothing says that it came back.
    """
    (held,) = _held([letter.pk])
    if held.returned_on is None:
        raise CannotDo("This letter is not recorded as returned")
    held.returned_on, held.returned_by, held.returned_why = None, None, ""
    held.save(update_fields=["returned_on", "returned_by", "returned_why"])
    trail.record(
        "letter did not come back",
        by=by,
        at=at,
        authority=held.batch.authority,
        subject=held.person,
        batch=held.batch.ref,
    )
    others = Letter.objects.filter(person=held.person_id, returned_on__isnull=False)
    if not others.exists():
        for task in Task.objects.still_open().filter(person=held.person_id, what=FIND_OUT):
            tasks.done(task=task, by=by, at=at)
    post_not_returned.send(sender=Letter, people=frozenset({held.person_id}))


def _letters_called(typed: Sequence[str], *, authority: Authority, by: User) -> dict[str, int]:
    """Letters that a user may see, by what was typed of each: its reference, or its code."""
    ours = Letter.objects.visible_to(by).filter(batch__authority=authority)
    references = {line: read_reference(_without_word(line)) for line in typed}
    digests = {line: digest_of(read_code(line)) for line in typed}
    named = ours.filter(ref__in=[one for one in references.values() if one])
    by_reference = dict(named.values_list("ref", "pk"))
    by_code = dict(ours.filter(code__digest__in=digests.values()).values_list("code__digest", "pk"))
    found = {}
    for line in typed:
        letter = by_reference.get(references[line] or "") or by_code.get(digests[line])
        if letter:
            found[line] = letter
    return found


def _without_word(line: str) -> str:
    """A reference as the window shows it begins with a word of its own."""
    return line[3:].lstrip(" .:") if line[:3].casefold() == "ref" else line


def _held(ids: Sequence[int]) -> list[Letter]:
    letters = Letter.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    return list(letters.select_related("batch__authority", "person__lead_authority").order_by("pk"))


def _problem(letter: Letter, *, on: date, at: datetime) -> str:
    posted_on = letter.posted_on
    if posted_on is None:
        return "This letter was not posted"
    if letter.returned_on is not None:
        return "This letter is recorded as returned already"
    if not posted_on <= on <= local_date(at):
        return "The day must lie between the day of posting and today"
    return ""


def _record(letters: list[Letter], *, on: date, why: str, by: User, at: datetime) -> None:
    """Mark letters as returned as one set, each with its line, and open a task for each person."""
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        returned_on=on, returned_by=by, returned_why=why
    )
    due_on = days_after(local_date(at), WORKING_DAYS)
    for keeper in {letter.person.lead_authority for letter in letters}:
        theirs = [one for one in letters if one.person.lead_authority == keeper]
        people = sorted({one.person_id for one in theirs})
        trail.record_many(
            "letter came back", people, kind=PERSON, by=by, at=at, authority=keeper,
            letters=len(theirs),
        )  # fmt: skip
        tasks.open_tasks(
            (tasks.Wanted(person, FIND_OUT, due_on) for person in people),
            change=open_change(authority=keeper, by=by, why="post came back", at=at),
        )
    whose = frozenset(one.person_id for one in letters)
    post_returned.send(sender=Letter, people=whose, by=by, at=at)
