"""How a disclosure goes on and ends: received, outcome, recall, its term, destroyed, purged.

Whatever ends one moves its end to now; the row that the organisation reads follows by trigger, in
the same transaction (LC-04, LC-18, LC-20).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Least, Now
from django.utils import timezone

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from ccis.purges import actions as purges
from sharing import given, rules
from sharing.actions.disputes import disputed_parts
from sharing.actions.locks import hold_agreement, hold_people
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, Disclosure, EndedBecause, SharedList
from sharing.models.disclosures import BY_OUTCOME
from sharing.queries.asking import scope_ends
from sharing.queries.values import IDENTITY, values_of
from sharing.signals import disclosures_ended

PERSON = "caseload.youngperson"
OVER = "This has ended already"


@transaction.atomic
def receive(shared: SharedList, *, by: User | None, at: datetime) -> int:
    """Note that a list was opened for the first time, which starts the clock; says for how many.

    The term is that of the version that it was released under; opening it again changes nothing.
    """
    waiting = shared.disclosures.live(at).filter(received_at=None)
    if not waiting.exists():
        return 0
    version = shared.version
    hold_agreement(version.agreement_id)
    ends_at = rules.term_ends_at(
        local_date(at), working_days=version.term_days, period_ends_on=version.ends_on
    )
    people = list(waiting.values_list("person_id", flat=True))
    until = _in_scope(people, ends_at, shared.authority, at=at)
    done = waiting.update(
        received_at=Greatest(F("released_at"), Value(at)),
        ends_at=Case(When(engaged_at=None, then=until), default=F("ends_at")),
    )
    if done:
        trail.record(
            "list received",
            by=by,
            at=at,
            authority=shared.authority,
            subject=shared,
            list=shared.ref,
            people=done,
        )
    return done


def _in_scope(
    people: Collection[int], until: datetime, authority: Authority, *, at: datetime
) -> Combinable:
    """A later end of what is shared: never after somebody grows too old (LC-17), nor before now's.

    Who is too old already keeps the end that they have.
    """
    by_day = defaultdict(list)
    for person, day in scope_ends(people, authority, on=local_date(at)).items():
        if day < until:
            by_day[day].append(person)
    sooner = [When(person__in=them, then=Value(day)) for day, them in by_day.items()]
    return Greatest(F("ends_at"), Case(*sooner, default=Value(until)))


@transaction.atomic
def record_engaged(disclosure: Disclosure, *, by: User | None, at: datetime) -> None:
    """Note that they work together: then it lasts to the end of the agreement's period (LC-18).

    Raises ``CannotShare`` when it is over, or the agreement is.
    """
    version = disclosure.version
    if version is None or version.ends_on is None:
        raise CannotShare("This was not shared under an agreement")
    hold_agreement(version.agreement_id)
    hold_people([disclosure.person_id])
    if not engage([disclosure], at=at):
        raise CannotShare(OVER)
    _line("outcome given", disclosure, by=by, at=at, outcome="engaged")


def engage(disclosures: Iterable[Disclosure], *, at: datetime) -> int:
    """Let those that are live, and not yet engaged, last as long as their agreement; how many.

    Nobody's lasts beyond the day before they grow too old.

    The caller holds the agreements and the people.
    """
    by_version = defaultdict(list)
    for one in disclosures:
        by_version[one.version].append(one)
    done = 0
    for version, ones in by_version.items():
        if version is not None and version.ends_on is not None:
            ids, people = [one.pk for one in ones], [one.person_id for one in ones]
            live = Disclosure.objects.live(at).filter(pk__in=ids, engaged_at=None)
            period = rules.start_of(version.ends_on + rules.ONE_DAY)
            until = _in_scope(people, period, ones[0].authority, at=at)
            done += live.update(engaged_at=at, ends_at=until)
    return done


@transaction.atomic
def record_outcome(
    disclosure: Disclosure, outcome: EndedBecause, *, by: User | None, at: datetime
) -> None:
    """End a disclosure by what the organisation said (LC-18). Raises ``CannotShare``."""
    if outcome not in BY_OUTCOME:
        raise CannotShare("This does not end it")
    change = open_change(authority=disclosure.authority, by=by, why="outcome given", at=at)
    hold_people([disclosure.person_id])
    if not end(Disclosure.objects.filter(pk=disclosure.pk), because=outcome, change=change):
        raise CannotShare(OVER)


@transaction.atomic
def recall(disclosure: Disclosure, *, why: str, by: User, at: datetime) -> None:
    """Take someone off an organisation's list at once. It cannot be undone (LC-04).

    Raises ``CannotShare`` when it has ended already.
    """
    change = open_change(
        authority=disclosure.authority, by=by, why="sharing recalled", at=at, source=why
    )
    hold_people([disclosure.person_id])
    recalled = EndedBecause.RECALLED
    if not end(Disclosure.objects.filter(pk=disclosure.pk), because=recalled, change=change):
        raise CannotShare(OVER)


def end(disclosures: QuerySet[Disclosure], *, because: EndedBecause, change: Change) -> int:
    """End those of some disclosures that are live, as one set, in a change; says how many.

    By the clock of the database where that is behind ours, so that nothing is read for a moment
    more.
    """
    live = disclosures.live(change.at)  # type: ignore[attr-defined]
    found = list(live.select_for_update(of=("self",)).values_list("pk", "person_id"))
    if not found:
        return 0
    now = Least(Value(change.at, output_field=DateTimeField()), Now())
    Disclosure.objects.filter(pk__in=[pk for pk, _ in found]).update(
        ends_at=Greatest(F("released_at"), now), ended_because=because, ended=change
    )
    trail.record_many(
        "sharing ended",
        [person for _, person in found],
        kind=PERSON,
        by=change.by,
        at=change.at,
        authority=change.authority,
        change=change,
        because=because.value,
    )
    disclosures_ended.send(sender=Disclosure, change=change)
    return len(found)


@transaction.atomic
def end_of_agreements(
    agreements: Collection[int], *, authority: Authority, by: User | None, at: datetime
) -> int:
    """End all that is live under some agreements of an authority (LC-20); says how many."""
    under = Disclosure.objects.filter(version__agreement__in=agreements, authority=authority)
    if not under.live(at).exists():
        return 0
    change = open_change(authority=authority, by=by, why="agreement stopped", at=at)
    return end(under, because=EndedBecause.AGREEMENT, change=change)


@transaction.atomic
def confirm_destroyed(
    disclosures: QuerySet[Disclosure], *, authority: Authority, by: User | None, at: datetime
) -> int:
    """Note that an organisation's copies of what has ended are destroyed, as it says; how many."""
    waiting = disclosures.filter(Q(ends_at__lte=at), authority=authority, destroyed_at=None)
    people = list(waiting.values_list("person_id", flat=True))
    done = waiting.update(destroyed_at=at)
    trail.record_many(
        "destruction confirmed", people, kind=PERSON, by=by, at=at, authority=authority
    )
    return done


PURGE = """
WITH gone AS (
    DELETE FROM sharing_disclosedrow r USING sharing_disclosure d
    WHERE d.id = r.disclosure_id AND d.purged_at IS NULL AND d.ends_at <= %(at)s
)
UPDATE sharing_disclosure
SET purged_at = %(at)s, ended_because = coalesce(nullif(ended_because, ''), 'term')
WHERE purged_at IS NULL AND ends_at <= %(at)s
RETURNING authority_id, ref
"""

PURGE_AGAIN = """
WITH mine AS (
    SELECT id FROM sharing_disclosure WHERE ref = ANY(%(refs)s) AND purged_at IS NULL
), over AS (
    UPDATE sharing_disclosure d
    SET ends_at = greatest(released_at, least(ends_at, %(at)s)),
        purged_at = greatest(released_at, %(at)s),
        ended_because = CASE WHEN ended_because <> '' THEN ended_because
                             WHEN ends_at <= %(at)s THEN 'term' ELSE 'recalled' END
    FROM mine WHERE d.id = mine.id
    RETURNING d.id
)
SELECT coalesce(array_agg(id), '{}') FROM over
"""
"""What was live when the backup was made ended before it was purged; why is not known any more."""

KIND = "disclosure"
"""What a disclosure is called in the register of purges."""


@transaction.atomic
def purge(*, at: datetime) -> int:
    """Destroy what our own rows say of all that has ended; the ledger's line stays. Says how many.

    The organisation's copies are another matter: it confirms those.
    """
    purges.hold(at=at)
    with connection.cursor() as cursor:
        cursor.execute(PURGE, {"at": at})
        gone = cursor.fetchall()
    owners = Counter(authority for authority, _ in gone)
    for authority in Authority.objects.filter(pk__in=owners):
        trail.record(
            "shared rows destroyed", by=None, at=at, authority=authority, rows=owners[authority.pk]
        )
    purges.write_down(KIND, [ref for _, ref in gone], at=at)
    return len(gone)


def purge_again(refs: Sequence[str], at: datetime) -> int:
    """Destroy what was destroyed at a moment and a backup brought back; says how much that was."""
    with connection.cursor() as cursor:
        cursor.execute(PURGE_AGAIN, {"refs": list(refs), "at": at})
        (ids,) = cursor.fetchone()
    rows, _ = DisclosedRow.objects.filter(disclosure__in=ids).delete()
    return rows


def purged() -> Iterable[str]:
    """References of all that was destroyed so far."""
    return Disclosure.objects.filter(purged_at__isnull=False).values_list("ref", flat=True)


def restate_identity(people: Collection[int]) -> None:
    """Say again who some people are, in rows that were disclosed: what is sealed leaves them too.

    Called inside the transaction that seals (LAW-10). What they say is wrong rests on (LAW-08).
    """
    rows = list(
        DisclosedRow.objects.filter(
            disclosure__person__in=people, values__has_any_keys=list(IDENTITY)
        ).select_related("disclosure")
    )
    if not rows:
        return
    today = local_date(max(row.released_at for row in rows))
    at = timezone.now()  # a seal is told without a moment
    known = values_of([row.disclosure.person_id for row in rows], IDENTITY, on=today)
    disputed = disputed_parts(people)
    for row in rows:
        person = row.disclosure.person_id
        rests = rules.withheld(disputed[person]) if person in disputed else frozenset()
        before = dict(row.values)
        for column in IDENTITY:
            if column in row.disclosure.columns:
                row.values.pop(column, None)
                if column in known[person] and column not in rests:
                    row.values[column] = known[person][column]
        given.note(row, before, at=at)
    DisclosedRow.objects.bulk_update(rows, given.NOTED)


def _line(
    verb: str, disclosure: Disclosure, *, by: User | None, at: datetime, outcome: str
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=disclosure.authority,
        subject=disclosure.person,
        disclosure=disclosure.ref,
        outcome=outcome,
    )
