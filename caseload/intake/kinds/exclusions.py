"""Codes of suspension and exclusion, read by the list of the time (ISA-12)."""

from collections.abc import Callable, Mapping

from caseload.attendance import Exclusions, exclusions_on
from caseload.intake.directory import Given
from caseload.intake.kinds.base import Advice, Reader
from ccis.files.values import Cell, as_text


def code_of(codes: Callable[[Exclusions], Mapping[str, str]]) -> Reader:
    """A code of the file's time, or its words; another is kept as it is, and said."""

    def read(cell: Cell, given: Given) -> object:
        said = as_text(cell)
        known = codes(exclusions_on(given.as_at))
        for code, words in known.items():
            if said.upper() == code or said.lower() == words.lower():
                return code
        if said:
            raise Advice(
                "This is no code of suspension or exclusion of that time. We kept it as it is.",
                "exclusion code not known",
                value=said[:500],
            )
        return None

    return read


CODES: dict[str, Reader] = {
    "type": code_of(lambda exclusions: exclusions.types),
    "reason": code_of(lambda exclusions: exclusions.reasons),
}
"""What a school's system sends of an exclusion that is a code of a list."""
