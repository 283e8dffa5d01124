"""Writing strands, deciding who goes where, and making drafts of lists of it (LC-07, LC-15)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from caseload.intake.taking import NOT_COVERED
from caseload.policies import actions as policies
from caseload.policies.rules import CONDITIONS
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.models import Provider
from sharing.actions.lists import MOST, draft_list, take_off
from sharing.actions.locks import hold_people
from sharing.agreements.queries import terms_in_force
from sharing.errors import CannotShare
from sharing.models import ListState, SharedList
from sharing.rules import Reason
from sharing.triage.models import Choice, Strand, StrandVersion, as_data
from sharing.triage.queries import terms_for, weigh
from sharing.triage.rules import DECIDABLE, OFFENCE, Option, Row, Standing, Weighed, gives_away

PERSON = "caseload.youngperson"
MOST_ROWS = 12


# -- strands ---------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *, authority: Authority, provider: Provider, purpose: str, name: str, by: User, at: datetime
) -> Strand:
    """A strand with no criteria yet, which nobody meets."""
    strand = Strand.objects.create(
        authority=authority, provider=provider, purpose=purpose, name=name
    )
    _next(strand, [], by=by, at=at)
    return strand


@transaction.atomic
def add_row(strand: Strand, row: Row, *, by: User, at: datetime) -> StrandVersion:
    """A new version with one more row.

    Raises ``CannotShare`` for a row that cannot be met, or for one on special category or
    criminal offence data without its condition and policy document (LAW-02).
    """
    newest = _held(strand)
    if not row.of:
        raise CannotShare("Select at least one", field=None)
    if row.count > len(row.of):
        raise CannotShare("Select at least as many as must hold", field="count")
    if len(newest.criteria) >= MOST_ROWS:
        raise CannotShare(f"A strand has at most {MOST_ROWS} rows")
    row = _by_right(row, strand.authority, on=local_date(at))
    return _next(strand, [*newest.rows, row], by=by, at=at, after=newest)


def _by_right(row: Row, authority: Authority, *, on: date) -> Row:
    if not row.laws:
        return replace(row, condition="", document="")
    if len(row.laws) > 1:
        raise CannotShare("Put what is about offences in a row of its own")
    of_offences = OFFENCE in row.laws
    if row.condition not in CONDITIONS or row.condition.startswith("10-") is not of_offences:
        kind = "criminal offence" if of_offences else "special category"
        raise CannotShare(f"Select a condition that allows {kind} data", field="condition")
    if not row.document:
        raise CannotShare("Select the policy document that covers it", field="document")
    if not policies.covers(authority, row.document, row.condition, on=on):
        raise CannotShare(NOT_COVERED, field="document")
    return row


@transaction.atomic
def remove_row(strand: Strand, place: int, *, by: User, at: datetime) -> StrandVersion:
    """A new version without one row, by its place from 1. Raises ``CannotShare`` without it."""
    newest = _held(strand)
    if not 1 <= place <= len(newest.criteria):
        raise CannotShare("Someone else has changed this meanwhile. Look at it again")
    rows = [row for number, row in enumerate(newest.rows, start=1) if number != place]
    return _next(strand, rows, by=by, at=at, after=newest)


@transaction.atomic
def use(
    strand: Strand, *, places: int | None, note: str, number: int, by: User, at: datetime
) -> StrandVersion:
    """Put the newest version in use, as it was seen, with how many the organisation takes.

    Raises ``CannotShare`` without criteria, where a policy document is no longer in force, and
    where being on the list would tell something guarded and nobody says why that is right (LC-08).
    """
    newest = _held(strand)
    if newest.number != number:
        raise CannotShare("Someone else has changed this meanwhile. Look at it again")
    if not newest.criteria:
        raise CannotShare("Add a row first: nobody meets a strand without one")
    for row in newest.rows:
        _by_right(row, strand.authority, on=local_date(at))
    if gives_away(newest.rows) and not note:
        raise CannotShare("Say why it is right that the organisation can tell", field="note")
    newest.places, newest.note, newest.used_by, newest.used_at = places, note, by, at
    newest.save(update_fields=["places", "note", "used_by", "used_at"])
    Strand.objects.filter(pk=strand.pk).update(stopped_at=None)
    _line("strand put in use", newest, by=by, at=at)
    return newest


@transaction.atomic
def stop(strand: Strand, *, by: User, at: datetime) -> None:
    """Match nobody by it from now on; it can be put in use again."""
    newest = _held(strand)
    Strand.objects.filter(pk=strand.pk).update(stopped_at=at)
    _line("strand stopped", newest, by=by, at=at)


def _held(strand: Strand) -> StrandVersion:
    Strand.objects.select_for_update().get(pk=strand.pk)
    return strand.versions.select_related("strand__authority").order_by("-number")[0]


def _next(
    strand: Strand,
    rows: Sequence[Row],
    *,
    by: User,
    at: datetime,
    after: StrandVersion | None = None,
) -> StrandVersion:
    made = StrandVersion.objects.create(
        strand=strand,
        number=after.number + 1 if after else 1,
        criteria=as_data(rows),
        places=after.places if after else None,
        note=after.note if after else "",
        made_by=by,
        made_at=at,
    )
    _line("strand changed", made, by=by, at=at)
    return made


def _line(verb: str, version: StrandVersion, *, by: User, at: datetime) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=version.strand.authority,
        subject=version,
        strand=version.strand.ref,
        version=version.number,
    )


# -- deciding --------------------------------------------------------------------------------------


@transaction.atomic
def accept(
    people: Collection[int], *, authority: Authority, by: User, at: datetime
) -> list[Choice]:
    """Accept what is proposed for some people; whoever has no proposal any more is left alone."""
    weighed = _locked(people, authority, by=by, at=at)
    made = [
        _choice(one, Choice.Decision.ACCEPTED, one.proposal.option, authority, by=by, at=at)
        for one in weighed
        if one.proposal is not None
    ]
    return _keep(made, authority, by=by, at=at)


@transaction.atomic
def change(
    people: Collection[int],
    *,
    provider: int,
    reason: str,
    authority: Authority,
    by: User,
    at: datetime,
) -> list[Choice]:
    """Choose another organisation for those to whom it is open; the others are left alone.

    It is a person's choice, so it may go beyond the places that are counted. What was chosen
    before lapses.
    """
    weighed = _locked(people, authority, by=by, at=at)
    options = {one.person: one.open_to(provider) for one in weighed}
    changing = [one for one in weighed if options[one.person] is not None]
    _undo(changing, by=by, at=at)
    made = [
        _choice(
            one,
            Choice.Decision.CHANGED,
            options[one.person],
            authority,
            by=by,
            at=at,
            reason=reason,
        )
        for one in changing
    ]
    return _keep(made, authority, by=by, at=at)


@transaction.atomic
def leave(
    people: Collection[int], *, reason: str, authority: Authority, by: User, at: datetime
) -> list[Choice]:
    """Leave some people out, until somebody chooses for them; what was chosen before lapses."""
    leaving = [
        one
        for one in _locked(people, authority, by=by, at=at)
        if one.standing in DECIDABLE - {Standing.LEFT}
    ]
    _undo(leaving, by=by, at=at)
    made = [
        _choice(one, Choice.Decision.LEFT, None, authority, by=by, at=at, reason=reason)
        for one in leaving
    ]
    return _keep(made, authority, by=by, at=at)


def _undo(weighed: Collection[Weighed], *, by: User, at: datetime) -> None:
    """Let lapse what was chosen for some people, whose rows are held (LC-15)."""
    chosen = [one.person for one in weighed if one.standing is Standing.CHOSEN]
    _take_back(chosen, because=Reason.DECIDED_AGAIN, by=by, at=at)


def _locked(
    people: Collection[int], authority: Authority, *, by: User, at: datetime
) -> list[Weighed]:
    """Weigh some people while nobody else decides for the authority: places are counted once."""
    if len(people) > MOST:
        raise CannotShare(f"Choose at most {MOST:,} people at a time")
    list(Strand.objects.select_for_update().filter(authority=authority).order_by("pk"))
    hold_people(list(people))
    return weigh(by, authority, at=at, only=people)


def _choice(
    one: Weighed,
    decision: Choice.Decision,
    option: Option | None,
    authority: Authority,
    *,
    by: User,
    at: datetime,
    reason: str = "",
) -> Choice:
    return Choice(
        person_id=one.person,
        authority=authority,
        decision=decision,
        proposed_id=one.proposal.option.strand if one.proposal else None,
        proposed_because=one.proposal.reason if one.proposal else "",
        strand_id=option.strand if option else None,
        provider_id=option.provider if option else None,
        purpose=option.purpose if option else "",
        reason=reason,
        decided_by=by,
        decided_at=at,
    )


def _keep(made: list[Choice], authority: Authority, *, by: User, at: datetime) -> list[Choice]:
    Choice.objects.bulk_create(made)
    trail.record_many(
        "triage decided",
        [one.person_id for one in made],
        kind=PERSON,
        by=by,
        at=at,
        authority=authority,
    )
    return made


# -- lists -----------------------------------------------------------------------------------------


@transaction.atomic
def prepare(
    *, authority: Authority, provider: Provider, purpose: str, by: User, at: datetime
) -> SharedList | None:
    """Draft the list of everyone accepted for an organisation and a purpose.

    Who fits no strand of it any more, or may not go, lapses and is weighed afresh; ``None`` when
    nobody is left.
    """
    accepted = Choice.objects.visible_to(by).filter(
        authority=authority, provider=provider, purpose=purpose, on_list=None, lapsed_at=None
    )
    people = list(accepted.order_by("pk").values_list("person", flat=True)[:MOST])
    hold_people(people)  # nobody is decided of again meanwhile, as who is on the list would stay
    still = accepted.filter(person__in=people)
    waiting = list(still.select_for_update(of=("self",)).order_by("pk"))
    weighed = weigh(by, authority, at=at, only=[one.person_id for one in waiting])
    fit = {
        one.person
        for one in weighed
        if any(
            option.provider == provider.pk and option.purpose == purpose and option.answer.may
            for option in one.options
        )
    }
    terms = terms_for(terms_in_force(authority, on=local_date(at)), provider.pk, purpose)
    if terms is None or not fit:
        _lapse(waiting, at)
        return None
    drafted = draft_list(
        authority=authority,
        terms=terms,
        purpose=purpose,
        people=[one.person_id for one in waiting if one.person_id in fit],
        by=by,
        at=at,
    )
    on_it = set(drafted.list.entries.values_list("person_id", flat=True))
    Choice.objects.filter(pk__in=[one.pk for one in waiting if one.person_id in on_it]).update(
        on_list=drafted.list
    )
    _lapse([one for one in waiting if one.person_id not in on_it], at)
    return drafted.list


@transaction.atomic
def reopen(people: Collection[int], *, at: datetime) -> int:
    """Let what was decided of some people, and has not gone, be decided again (LAW-05).

    They asked for it: a person looks at it afresh, and who is on a draft comes off it. Says how
    many decisions that are.
    """
    hold_people(people)
    return _take_back(people, because=Reason.ASKED_AGAIN, by=None, at=at)


def _take_back(people: Collection[int], *, because: Reason, by: User | None, at: datetime) -> int:
    take_off(people, because=because)
    decided = Choice.objects.filter(person__in=people, lapsed_at=None).filter(
        Q(on_list=None) | Q(on_list__state=ListState.DRAFTED)
    )
    named = decided.select_related("authority", "person", "on_list")
    held = list(named.select_for_update(of=("self",)))
    _lapse(held, at)
    for one in held:
        trail.record(
            "triage reopened",
            by=by,
            at=at,
            authority=one.authority,
            subject=one.person,
            list=one.on_list.ref if one.on_list else None,
        )
    return len(held)


def _lapse(choices: Collection[Choice], at: datetime) -> None:
    Choice.objects.filter(pk__in=[one.pk for one in choices]).update(lapsed_at=at)
