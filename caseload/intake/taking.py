"""Which year groups and fields of a kind the authority takes, and what for (ISA-09, LAW-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from caseload.intake.errors import IntakeError
from caseload.intake.kinds import Kind
from caseload.intake.kinds.base import Field
from caseload.intake.models import TakenFields
from caseload.policies import actions as policies
from caseload.policies.rules import CONDITIONS
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date

USUAL_YEARS = frozenset({9, 10, 11})
"""Taken until the authority says otherwise: those whose next step is prepared (PIA-02)."""

ALL_YEARS = tuple(range(12))
"""The agreement runs from Reception, which is 0, to Year 11 (ISA-09)."""


NOT_COVERED = "No policy document in force of this name covers that condition"


class CannotSwitch(IntakeError):
    """A field cannot be switched on as asked. ``field`` names the question."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Use:
    """What a field is taken for; for special category and offence data by what right."""

    purpose: str
    condition: str = ""
    document: str = ""
    """The appropriate policy document, as the register names it: its title and version."""

    def suffices_for(self, taken: Field) -> bool:
        """Whether it says all that the law asks of the field."""
        if not self.purpose:
            return False
        if not taken.law:
            return True
        return self.condition in conditions_for(taken) and bool(self.document)


def conditions_for(taken: Field) -> dict[str, str]:
    """The conditions of the law that may allow a field, in words."""
    of_offences = taken.law == "offence"
    return {key: words for key, words in CONDITIONS.items() if key.startswith("10-") == of_offences}


@dataclass(frozen=True)
class Taken:
    """One version of what is taken of a kind. Core fields are always on."""

    version: int = 0
    years: frozenset[int] = USUAL_YEARS
    fields: Mapping[str, Use] = field(default_factory=dict)

    def is_on(self, taken: Field) -> bool:
        """Whether a field is taken: it is of the core, or has all that the law asks."""
        use = self.fields.get(taken.key)
        return taken.core or (use is not None and use.suffices_for(taken))

    def has_on(self, kind: Kind, key: str) -> bool:
        """Whether the field with a key is taken; not one that the kind does not have."""
        return any(self.is_on(one) for one in kind.fields if one.key == key)

    def suffices_for(self, kind: Kind) -> bool:
        """Whether so much is taken that a file of the kind is worth keeping."""
        return kind.core_suffices or any(self.is_on(one) for one in kind.fields if not one.core)

    def columns_of(self, kind: Kind) -> frozenset[str]:
        """Our columns that may be kept of a kind's file."""
        return frozenset(key for one in kind.fields if self.is_on(one) for key in one.columns)


def taken_of(authority: Authority, kind: Kind) -> Taken:
    """What the authority takes of a kind now; the core of Years 9 to 11 until it has said."""
    newest = (
        TakenFields.objects.filter(authority=authority, kind=kind.name).order_by("-version").first()
    )
    if newest is None:
        return Taken()
    return Taken(
        version=newest.version,
        years=frozenset(newest.years),
        fields={key: Use(**use) for key, use in newest.fields.items()},
    )


@transaction.atomic
def switch_on(
    *, authority: Authority, kind: Kind, key: str, use: Use, by: User, at: datetime, after: int
) -> TakenFields:
    """Take a field from now on, for a purpose. ``after`` is the version that was seen.

    Raises ``CannotSwitch`` without a purpose, or where the law asks for a condition and a policy
    document and they are not given, or that document is not in force for it (LAW-02).
    """
    wanted = next((one for one in kind.fields if one.key == key and not one.core), None)
    if wanted is None:
        raise CannotSwitch("This field cannot be switched")
    if not use.purpose:
        raise CannotSwitch("Enter what it is used for", "purpose")
    if not use.suffices_for(wanted):
        missing = "document" if use.condition in conditions_for(wanted) else "condition"
        words = {
            "document": "Select the policy document that covers it",
            "condition": "Select the condition that allows it",
        }
        raise CannotSwitch(words[missing], missing)
    if wanted.law and not policies.covers(
        authority, use.document, use.condition, on=local_date(at)
    ):
        raise CannotSwitch(NOT_COVERED, "document")
    present = _held(authority, kind, after)
    fields = {**present.fields, key: use}
    return _adopt(authority, kind, present, by=by, at=at, fields=fields, why=f"{wanted.label}: on")


@transaction.atomic
def switch_off(
    *, authority: Authority, kind: Kind, key: str, by: User, at: datetime, after: int
) -> TakenFields:
    """Take a field no longer: of the next file it is dropped unread."""
    present = _held(authority, kind, after)
    fields = {name: use for name, use in present.fields.items() if name != key}
    label = next((one.label for one in kind.fields if one.key == key), key)
    return _adopt(authority, kind, present, by=by, at=at, fields=fields, why=f"{label}: off")


@transaction.atomic
def choose_years(
    *, authority: Authority, kind: Kind, years: frozenset[int], by: User, at: datetime, after: int
) -> TakenFields:
    """Take these year groups from now on."""
    present = _held(authority, kind, after)
    return _adopt(authority, kind, present, by=by, at=at, years=years, why="Year groups")


def _held(authority: Authority, kind: Kind, after: int) -> Taken:
    Authority.objects.select_for_update().get(pk=authority.pk)
    present = taken_of(authority, kind)
    if present.version != after:
        raise CannotSwitch("Someone else has changed this meanwhile. Look at it again")
    return present


def _adopt(
    authority: Authority,
    kind: Kind,
    present: Taken,
    *,
    by: User,
    at: datetime,
    why: str,
    years: frozenset[int] | None = None,
    fields: Mapping[str, Use] | None = None,
) -> TakenFields:
    said: dict[str, Any] = {
        key: vars(use) for key, use in (present.fields if fields is None else fields).items()
    }
    made = TakenFields.objects.create(
        authority=authority,
        kind=kind.name,
        version=present.version + 1,
        years=sorted(present.years if years is None else years),
        fields=said,
        made_by=by,
        made_at=at,
        why=why,
    )
    trail.record(
        "fields switched",
        by=by,
        at=at,
        authority=authority,
        subject=made,
        kind=kind.name,
        version=made.version,
    )
    return made
