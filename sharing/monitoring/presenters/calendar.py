"""Returns due and made, in words (LDOR-05)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from caseload.intake.source_models import Source
from ccis.access.references import show_reference
from ccis.calendar.periods import Period
from ccis.calendar.words import local_date
from ccis.govuk import tags
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, number, short_date
from sharing.monitoring.actions.chasing import Asked
from sharing.monitoring.models import Chase
from sharing.monitoring.presenters.tables import Table
from sharing.monitoring.queries import Cell, Line
from sharing.monitoring.rules import ASKED, MADE, Standing

COLOURS = {
    Standing.MADE: tags.DONE,
    Standing.NIL: tags.DONE,
    Standing.MADE_LATE: tags.SOON,
    Standing.MISSING: tags.LATE,
    Standing.DUE: tags.NONE,
}

SHOW: dict[str, tuple[str, frozenset[Standing]]] = {
    "asked": ("Asked for", ASKED),
    "made": ("Sent", MADE),
    "late": ("Sent late", frozenset({Standing.MADE_LATE})),
    "missing": ("Not sent", frozenset({Standing.MISSING})),
}
"""What of the newest month can be looked at alone, by its word in the address."""


def address(source: Source, month: Period) -> str:
    """The page of one provider's return for one month."""
    return reverse("monitoring:return", args=[source.ref, month])


def of_newest(lines: Sequence[Line], show: str) -> list[Line]:
    """The lines whose newest month stands as is asked; all, for a word that is none of ``SHOW``."""
    if show not in SHOW:
        return list(lines)
    wanted = SHOW[show][1]
    return [line for line in lines if line.cells and line.cells[0].standing in wanted]


def cards(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """How the newest month stands; each number leads to its providers."""
    return [
        {"text": words, "number": len(of_newest(lines, show)), "href": f"?show={show}", "note": ""}
        for show, (words, _) in SHOW.items()
    ]


def sentence(lines: Sequence[Line], show: str, month: Period) -> str:
    """What the table shows, in words."""
    many = f"{number(len(lines))} provider{'' if len(lines) == 1 else 's'}"
    if show not in SHOW:
        return f"{many}: everyone who is asked for drop-outs, or has sent any."
    return f"{many}: {SHOW[show][0].lower()} for {month.label}."


def heads(months: Sequence[Period]) -> list[str]:
    """Headings of the table."""
    return ["Provider", *(month.label for month in months)]


def rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """A row for each provider, a cell for each month."""
    return [
        {
            "title": line.source.title,
            "cells": [_cell(line.source, one) for one in line.cells],
        }
        for line in lines
    ]


def _cell(source: Source, cell: Cell) -> dict[str, Any]:
    month = cell.told.month
    return {
        "month": month.label,
        "text": cell.standing.value,
        "colour": COLOURS.get(cell.standing, ""),
        "when": _when(cell),
        "href": "" if cell.standing is Standing.NOT_ASKED else address(source, month),
        "hidden": f"{source.title}, {month.label}",
        "chased": _chased(cell),
    }


def _when(cell: Cell) -> str:
    if cell.sent_on is not None:
        return short_date(cell.sent_on)
    return f"due {short_date(cell.told.due_on)}" if cell.told.due_on else ""


def _chased(cell: Cell) -> str:
    if cell.standing in MADE:
        return ""
    if cell.escalated_at:
        return f"Escalated {short_date(local_date(cell.escalated_at))}"
    return f"Reminded {short_date(local_date(cell.reminded_at))}" if cell.reminded_at else ""


def table(lines: Sequence[Line], months: Sequence[Period]) -> Table:
    """The same as a table to download."""
    return Table(
        key="returns",
        caption="Returns due and made",
        heads=heads(months),
        rows=[[line.source.title, *(_in_words(one) for one in line.cells)] for line in lines],
    )


def _in_words(cell: Cell) -> str:
    return ", ".join(filter(None, (cell.standing.value, _when(cell), _chased(cell))))


# -- one return ------------------------------------------------------------------------------------


def details(asked: Asked) -> dict[str, Any]:
    """How one return stands, and who is turned to when it does not come."""
    told, level = asked.told, asked.level
    sent = date_and_time(told.sent_at) if told.sent_at else "Not sent"
    if told.is_nil:
        sent = f"{sent}: nothing to report"
    whom = (
        f"{level.they_name}, {level.they_job}, by the service level agreement with {level.title}"
        if level
        else "Nobody: no service level agreement in force names anyone"
    )
    return summary(
        [
            row("Due", short_date(told.due_on) if told.due_on else "Not asked for"),
            row("Sent", sent),
            row("Joiners", number(told.joiners)),
            row("Leavers", number(told.leavers)),
            row("At risk of leaving", number(told.at_risk)),
            row("Reminders go to", asked.reminds or "No address. Add one to the source"),
            row("Escalated to", whom),
        ]
    )


def standing_tag(asked: Asked) -> dict[str, str]:
    """How a return stands, as a tag."""
    return {"text": asked.standing.value, "colour": COLOURS.get(asked.standing, tags.NONE)}


def chases(found: Sequence[Chase]) -> list[list[str]]:
    """What was done about a return, newest first."""
    return [
        [one.get_step_display(), date_and_time(one.at), one.by.name, one.to_whom] for one in found
    ]


def files(found: Sequence[Any]) -> list[dict[str, str]]:
    """The files in which a month was told of."""
    return [
        {
            "href": reverse("intake:file", args=[one.ref]),
            "text": f"{show_reference(one.ref)}, received {date_and_time(one.received_at)}",
            "state": one.state_label.lower(),
        }
        for one in found
    ]


def months_shown(today: date, count: int) -> list[Period]:
    """The months that are over, newest first."""
    months, month = [], Period.latest_ended(today)
    for _ in range(count):
        months.append(month)
        month = month.previous()
    return months
