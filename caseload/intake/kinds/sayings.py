"""What a school or another authority was told about sharing: a yes or no in a row (LC-06)."""

from caseload.intake.directory import Given
from caseload.intake.kinds import reading
from caseload.intake.kinds.base import Column, Field
from ccis.files.values import BadValue, Cell, as_text, normalise_header

NO, YES = "no", "yes"

WORDS = {
    normalise_header(words): says
    for says, some in {
        NO: (
            "Opted out, Opt out, Objects, Objected, Objection, Refused, Consent refused, "
            "Withdrawn, Consent withdrawn, Do not share, No consent"
        ),
        YES: "Opted in, Opt in, Consent, Consents, Consented, Consent given, Agreed, May share",
    }.items()
    for words in some.split(", ")
}
"""How systems write it. Yes and No alone are not understood: they answer either question."""


def sharing(cell: Cell, given: Given) -> object:
    """``no`` or ``yes`` to sharing; what is not understood must be mended, since it may be a no."""
    text = as_text(cell)
    if not text:
        return None
    says = WORDS.get(normalise_header(text))
    if says is None:
        raise BadValue(
            "Give Opted out or Consent. Yes and No could mean either.", "sharing not understood"
        )
    return says


KEYS = ("sharing", "sharing_on")

COLUMNS = (
    Column(
        "sharing",
        "Sharing Choice",
        "Whether they said no to sharing with organisations: Opted out or Consent",
        "Opted out",
        aliases=("Opt Out", "Opt Out Status", "Sharing Consent", "Data Sharing Choice"),
        reads=sharing,
    ),
    Column(
        "sharing_on",
        "Sharing Choice Date",
        "The day on which they said so",
        "03/09/2026",
        aliases=("Opt Out Date", "Sharing Consent Date"),
        reads=reading.day,
        is_date=True,
    ),
)

FIELD = Field("sharing", "What they said about sharing with organisations", KEYS, core=True)

ACCEPTING = (
    "A no or yes to sharing is kept as a statement with this file as its source. The latest no "
    "holds until the young person takes it back."
)
