"""Someone's choices as an officer sees them: what stands, and every statement (LC-06)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload.models import YoungPerson
from ccis.govuk.words import plural, short_date
from optout.models import Statement
from optout.queries import Standing


def tag(stands: Standing) -> dict[str, str]:
    """What stands, as a tag (pages §5.2)."""
    if stands.all:
        return {"text": "Opted out of all", "colour": "purple"}
    if stands.some:
        return {"text": f"Opted out of {len(stands.some)}", "colour": "purple"}
    return {"text": "No objection", "colour": "grey"}


def sentences(stands: Standing) -> list[str]:
    """What stands, and what it stops."""
    if stands.all:
        words = ["Their details may not go to any organisation."]
        if stands.but:
            names = ", ".join(one.name for one in stands.but)
            words = [f"Their details may go to no organisation but: {names}."]
        return [*words, "What the monthly return must carry is kept and sent all the same."]
    if stands.some:
        names = ", ".join(one.name for one in stands.some)
        return [f"Their details may not go to: {names}."]
    return ["Nobody has said no, or it was taken back."]


def conflict(statements: list[Statement]) -> str:
    """What to say when statements disagree: which holds, and why (LC-06)."""
    believed = [one for one in statements if one.superseded_id is None]
    if len({one.says for one in believed}) < 2:
        return ""
    if any(one.says == Statement.Says.YES and not one.lifts for one in believed):
        return (
            "Not all say the same. The latest no holds until the young person takes it back: a "
            "yes from a school, another authority, or from someone else once they are 16 does not."
        )
    return "Not all say the same. What the young person said last holds."


def timeline_items(
    person: YoungPerson, statements: list[Statement], *, may_edit: bool
) -> list[dict[str, Any]]:
    """Every statement, newest first, those taken out struck through."""
    return [
        _item(person, statement, place, may_edit=may_edit)
        for place, statement in enumerate(statements, start=1)
    ]


def _item(
    person: YoungPerson, statement: Statement, place: int, *, may_edit: bool
) -> dict[str, Any]:
    whom = statement.provider.name if statement.provider else "all organisations"
    verb = "said no to" if statement.says == Statement.Says.NO else "said yes to"
    out = statement.superseded
    by = statement.recorded.by
    may_take_out = may_edit and out is None
    return {
        "year": str(statement.said_on.year),
        "date": statement.said_on,
        "sentence": f"{statement.get_said_by_display()} {verb} {whom}",
        "note": _note(statement),
        "who": f"Recorded by {by.name}" if by else "Recorded by the service",
        "source": ", ".join(filter(None, (statement.get_channel_display(), statement.source))),
        "corrected": (
            f"Taken out on {short_date(out.at)}"
            f"{f' by {out.by.name}' if out.by else ''}: {out.source}"
            if out
            else ""
        ),
        "href": reverse("optout:person-take-out", args=[person.ref, place]) if may_take_out else "",
    }


def _note(statement: Statement) -> str:
    if statement.says == Statement.Says.YES and not statement.lifts:
        return "Takes back no earlier no"
    return "Gives way to the young person's own yes" if statement.yields else ""


def codes_line(usable_until: list[date]) -> str:
    """How many codes work, and until when."""
    if not usable_until:
        return "No personal code works."
    count = plural(len(usable_until), "personal code works", "personal codes work")
    return f"{count}, the last until {short_date(max(usable_until))}."
