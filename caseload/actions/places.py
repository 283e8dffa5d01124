"""Where an address lies: looked up in the gazetteer when it is written down (PIA-24)."""

from typing import Any

from caseload.models import Address, Fact, YoungPerson
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
