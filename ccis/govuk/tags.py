"""Tags: words carry the meaning, colour repeats it (pages §3.11 and §5.2)."""

from typing import Any

NONE, UNDER_WAY, WAITING, DONE = "grey", "blue", "teal", "green"
SOON, TODAY, LATE, MUST_BE_OBEYED = "yellow", "orange", "red", "purple"

COLOURS = frozenset({NONE, UNDER_WAY, WAITING, DONE, SOON, TODAY, LATE, MUST_BE_OBEYED})
"""Every colour a tag may have. Magenta is not used."""

FILE_STATES = {
    "Received": NONE,
    "Being read": UNDER_WAY,
    "Needs columns matched": SOON,
    "With its sender": WAITING,
    "Ready to review": SOON,
    "Being applied": UNDER_WAY,
    "Look again": TODAY,
    "Stopped, safe to carry on": LATE,
    "Done": DONE,
    "Refused": LATE,
    "Set aside": NONE,
}
RETURN_STATES = {
    "Not started": NONE,
    "Under way": UNDER_WAY,
    "Trial": UNDER_WAY,
    "Made": DONE,
    "Signed off": DONE,
    "Sent": DONE,
    "Answered": DONE,
    "Replaced": NONE,
    "Stopped": LATE,
}
PRIORITIES = {"Must mend": LATE, "Should mend": SOON, "To know": NONE}
CLOCKS = {"On time": NONE, "Ends soon": SOON, "Ends today": TODAY, "Late": LATE, "Paused": NONE}


def tag_class(colour: str) -> str:
    """The class that colours a tag, ``govuk-tag--red``; ``ValueError`` for a colour not agreed."""
    if colour not in COLOURS:
        raise ValueError(f"{colour} is not a colour that a tag may have")
    return f"govuk-tag--{colour}"


def tag(text: str, colour: str = NONE) -> dict[str, Any]:
    """What ``govukTag`` wants, from the words and one of the colours above."""
    return {"text": text, "classes": tag_class(colour)}


def status_tag(text: str, colours: dict[str, str]) -> dict[str, Any]:
    """A tag whose colour is looked up by its words, as ``status_tag("Done", FILE_STATES)``."""
    return tag(text, colours.get(text, NONE))
