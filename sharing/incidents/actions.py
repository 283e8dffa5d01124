"""Everything that is written about an incident: found, told, decided, done, closed (LC-21)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.models import Provider
from sharing.errors import CannotShare
from sharing.incidents import alarms, queries, rules, telling
from sharing.incidents.models import (
    Action,
    Alarm,
    Decision,
    Incident,
    Note,
    Notice,
    Reckoning,
    Risk,
)

PERSON = "caseload.youngperson"
SUBJECT = "Something for you from {council}"
TO_TELL = """An incident that may concern information shared under an agreement with you was
recorded by {council}. It is looked into. Nobody is named in this message.

Sign in to the {council} service, or ask its information governance team.
"""


# -- recorded --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is known when an incident is recorded: what it is, who found it, since when we know."""

    kind: str
    title: str
    finder: str
    found_by: str
    aware_at: datetime
    happened: str
    provider: Provider | None = None
    """The organisation that it happened at, if any."""


@transaction.atomic
def record(
    found: Found, *, authority: Authority, by: User, at: datetime, reported: bool = False
) -> Incident:
    """Record an incident as soon as it is found; its 72 hours run from when we became aware.

    One that is reported by whoever found it is told to governance on commit. Raises
    ``CannotShare`` where we would become aware in the future, or nobody is named who passed on.
    """
    if found.aware_at > at:
        raise CannotShare("The moment must be now or earlier", field="aware_time")
    if found.kind == Incident.Kind.ONWARD and found.provider is None:
        raise CannotShare("Select the organisation that passed it on", field="organisation")
    incident = Incident.objects.create(
        authority=authority,
        kind=found.kind,
        title=found.title,
        provider=found.provider,
        finder=found.finder,
        found_by=found.found_by,
        aware_at=found.aware_at,
        reported=reported,
        recorded_by=by,
        recorded_at=at,
    )
    Note.objects.create(incident=incident, stage=rules.HAPPENED, words=found.happened, by=by, at=at)
    _line("incident recorded", incident, by=by, at=at, kind=found.kind)
    if reported:
        transaction.on_commit(lambda: alarms.alarm(incident, Alarm.Kind.NEW, at=at))
    return incident


@transaction.atomic
def note(incident: Incident, *, stage: str, words: str, by: User, at: datetime) -> Note:
    """Add what was found out, of one stage. Raises ``CannotShare`` when it is closed."""
    incident = _held(incident)
    made = Note.objects.create(incident=incident, stage=stage, words=words, by=by, at=at)
    _line("incident noted", incident, by=by, at=at, stage=stage)
    return made


# -- who is affected -------------------------------------------------------------------------------

AFFECTED = (
    "INSERT INTO incidents_affected (reckoning_id, person_id) SELECT %s, unnest(%s::bigint[])"
)


@transaction.atomic
def reckon(incident: Incident, sought: queries.Sought, *, by: User, at: datetime) -> Reckoning:
    """Work out who is affected, from the ledger, as one set, and freeze that with the incident.

    It can be done again: the newest counts and the earlier ones stay. Nobody found is an answer.
    Raises ``CannotShare`` where nothing is asked, or a reference is nobody's here.
    """
    incident = _held(incident)
    if not sought.asks_the_ledger and not sought.people:
        raise CannotShare("Say by what the people are found", field="list")
    _refuse_unknown(incident.authority, sought)
    people = queries.people_of(incident.authority, sought).order_by("pk")
    ids = list(people.values_list("pk", flat=True))  # once: the number and the list are the same
    before = queries.newest_reckoning(incident)
    made = Reckoning.objects.create(
        incident=incident,
        number=before.number + 1 if before else 1,
        sought=sought.as_data(),
        people=len(ids),
        by=by,
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(AFFECTED, [made.pk, ids])
    _line("people affected worked out", incident, by=by, at=at, people=made.people)
    return made


def _refuse_unknown(authority: Authority, sought: queries.Sought) -> None:
    ours = {ref for (ref,) in queries.ours_of(authority, sought.people).values_list("ref")}
    unknown = [ref for ref in sought.people if ref not in ours]
    if unknown:
        raise CannotShare(f"No record here has the reference {unknown[0]}", field="people")


@transaction.atomic
def assess(
    incident: Incident,
    people: Collection[int] | None,
    *,
    level: str,
    why: str,
    by: User,
    at: datetime,
) -> int:
    """Judge the risk to some of those affected, by id; ``None`` for all not judged yet.

    One set, with a line of the trail about each. Says how many.
    """
    incident = _held(incident)
    found = queries.affected(incident)
    found = found.filter(level=None) if people is None else found.filter(person__in=people)
    ids = list(found.values_list("person", flat=True))
    Risk.objects.bulk_create(
        Risk(incident=incident, person_id=one, level=level, why=why, by=by, at=at) for one in ids
    )
    trail.record_many(
        "risk assessed",
        ids,
        kind=PERSON,
        by=by,
        at=at,
        authority=incident.authority,
        incident=incident.ref,
        level=level,
    )
    return len(ids)


# -- who is told -----------------------------------------------------------------------------------


@transaction.atomic
def notify(incident: Incident, *, by: User, at: datetime) -> int:
    """Write to every data manager whom the service can write to and who was not told.

    Nothing about anyone stands in the email. Says how many. Raises ``CannotShare`` when it could
    not be sent: then nobody was told, and nothing is recorded.
    """
    incident = _held(incident)
    told = set(incident.notices.values_list("key", flat=True))
    on = local_date(at)
    whom = [one for one in queries.to_notify(incident, on=on) if one.email and one.key not in told]
    Notice.objects.bulk_create(
        Notice(
            incident=incident,
            key=one.key,
            whom=one.words,
            how=Notice.How.SERVICE,
            told_on=on,
            by=by,
            at=at,
        )
        for one in whom
    )
    council = incident.authority.title
    _line("incident told to data managers", incident, by=by, at=at, told=len(whom))
    try:
        telling.write(
            {one.email for one in whom},
            subject=SUBJECT.format(council=council),
            words=TO_TELL.format(council=council),
        )
    except OSError as error:  # what SMTP and the network raise
        raise CannotShare("The email could not be sent. Try again in a few minutes") from error
    return len(whom)


@transaction.atomic
def told(
    incident: Incident, key: str, *, how: str, told_on: date, by: User, at: datetime
) -> Notice:
    """Record that somebody was told another way. Raises ``CannotShare`` for nobody of these."""
    incident = _held(incident)
    on = local_date(at)
    whom = next((one for one in queries.to_notify(incident, on=on) if one.key == key), None)
    if whom is None or incident.notices.filter(key=key).exists():
        raise CannotShare("They are told already")
    if not local_date(incident.aware_at) <= told_on <= on:
        raise CannotShare(
            "Enter a day between the day that we became aware and today", field="told_on"
        )
    made = Notice.objects.create(
        incident=incident, key=key, whom=whom.words, how=how, told_on=told_on, by=by, at=at
    )
    _line("incident told", incident, by=by, at=at, how=how)
    return made


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether somebody is told, why or on what ground not, and when and how they were."""

    tell: bool
    why: str
    ground: str = ""
    told_at: datetime | None = None
    told_how: str = ""
    why_late: str = ""


@transaction.atomic
def decide(incident: Incident, about: str, answer: Answer, *, by: User, at: datetime) -> Decision:
    """Decide whether the regulator, or the people, are told; with the reason, also of a no.

    Of the people only those are decided of who were not told: whoever was found later. Raises
    ``CannotShare`` where the law or the risk that was assessed forbids it, for a moment out of
    order, and when all were told already.
    """
    incident = _held(incident)
    before = queries.decision_that_holds(incident, about)
    if before is not None and before.told_at is not None:
        raise CannotShare("They were told already. That cannot be decided again")
    standing = queries.standing(incident, on=local_date(at))
    wrong = rules.why_not_decided(about, tell=answer.tell, ground=answer.ground, standing=standing)
    if wrong:
        raise CannotShare(wrong, field="ground")
    if answer.told_at is not None:
        _refuse_moment(incident, about, answer, at)
    made = Decision.objects.create(
        incident=incident,
        about=about,
        tell=answer.tell,
        ground="" if answer.tell else answer.ground,
        why=answer.why,
        told_at=answer.told_at if answer.tell else None,
        told_how=answer.told_how if answer.tell else "",
        why_late=answer.why_late if answer.tell else "",
        by=by,
        at=at,
    )
    _line(
        "incident decided",
        incident,
        by=by,
        at=at,
        about=about,
        tell=made.tell,
        told=made.told_at is not None,
    )
    return made


def _refuse_moment(incident: Incident, about: str, answer: Answer, at: datetime) -> None:
    if answer.told_at is None or not incident.aware_at <= answer.told_at <= at:
        raise CannotShare(
            "They were told between the moment that we became aware and now", field="told_on"
        )
    if not answer.told_how:
        raise CannotShare("Say how they were told", field="told_how")
    late = answer.told_at > incident.aware_at + rules.ALLOWED
    if about == rules.REGULATOR and late and not answer.why_late:
        raise CannotShare(
            "They were told after the 72 hours. The law wants to know why", field="why_late"
        )


# -- actions, and the end --------------------------------------------------------------------------


@transaction.atomic
def add_action(
    incident: Incident, *, what: str, owner: User, due_on: date, by: User, at: datetime
) -> Action:
    """Say what somebody is to do, by when. Raises ``CannotShare`` when it is closed."""
    incident = _held(incident)
    made = Action.objects.create(
        incident=incident, what=what, owner=owner, due_on=due_on, by=by, at=at
    )
    _line("incident action added", incident, by=by, at=at, action=made.ref)
    return made


@transaction.atomic
def do_action(action: Action, *, how: str, by: User, at: datetime) -> None:
    """Say that an action is done, and how. Nothing happens where it was."""
    incident = _held(action.incident)
    open_one = Action.objects.filter(pk=action.pk, done_at=None)
    if open_one.update(done_at=at, done_by=by, done_how=how):
        _line("incident action done", incident, by=by, at=at, action=action.ref)


@transaction.atomic
def close(incident: Incident, *, by: User, at: datetime) -> None:
    """Close an incident. Raises ``CannotShare`` before all is there, naming what is missing."""
    incident = _held(incident)
    missing = rules.missing(queries.standing(incident, on=local_date(at)))
    if missing:
        raise CannotShare("Still missing: " + "; ".join(missing).lower())
    Incident.objects.filter(pk=incident.pk).update(closed_at=at, closed_by=by)
    _line("incident closed", incident, by=by, at=at)


@transaction.atomic
def reopen(incident: Incident, *, why: str, by: User, at: datetime) -> None:
    """Open a closed incident again, because of what was found out since."""
    Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if Incident.objects.filter(pk=incident.pk, closed_at__isnull=False).update(
        closed_at=None, closed_by=None
    ):
        Note.objects.create(incident=incident, stage=rules.EXTENT, words=why, by=by, at=at)
        _line("incident opened again", incident, by=by, at=at)


# -- parts -----------------------------------------------------------------------------------------


def _held(incident: Incident) -> Incident:
    """The incident, held until this is done. Raises ``CannotShare`` when it is closed."""
    held = Incident.objects.select_for_update(of=("self",)).select_related("authority", "provider")
    found = held.get(pk=incident.pk)
    if found.closed_at is not None:
        raise CannotShare("This incident is closed. Open it again first")
    return found


def _line(verb: str, incident: Incident, *, by: User, at: datetime, **details: Any) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=incident.authority,
        subject=incident,
        incident=incident.ref,
        **details,
    )
