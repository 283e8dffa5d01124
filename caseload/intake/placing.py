"""Addresses that rows would write, looked up in the gazetteer together (PIA-24)."""

from collections.abc import Mapping, Sequence
from typing import Any

from caseload.actions.places import LINES
from caseload.intake.kinds.base import Level, Problem, Staged
from caseload.intake.models import InboundFile
from ccis.authorities.placing import Written, place_addresses

NOT_FOUND = Problem(
    "",
    "address not in the gazetteer",
    "We did not find this address in the gazetteer. It is kept as it was sent, and marked.",
    Level.NOTE,
)

Problems = Sequence[Mapping[str, Any]]


def place_staged(file: InboundFile, rows: Sequence[tuple[Staged, Problems]]) -> None:
    """Give each address that would be written its property and ward, in one statement.

    Each of ``rows`` is what was staged, with the problems of the row as they were before. A row
    whose address is not found says so, and goes on.
    """
    found = [
        (staged, problems, instruction["values"])
        for staged, problems in rows
        for instruction in staged.instructions
        if instruction["fact"] == "address" and instruction.get("values", {}).get("postcode")
    ]
    places = place_addresses(file.authority_id, [_written(values) for _, _, values in found])
    for (staged, problems, values), place in zip(found, places, strict=True):
        values.update({"uprn": place.uprn} if place.uprn else {})
        values.update({"ward_code": place.ward} if place.ward else {})
        if place.is_missing and not values.get("uprn"):
            _mark(staged, problems)


def _written(values: Mapping[str, Any]) -> Written:
    return Written(" ".join(str(values.get(line) or "") for line in LINES), values["postcode"])


def _mark(staged: Staged, problems: Problems) -> None:
    known = staged.problems if staged.problems is not None else [dict(one) for one in problems]
    if all(one["code"] != NOT_FOUND.code for one in known):
        known.append(NOT_FOUND.of_whole_row())
    staged.problems = known
