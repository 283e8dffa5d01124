"""Where an address lies: looked up in the gazetteer when it is written down (PIA-24)."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from caseload.models import Address, Fact, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from ccis.authorities.placing import Place, Written, place_addresses

LINES = ("line_1", "line_2", "line_3", "line_4", "town")


def place_of(authority: int, values: dict[str, Any]) -> Place:
    """What is found of one address, by its fields. ``authority`` is its id."""
    text = " ".join(str(values.get(line) or "") for line in LINES)
    (place,) = place_addresses(authority, [Written(text, values.get("postcode") or "")])
    return place


def placed(
    model: type[Fact], person: YoungPerson, values: dict[str, Any], before: Fact | None = None
) -> dict[str, Any]:
    """The values of a fact, an address with its property and ward as found.

    A ward that somebody gave is kept; one that only came along from the version ``before`` is
    looked up afresh, as is the property, when the address itself is another.
    """
    if model is not Address:
        return values
    said = {**(before.content() if before is not None else {}), **values}
    if before is not None and all(
        getattr(before, line) == said[line] for line in (*LINES, "postcode")
    ):
        return values
    place = place_of(person.lead_authority_id, said)
    given = values.get("ward_code", "")
    came_along = isinstance(before, Address) and given == before.ward_code
    ward = given if given and not came_along else place.ward
    return {**values, "uprn": place.uprn, "ward_code": ward}


AT_ONCE = 2_000
"""Addresses of one transaction."""


def check_addresses(
    authority: Authority, *, by: User | None, at: datetime, at_once: int = AT_ONCE
) -> int:
    """Give believed addresses without a property the one that the gazetteer now has for them.

    Nothing that is found already, or still is not, is touched. Gives how many were found.
    """
    found, after = 0, 0
    while True:
        some = list(
            Address.objects.believed()
            .filter(person__lead_authority=authority, uprn="", pk__gt=after)
            .exclude(postcode="")
            .order_by("pk")[:at_once]
        )
        if not some:
            return found
        after = some[-1].pk
        written = [
            Written(" ".join(str(getattr(one, line)) for line in LINES), one.postcode)
            for one in some
        ]
        places = place_addresses(authority.pk, written)
        known = [(one, place) for one, place in zip(some, places, strict=True) if place.uprn]
        if known:
            found += _fill_in(authority, known, by=by, at=at)


SUPERSEDE = """
UPDATE caseload_address SET superseded_id = %s WHERE id = ANY (%s) AND superseded_id IS NULL
RETURNING id, person_id
"""

COPIED = ", ".join(
    str(field.column)
    for field in Address._meta.concrete_fields
    if field.name not in {"id", "recorded", "superseded", "source_row", "uprn", "ward_code"}
)

RESTATE = f"""
INSERT INTO caseload_address (recorded_id, uprn, ward_code, {COPIED})
SELECT %s, p.uprn, coalesce(nullif(a.ward_code, ''), p.ward), {COPIED}
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS p (address, uprn, ward)
JOIN caseload_address a ON a.id = p.address AND a.superseded_id = %s
"""  # noqa: S608


@transaction.atomic
def _fill_in(
    authority: Authority, known: list[tuple[Address, Place]], *, by: User | None, at: datetime
) -> int:
    """Restate these addresses with their property; gives how many were still believed."""
    change = open_change(
        authority=authority, by=by, why="address recorded", at=at, source="the gazetteer"
    )
    people = sorted({one.person_id for one, _ in known})
    list(YoungPerson.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    with connection.cursor() as cursor:
        cursor.execute(SUPERSEDE, [change.pk, [one.pk for one, _ in known]])
        held = cursor.fetchall()
        ids, uprns, wards = zip(
            *((one.pk, place.uprn, place.ward) for one, place in known), strict=True
        )
        cursor.execute(RESTATE, [change.pk, list(ids), list(uprns), list(wards), change.pk])
    trail.record_many(
        "address found in the gazetteer",
        sorted({person for _, person in held}),
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=authority,
        change=change,
    )
    return len(held)
