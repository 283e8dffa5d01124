"""The information flow matrix: each line made, changed and ended, with who and when (LDOR-03)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from caseload.dropouts.errors import CannotRoute
from caseload.dropouts.models import Route
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority


@transaction.atomic
def draw(*, authority: Authority, home: Authority, by: User, at: datetime, **line: Any) -> Route:
    """Say to whom goes what is about residents of ``home``; the line before it ends.

    ``line`` holds ``to``, ``unit``, ``name``, ``email``, ``way`` and ``exchange``. The same again
    changes nothing. Raises ``CannotRoute`` for a line that cannot be followed.
    """
    Authority.objects.select_for_update().get(pk=authority.pk)
    if line["way"] == Route.Way.HERE and not home.is_served:
        raise CannotRoute(
            f"{home.title} is not in this service. Say by which secure exchange it goes",
            field="way",
        )
    if home == authority and line["way"] == Route.Way.EXCHANGE:
        raise CannotRoute("What is about your own residents stays in this service", field="way")
    unit = line.get("unit")
    if unit is not None and not unit.authorities.filter(pk=home.pk).exists():
        raise CannotRoute(f"{unit.name} does not work for {home.title}", field="unit")
    before = Route.objects.of(authority).current().filter(home=home).first()
    if before is not None:
        if all(getattr(before, name) == value for name, value in line.items()):
            return before
        _end(before, by=by, at=at)
    made = Route.objects.create(authority=authority, home=home, made_by=by, made_at=at, **line)
    trail.record(
        "drop-out route drawn", by=by, at=at, authority=authority, subject=made, home=home.code
    )
    return made


@transaction.atomic
def end(*, route: Route, by: User, at: datetime) -> None:
    """Take a line out of the matrix; it stays in its history. Ended before, nothing happens."""
    held = Route.objects.select_for_update().select_related("authority", "home").get(pk=route.pk)
    if held.ended_at is None:
        _end(held, by=by, at=at)
        trail.record(
            "drop-out route ended",
            by=by,
            at=at,
            authority=held.authority,
            subject=held,
            home=held.home.code,
        )


def _end(route: Route, *, by: User, at: datetime) -> None:
    Route.objects.filter(pk=route.pk).update(ended_by=by, ended_at=at)
