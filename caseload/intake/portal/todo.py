"""What there is to do for an organisation that sends files, for the portal's home."""

from datetime import datetime, timedelta

from django.urls import reverse

from caseload.intake.expecting import end_of_turn, next_due
from caseload.intake.portal.queries import (
    asked_kinds,
    files_of,
    found_wrong,
    questions_of,
    source_of,
)
from caseload.intake.portal.reviewing import to_review
from caseload.intake.portal.rules import Standing, standing_of, term_on
from caseload.intake.presenters.files import kind_label
from caseload.intake.rules import FileState, Outcome
from caseload.intake.scorecards import FILES, expectation_of, scorecards
from caseload.intake.source_models import Source
from ccis.access.checks import holds
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from ccis.govuk.words import plural
from providers.portal.models import Seat
from providers.portal.todo import Coming, ToDo

MENDED_WITHIN = timedelta(days=90)
"""An older file with rows to mend is no work any more: its original is gone."""


def find(seat: Seat, at: datetime) -> list[ToDo]:
    """Files that are owed or to mend, questions, what proved wrong, the at-risk review."""
    source = _source_of(seat)
    if source is None:
        return []
    return [
        *_owed(source, at),
        *_to_mend(source, at),
        *_questions(source),
        *_wrong(source),
        *_review(source, at),
    ]


def coming(seat: Seat, at: datetime) -> Coming | None:
    """The file of the first week or month to come in which one is due; the present one is here."""
    source = _source_of(seat)
    expected = expectation_of(source) if source is not None else None
    if expected is None or not asked_kinds(source):
        return None
    due = next_due(expected, after=end_of_turn(expected, local_date(at)))
    return Coming("your file", due) if due is not None else None


def _source_of(seat: Seat) -> Source | None:
    """The source that a seat's organisation is, where the seat may send for it."""
    may = seat.gives(Permission.SEND_OWN_FILES) and holds(
        seat.user, Permission.SEND_OWN_FILES, seat.authority
    )
    return source_of(seat.authority, seat.provider) if may else None


def _owed(source: Source, at: datetime) -> list[ToDo]:
    if not asked_kinds(source):
        return []
    (card,) = scorecards(source.authority, [source], today=local_date(at), months=2)
    due = card.owed.get(FILES)
    return [ToDo("Send your file", reverse("schools:send"), due)] if due is not None else []


def _to_mend(source: Source, at: datetime) -> list[ToDo]:
    newest = files_of(source).order_by("kind", "-received_at", "-pk").distinct("kind")
    found = []
    for file in newest:
        standing = standing_of(FileState(file.state), file.counts)
        if file.received_at < at - MENDED_WITHIN:
            continue
        wrong = int(file.counts.get(Outcome.CANNOT_READ, 0))
        if standing == Standing.REFUSED:
            title = f"Send it again: {kind_label(file)}"
        elif standing == Standing.MEND:
            title = f"Mend {plural(wrong, 'row')}: {kind_label(file)}"
        else:
            continue
        href = reverse("schools:file", args=[file.ref])
        found.append(ToDo(title, href, None, f"Reference {show_reference(file.ref)}"))
    return found


def _questions(source: Source) -> list[ToDo]:
    count = questions_of(source).count()
    if not count:
        return []
    return [ToDo(f"Answer {plural(count, 'question')}", reverse("schools:questions"), None)]


def _wrong(source: Source) -> list[ToDo]:
    """What proved wrong, until a file that may put it right has come."""
    last = files_of(source).exclude(state=FileState.REFUSED).first()
    found = [
        one
        for one in found_wrong(source)
        if last is None or (one.told_at is not None and one.told_at > last.received_at)
    ]
    if not found:
        return []
    title = f"Put right {plural(len(found), 'thing')} that proved wrong"
    return [ToDo(title, reverse("schools:wrong"), None)]


def _review(source: Source, at: datetime) -> list[ToDo]:
    today = local_date(at)
    term = term_on(today, policy_of(source.authority))
    pupils = to_review(source, term, on=today)
    if not pupils:
        return []
    return [
        ToDo(
            "Review who may be at risk",
            reverse("schools:at-risk", args=[term.slug]),
            term.due,
            plural(len(pupils), "pupil"),
        )
    ]
