"""What a file says differently from what we hold, where someone here is working with the person.

About people whom nobody is working with the newer source wins; about the others a person decides
(the policy says since when somebody counts as worked with). No database, no clock.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from caseload.intake.holdings import Held
from caseload.intake.kinds.base import Level, Problem
from caseload.intake.planning import COMPULSORY, NOT_KNOWN, Instruction

WEIGHED = {
    "name": "name",
    "particulars": "personal details",
    "address": "address",
    "contactpoint": "phone or email",
    "activity": "what they are doing",
    "departure": "where they went",
}
"""Facts of which two sources may say different things; a year group or a number moves on."""

SAYS_LITTLE = frozenset({NOT_KNOWN, COMPULSORY})
"""Groups of activity that give way to any knowledge."""

CODE = "differs while we work with them"


def differences(instructions: Sequence[Instruction], held: Held) -> Iterator[Problem]:
    """What someone has to accept before it takes the place of what we hold; none or one."""
    said = dict.fromkeys(
        WEIGHED[one["fact"]] for one in instructions if _takes_something_away(one, held)
    )
    if said:
        yield Problem(
            "",
            CODE,
            f"Someone here is working with them, and this differs from what we hold: "
            f"{', '.join(said)}. Accept it if it is right, and say why.",
            Level.SOFT,
        )


def _takes_something_away(instruction: Instruction, held: Held) -> bool:
    """Whether something that we hold to be so would be believed no longer, or otherwise."""
    fact, supersedes = instruction["fact"], instruction.get("supersedes")
    if fact not in WEIGHED or supersedes is None:
        return False
    version = next((one for one in getattr(held, fact) if one.pk == supersedes), None)
    if version is None:
        return False
    if fact == "activity":
        return instruction["does"] != "corrects" and version.group not in SAYS_LITTLE
    if instruction["does"] in ("ends", "gives way"):
        return True
    return any(
        _differs(version.values.get(name), value) for name, value in instruction["values"].items()
    )


def _differs(ours: Any, theirs: Any) -> bool:
    """Whether both say something, and not the same: what was empty may be filled."""
    return ours not in (None, "") and theirs not in (None, "") and str(ours) != str(theirs)
