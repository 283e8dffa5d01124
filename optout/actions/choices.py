"""What is said about sharing: recorded with its source, and never edited (LC-03, LC-06).

The person's row is locked before anything is written, as whoever makes a disclosure locks it: of
the two, the one that comes second sees what the first did (design §6).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from caseload.actions import facts
from caseload.models import Particulars, YoungPerson
from caseload.signals import Said
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.calendar.academic import age_on
from ccis.calendar.words import local_date
from optout import rules
from optout.errors import CannotDo
from optout.models import Channel, Request, Statement
from optout.signals import objections_recorded
from providers.models import Provider

VERBS = {Statement.Says.NO: "sharing refused", Statement.Says.YES: "sharing allowed"}
"""What the trail says."""


@transaction.atomic
def record(
    *,
    person: YoungPerson,
    says: Statement.Says,
    providers: Iterable[Provider] | None,
    said_on: date,
    said_by: str,
    channel: str,
    by: User | None,
    at: datetime,
    source: str = "",
    request: Request | None = None,
    lacks_capacity: bool = False,
) -> list[Statement]:
    """Record that someone said no or yes, of some organisations or (``None``) of all.

    ``said_by`` is one of ``Statement.SaidBy``; ``by`` is the officer, nobody where the person
    wrote it themselves. A no is announced in the same transaction. Raises ``CannotDo`` for a day
    to come, or when no organisation is named.
    """
    about = [None] if providers is None else list(providers)
    if not about:
        raise CannotDo("Choose at least one organisation", field="providers")
    if said_on > local_date(at):
        raise CannotDo("The day must be today or earlier", field="said_on")
    change = open_change(
        authority=person.lead_authority, by=by, why=VERBS[says], at=at, source=source
    )
    facts.lock(person)
    says_no = says == Statement.Says.NO
    age = _age(person, said_on)
    made = Statement.objects.bulk_create(
        Statement(
            person=person,
            says=says,
            provider=provider,
            said_on=said_on,
            said_by=said_by,
            channel=channel,
            source=source,
            request=request,
            lifts=rules.lifts(said_by, says_no=says_no, age=age, lacks_capacity=lacks_capacity),
            yields=rules.yields(said_by, says_no=says_no, age=age, lacks_capacity=lacks_capacity),
            recorded=change,
        )
        for provider in about
    )
    trail.record(
        VERBS[says],
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        organisations="all" if providers is None else len(made),
        said_by=said_by,
        channel=channel,
    )
    if says_no:
        _announce(person, providers=about, change=change)
    return made


def record_many(said: Sequence[Said], *, change: Change) -> list[Statement]:
    """Record what came to the record by files, or with consent, in a change that is open (LC-06).

    The caller has locked the people's rows. What a file says again, as the same body said it last,
    is not said anew unless it gives a later day of its own. Every no is announced, in one go.
    """
    fresh = _not_said_before(said, change)
    born = _births({one.person for one in fresh})
    made = Statement.objects.bulk_create(
        _statement(one, born.get(one.person), change) for one in fresh
    )
    for says in Statement.Says:
        people = [one.person_id for one in made if one.says == says]
        if people:
            trail.record_many(
                VERBS[says],
                people,
                kind=YoungPerson._meta.label_lower,
                by=change.by,
                at=change.at,
                authority=change.authority,
                change=change,
                organisations="all",
            )
    refusing = frozenset(one.person_id for one in made if one.says == Statement.Says.NO)
    if refusing:
        objections_recorded.send(sender=Statement, people=refusing, providers=None, change=change)
    return made


def _statement(one: Said, born: date | None, change: Change) -> Statement:
    age = age_on(born, one.said_on) if born else None
    return Statement(
        person_id=one.person,
        says=Statement.Says.NO if one.says_no else Statement.Says.YES,
        said_on=one.said_on,
        said_by=one.said_by,
        channel=one.how,
        source=f"{one.source} file, row {one.row}" if one.row is not None else one.source,
        lifts=rules.lifts(one.said_by, says_no=one.says_no, age=age, lacks_capacity=False),
        yields=rules.yields(one.said_by, says_no=one.says_no, age=age, lacks_capacity=False),
        recorded=change,
    )


def _not_said_before(said: Sequence[Said], change: Change) -> list[Said]:
    """What is new: from a file, what its sender did not say the last time of the same person."""
    files = [one for one in said if one.row is not None]
    if not files:
        return list(said)
    before = Statement.objects.believed().filter(
        person__in={one.person for one in files}, provider=None, channel=Channel.FILE
    )
    last = {
        (person, said_by, source): (says == Statement.Says.NO, said_on)
        for person, said_by, source, says, said_on in before.order_by("said_on", "pk").values_list(
            "person", "said_by", "recorded__source", "says", "said_on"
        )
    }

    def is_new(one: Said) -> bool:
        known = last.get((one.person, one.said_by, change.source))
        if one.row is None or known is None or known[0] != one.says_no:
            return True
        return one.is_dated and one.said_on > known[1]

    return [one for one in said if is_new(one)]


def _births(people: Collection[int]) -> dict[int, date]:
    born = Particulars.objects.believed().filter(person__in=people, date_of_birth__isnull=False)
    return {
        person: day
        for person, day in born.order_by("during").values_list("person", "date_of_birth")
        if day is not None
    }


@transaction.atomic
def take_out(statement: Statement, *, by: User, at: datetime, why: str) -> None:
    """Stop believing a statement that was recorded by mistake; it stays in sight, struck through.

    Raises ``CannotDo`` when it was taken out before. What the person said later is a statement of
    its own, and not this.
    """
    person = statement.person
    change = open_change(
        authority=person.lead_authority, by=by, why="choice taken out", at=at, source=why
    )
    facts.lock(person)
    done = Statement.objects.filter(pk=statement.pk, superseded=None).update(superseded=change)
    if not done:
        raise CannotDo("This was taken out already")
    trail.record(
        "choice taken out",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        statement=statement.pk,
    )


def _age(person: YoungPerson, on: date) -> int | None:
    born = (
        Particulars.objects.believed()
        .filter(person=person, date_of_birth__isnull=False)
        .order_by("-during")
        .values_list("date_of_birth", flat=True)
        .first()
    )
    return age_on(born, on) if born else None


def _announce(person: YoungPerson, *, providers: Iterable[Provider | None], change: Change) -> None:
    named = [provider.pk for provider in providers if provider is not None]
    objections_recorded.send(
        sender=Statement,
        people=frozenset({person.pk}),
        providers=frozenset(named) if named else None,
        change=change,
    )
