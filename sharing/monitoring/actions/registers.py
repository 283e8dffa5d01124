"""Retention figures, plans for providers without an agreement, and the toolkit's own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from caseload.intake.source_models import Source
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from providers.models import Provider
from sharing.monitoring.errors import CannotDo
from sharing.monitoring.models import Baseline, Toolkit, WithoutAgreement

# -- retention -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """A figure as it was typed in or loaded."""

    source: Source
    year: int
    measure: str
    figure: Decimal
    origin: str


@transaction.atomic
def keep_baselines(
    authority: Authority, given: Iterable[Given], *, by: User, at: datetime
) -> tuple[int, int]:
    """Keep figures; one that says something else takes the place of the one before it.

    Gives how many are new or changed, and how many said what was there already. Where one is
    given twice the last counts.
    """
    wanted = {(one.source.pk, one.year, one.measure): one for one in given}
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    held = {
        (one.source_id, one.year, one.measure): one
        for one in Baseline.objects.of(authority).current()
    }
    changed = {
        key: one
        for key, one in wanted.items()
        if key not in held or (held[key].figure, held[key].origin) != (one.figure, one.origin)
    }
    before = [held[key].pk for key in changed if key in held]
    Baseline.objects.filter(pk__in=before).update(replaced_at=at, replaced_by=by)
    Baseline.objects.bulk_create(
        Baseline(
            source=one.source,
            year=one.year,
            measure=one.measure,
            figure=one.figure,
            origin=one.origin,
            by=by,
            at=at,
        )
        for one in changed.values()
    )
    if changed:
        trail.record(
            "retention figures kept", by=by, at=at, authority=authority, figures=len(changed)
        )
    return len(changed), len(wanted) - len(changed)


# -- providers without an agreement ----------------------------------------------------------------


@transaction.atomic
def plan(
    authority: Authority,
    provider: Provider,
    *,
    standing: str,
    words: str,
    owner: str,
    due_on: date | None,
    by: User,
    at: datetime,
) -> WithoutAgreement:
    """Say what is known and planned about a provider; what was said before stays beside it."""
    Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    WithoutAgreement.objects.filter(
        authority=authority, provider=provider, replaced_at=None
    ).update(replaced_at=at)
    made = WithoutAgreement.objects.create(
        authority=authority,
        provider=provider,
        standing=standing,
        plan=words,
        owner=owner,
        due_on=due_on,
        by=by,
        at=at,
    )
    trail.record(
        "plan for a provider without agreement",
        by=by,
        at=at,
        authority=authority,
        subject=provider,
        standing=standing,
    )
    return made


# -- the toolkit -----------------------------------------------------------------------------------


def newest_toolkit(authority: Authority) -> Toolkit | None:
    """What a council adds to the toolkit now; ``None`` while it has added nothing."""
    return Toolkit.objects.filter(authority=authority).select_related("published_by").first()


@transaction.atomic
def publish_toolkit(
    authority: Authority, *, after: int, by: User, at: datetime, **said: Any
) -> Toolkit:
    """Publish a version. Raises ``CannotDo`` when another was published since ``after``."""
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    newest = newest_toolkit(authority)
    number = newest.number if newest else 0
    if number != after:
        raise CannotDo(f"Version {number} was published meanwhile. Look at it first")
    made = Toolkit.objects.create(
        authority=authority, number=number + 1, published_by=by, published_at=at, **said
    )
    trail.record(
        "toolkit published", by=by, at=at, authority=authority, subject=made, version=made.number
    )
    return made
