"""Writes of the settings, each with its line in the trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.errors import CannotSaveSubRegion, ChangedMeanwhile
from ccis.authorities.models import Authority, PolicyProfile, SubRegion
from ccis.authorities.policy import adopt, policy_of


@transaction.atomic
def adopt_policy(
    *,
    authority: Authority,
    after: int,
    by: User,
    at: datetime,
    why: str,
    choices: dict[str, Any],
) -> PolicyProfile:
    """Save a new version of an authority's policy, made from version ``after``.

    Raises ``ChangedMeanwhile`` when there is a newer one by now.
    """
    Authority.objects.select_for_update().get(pk=authority.pk)
    if policy_of(authority).version != after:
        raise ChangedMeanwhile
    profile = adopt(authority=authority, by=by, at=at, why=why, **choices)
    trail.record(
        "policy changed",
        by=by,
        at=at,
        authority=authority,
        subject=profile,
        version=profile.version,
    )
    return profile


@transaction.atomic
def save_sub_region(
    *,
    unit: SubRegion | None,
    name: str,
    contact_name: str,
    contact_email: str,
    authorities: Iterable[Authority],
    by: User,
    at: datetime,
    authority_of_user: Authority,
) -> SubRegion:
    """Make a sub-region, or (with ``unit``) change one: its name, contact and members.

    Raises ``CannotSaveSubRegion`` when another has the name.
    """
    is_new = unit is None
    unit = unit or SubRegion()
    unit.name, unit.contact_name, unit.contact_email = name, contact_name, contact_email
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise CannotSaveSubRegion(
            "There is a sub-region of this name already", field="name"
        ) from error
    members = list(authorities)
    unit.authorities.set(members)
    trail.record(
        "sub-region made" if is_new else "sub-region changed",
        by=by,
        at=at,
        authority=authority_of_user,
        subject=unit,
        members=sorted(member.code for member in members),
    )
    return unit
