"""Sealing who someone was, and lifting a seal (LAW-10, docs/adr/0040).

A sealed version is believed no longer and read by nobody but named people. What other apps keep
of it they close themselves: each says so with ``when_sealed``.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from guardian.shortcuts import assign_perm

from caseload.actions import facts
from caseload.actions.details import sole_by
from caseload.errors import CannotRecord
from caseload.models import (
    IDENTITY,
    SEE_SEALED,
    Name,
    Particulars,
    RestrictedRecordGrant,
    SealedIdentity,
    YoungPerson,
)
from caseload.queries.sealed import said_by, said_when_sealed
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.calendar.words import local_date

Closing = Callable[[Collection[int]], None]
"""Closes what an app keeps of the sealed identities of some people, by id; or opens it again."""

_closings: dict[str, Closing] = {}


def when_sealed(name: str, closing: Closing) -> None:
    """Have an app close what it keeps, inside the transaction that seals; twice is as once."""
    _closings[name] = closing


def _close(people: Collection[int]) -> None:
    for name in sorted(_closings):
        _closings[name](people)


@transaction.atomic
def seal_identity(
    *,
    person: YoungPerson,
    rows: Sequence[Any],
    why: str,
    named: Sequence[User],
    by: User,
    at: datetime,
) -> SealedIdentity:
    """Seal versions of a person's names, numbers and particulars, and all that say the same.

    ``why`` is one of ``SealedIdentity.Why``; ``named`` are those who still see it, whatever their
    role. Raises ``CannotRecord`` for what is not theirs, or is the name or the particulars that
    they have today, and where nobody is named.
    """
    if why not in SealedIdentity.Why.values:
        raise CannotRecord("Select why it is sealed", field="why")
    if not named:
        raise CannotRecord("Name someone who may still see it", field="named")
    change = open_change(
        authority=person.lead_authority, by=by, why="details of a record closed", at=at
    )
    facts.lock(person)
    today = local_date(at)
    ids = _ids(person)
    for row in rows:
        if row.person_id not in ids:
            raise CannotRecord("That is not of this person", field="rows")
        if row.person_id == person.pk and _is_present(row, today):
            raise CannotRecord(
                "That is the name or the details that they have now. Record the new ones first",
                field="rows",
            )
    sealed = _seal(ids, {said_by(row) for row in rows}, change, but_present_of=person)
    if not sealed:
        raise CannotRecord("Select what is sealed", field="rows")
    for user in named:
        assign_perm(SEE_SEALED, user, person)
        for other in person.merged_records.all():
            assign_perm(SEE_SEALED, user, other)
    made = SealedIdentity.objects.create(person=person, why=why, change=change)
    _close(ids)
    _tell("identity sealed", made, change, rows=sealed, named=sorted(user.pk for user in named))
    return made


@transaction.atomic
def unseal(*, seal: SealedIdentity, by: User, at: datetime) -> SealedIdentity:
    """Lift a seal: what it closed is read again, and what it took down is believed again.

    What stands in the place of a version by now stays, and the version is history. Only a named
    person may; raises ``CannotRecord`` for anyone else and for a seal that was lifted before.
    """
    person = seal.person
    change = open_change(
        authority=person.lead_authority, by=by, why="details of a record opened", at=at
    )
    facts.lock(person)
    if not SealedIdentity.objects.visible_to(by).standing().filter(pk=seal.pk).exists():
        raise CannotRecord("You may not lift this seal, or it was lifted before")
    opened: dict[str, list[int]] = {}
    for model in IDENTITY:
        for row in model.every.filter(sealed=seal.change_id).order_by("pk"):
            model.every.filter(pk=row.pk).update(sealed=None)
            opened.setdefault(model._meta.model_name, []).append(row.pk)
            if row.superseded_id == seal.change_id:
                _believe_again(row, change)
    SealedIdentity.objects.filter(pk=seal.pk).update(lifted=change)
    seal.lifted = change
    _close(_ids(person))
    _tell("identity opened", seal, change, rows=opened)
    return seal


def spread(stays: YoungPerson, goes: YoungPerson, *, change: Change) -> None:
    """Seal of two records that are merged whatever either says that is sealed of the other.

    Who was named for one of them is named for the other too, where nobody was. The caller has
    locked both and opened the change; what a merge brings together stays sealed.
    """
    ids = _ids(stays) | _ids(goes)
    said = said_when_sealed(ids)
    if not said or not _seal(ids, said, change):
        return
    earlier = SealedIdentity.objects.standing().filter(person__in=ids).order_by("-pk")
    why = earlier.values_list("why", flat=True).first() or SealedIdentity.Why.PROTECTED
    SealedIdentity.objects.create(person=stays, why=why, change=change)
    for one, other in ((stays, goes), (goes, stays)):
        if not _named(one).exists():
            for user in _named(other):
                assign_perm(SEE_SEALED, user, one)
    _close(ids)


def _named(person: YoungPerson) -> QuerySet[User]:
    grants = RestrictedRecordGrant.objects.filter(
        content_object=person, permission__codename="see_sealed_identity"
    )
    return User.objects.filter(pk__in=grants.values("user"))


def may_merge(people: Sequence[YoungPerson], *, user: User) -> bool:
    """Whether a user may merge these records: who has a seal, only by someone who is named."""
    ids = set().union(*map(_ids, people))
    closed = YoungPerson.objects.filter(has_seal(), pk__in=ids)
    named = YoungPerson.objects.named_for(user)
    return not closed.exclude(pk__in=named.values("pk")).exists()


def has_seal() -> Q:
    """The people of whom something is sealed."""
    either = Q()
    for model in IDENTITY:
        either |= Q(Exists(model.every.filter(person=OuterRef("pk"), sealed__isnull=False)))
    return either


def _ids(person: YoungPerson) -> set[int]:
    return {person.pk, *person.merged_records.values_list("pk", flat=True)}


def _is_present(row: Any, today: Any) -> bool:
    """Whether a version is the legal name or the particulars that someone has today."""
    if row.superseded_id is not None or (isinstance(row, Name) and row.kind != Name.Kind.LEGAL):
        return False
    holds = type(row).objects.believed().on(today).filter(pk=row.pk)
    return isinstance(row, Name | Particulars) and holds.exists()


def _seal(
    ids: Collection[int],
    said: set[tuple[Any, ...]],
    change: Change,
    *,
    but_present_of: YoungPerson | None = None,
) -> dict[str, list[int]]:
    """Seal every version of some records that says one of these things; of one of them not what
    holds today."""
    today = local_date(change.at)
    sealed: dict[str, list[int]] = {}
    for model in IDENTITY:
        versions = model.objects.filter(person__in=ids).order_by("pk")
        found = [
            row
            for row in versions.select_related("person")
            if said_by(row) in said
            and not (row.person == but_present_of and _is_present(row, today))
        ]
        if not found:
            continue
        facts.supersede([row for row in found if row.superseded_id is None], change=change)
        pks = [row.pk for row in found]
        model.every.filter(pk__in=pks).update(sealed=change)
        sealed[model._meta.model_name] = pks
    return sealed


def _believe_again(row: Any, change: Change) -> None:
    model = type(row)
    is_former = isinstance(row, Name) and row.kind == Name.Kind.FORMER
    same = {} if is_former else {name: getattr(row, name) for name in sole_by(model)}
    if not is_former and facts.overlapping(model, person=row.person, during=row.during, **same):
        return
    facts.state(
        model,
        change=change,
        person=row.person,
        during=row.during,
        source_row=row.source_row,
        **facts.content(row),
    )


def _tell(verb: str, seal: SealedIdentity, change: Change, **details: Any) -> None:
    """A line with numbers alone: nothing in it says who someone was, or why it was sealed."""
    trail.record(
        verb,
        by=change.by,
        at=change.at,
        authority=change.authority,
        subject=seal.person,
        change=change,
        seal=seal.pk,
        **details,
    )
