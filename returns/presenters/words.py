"""Words and tags that several pages of the return share (pages §5.2)."""

from typing import Any

from ccis.access.references import show_reference
from ccis.calendar.words import short_date
from ccis.govuk.tags import DONE, LATE, NONE, PRIORITIES, SOON, UNDER_WAY, WAITING
from ccis.govuk.words import date_and_time, number, plural
from returns.editions.model import URGENCY, Edition
from returns.models import Build, BuildKind, BuildState

Tag = dict[str, str]

URGENCIES: dict[str, str] = {
    **{str(priority): words for priority, words in URGENCY.items()},
    "unknown": "Priority not known",
}
"""How bad a finding is, by the key of ``finding_counts``."""

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def tag(text: str, colour: str) -> Tag:
    """A tag as ``components/tags.jinja`` draws it."""
    return {"text": text, "colour": colour}


def urgency_of(priority: int | None) -> str:
    """How bad a finding of this priority is, in words."""
    return URGENCY.get(priority, "Priority not known")


def urgency_tag(priority: int | None) -> Tag:
    """The same as a tag."""
    words = urgency_of(priority)
    return tag(words, PRIORITIES.get(words, NONE))


def state_tag(build: Build) -> Tag:
    """Where a build stands: under way, stopped, trial, made, replaced."""
    if build.is_under_way:
        return tag("Under way", UNDER_WAY)
    if build.state == BuildState.STOPPED:
        return tag("Stopped", LATE)
    if build.state == BuildState.REFUSED:
        return tag("Errors to mend", SOON)
    if build.replaced_by_id is not None:
        return tag("Replaced", NONE)
    return tag("Trial", WAITING) if build.kind == BuildKind.TRIAL else tag("Made", DONE)


def kind_of(build: Build) -> str:
    """ "trial" or "final return", for the middle of a sentence."""
    return "final return" if build.kind == BuildKind.FINAL else "trial"


def title_of(build: Build) -> str:
    """A build in words: "Trial of October 2026, 21 Nov 2026, 9:31pm"."""
    made = date_and_time(build.finished_at or build.asked_at)
    kind = "Final return" if build.kind == BuildKind.FINAL else "Trial"
    return f"{kind} of {build.month.label}, {made}"


def as_at(build: Build) -> str:
    """What it is of and from: "as at 31 Oct 2026, as known at change 12"."""
    known = f", as known at change {number(build.moment)}" if build.moment is not None else ""
    return f"as at {short_date(build.month.end)}{known}"


def asked_by(build: Build, nobody: str = "The service") -> str:
    """Who asked for it."""
    return build.asked_by.name if build.asked_by else nobody


def reference_of(build: Build) -> str:
    """Its reference, as people read it."""
    return show_reference(build.ref)


def status_words(edition: Edition, status: str) -> str:
    """A cohort status with its code: "Left England (E)"."""
    known = edition.codes.cohort_status.get(status)
    return f"{known.label} ({status})" if known else status


def in_words(count: int) -> str:
    """A small number in words, as in "two gaps"; figures from eleven."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else number(count)


def gaps_in_words(edition: Edition) -> str:
    """ "two gaps", "one gap", "no gaps"."""
    count = len(edition.gaps)
    return f"{in_words(count)} {'gap' if count == 1 else 'gaps'}"


def footer_text(edition: Edition) -> str:
    """What stands at the foot of every page: "Return edition 2026-27, nine gaps"."""
    return f"Return edition {edition.name}, {gaps_in_words(edition)}"


def size_in_words(size: int | None) -> str:
    """A file's size: "16.8 MB"."""
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{size / 1000:,.1f} kB"
    return f"{size / 1_000_000:,.1f} MB"


def not_shown(count: int) -> str:
    """What a list says of those whose record the reader may not open; empty for none."""
    if count <= 0:
        return ""
    verb = "is" if count == 1 else "are"
    whose = "Their record is" if count == 1 else "Their records are"
    who = plural(count, "person", "people")
    return f"{who} {verb} not shown. {whose} restricted, or merged into another."


def link(text: str, href: str = "", *, hidden: str = "") -> dict[str, Any]:
    """Words that may be a link; ``hidden`` tells it from others for a screen reader."""
    return {"text": text, "href": href, "hidden": hidden}
