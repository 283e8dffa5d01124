"""Writes of the directory, each with its line in the trail."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words
from providers.errors import CannotSaveProvider
from providers.models import Provider

MAY_BE_GIVEN = frozenset(
    {
        "name",
        "kind",
        "authority",
        "dfe_number",
        "urn",
        "ukprn",
        "address",
        "postcode",
        "email",
        "phone",
        "opened_on",
    }
)
"""What ``add`` and ``change`` take."""


def _save(provider: Provider) -> None:
    """Save, saying in words which number someone else was given in the same instant."""
    try:
        with transaction.atomic():
            provider.save()
    except IntegrityError as error:
        for constraint, field, called in (
            ("one_provider_per_urn", "urn", "URN"),
            ("one_open_provider_per_dfe_number", "dfe_number", "DfE number"),
        ):
            if constraint in str(error):
                raise CannotSaveProvider(
                    f"Another provider has this {called}", field=field
                ) from error
        raise


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - MAY_BE_GIVEN
    if unknown:
        raise TypeError(f"a provider has no {', '.join(sorted(unknown))} to give")
    return fields


@transaction.atomic
def add(*, by: User, at: datetime, authority_of_user: Authority, **fields: Any) -> Provider:
    """Put a provider into the directory, which all authorities of an installation share.

    Raises ``CannotSaveProvider`` when another has one of its numbers.
    """
    provider = Provider(**_given(fields))
    _save(provider)
    trail.record("provider added", by=by, at=at, authority=authority_of_user, subject=provider)
    return provider


@transaction.atomic
def change(
    *, provider: Provider, by: User, at: datetime, authority_of_user: Authority, **fields: Any
) -> Provider:
    """Put a provider's entry right. What it was is in its history.

    Raises ``CannotSaveProvider`` when another has one of its numbers, or when it would have
    opened after it closed.
    """
    for name, value in _given(fields).items():
        setattr(provider, name, value)
    if provider.opened_on and provider.closed_on and provider.closed_on < provider.opened_on:
        raise CannotSaveProvider(
            f"It closed on {date_in_words(provider.closed_on)}, so it opened then or earlier",
            field="opened_on",
        )
    _save(provider)
    trail.record(
        "provider changed",
        by=by,
        at=at,
        authority=authority_of_user,
        subject=provider,
        fields=sorted(fields),
    )
    return provider


@transaction.atomic
def close(
    *, provider: Provider, on: date, by: User, at: datetime, authority_of_user: Authority
) -> Provider:
    """Say on which day a provider was last open. Its entry stays, for records point to it.

    Raises ``CannotSaveProvider`` for a day before it opened.
    """
    if provider.opened_on and on < provider.opened_on:
        raise CannotSaveProvider(
            f"It opened on {date_in_words(provider.opened_on)}, so it closed then or later",
            field="closed_on",
        )
    provider.closed_on = on
    _save(provider)
    trail.record("provider closed", by=by, at=at, authority=authority_of_user, subject=provider)
    return provider


@transaction.atomic
def open_again(
    *, provider: Provider, by: User, at: datetime, authority_of_user: Authority
) -> Provider:
    """Take back that a provider closed.

    Raises ``CannotSaveProvider`` when another open provider has its DfE number by now.
    """
    provider.closed_on = None
    _save(provider)
    trail.record(
        "provider opened again", by=by, at=at, authority=authority_of_user, subject=provider
    )
    return provider
