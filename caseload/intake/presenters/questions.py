"""Rows that a school is asked about, in words."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import SchoolAnswer
from ccis.calendar.words import short_date
from ccis.govuk.words import date_and_time

HEADINGS = (
    "Row of your file",
    "Legal first name",
    "Legal last name",
    "Date of birth",
    "New to the authority, first setting, or a mistake?",
    "Who says so",
)


def _who(row: InboundRow) -> str:
    return f"{row.read.get('given', '')} {row.read.get('family', '')}".strip()


def _born(row: InboundRow) -> str:
    born = row.read.get("birth")
    return short_date(date.fromisoformat(born)) if born else "not given"


def question(row: InboundRow) -> dict[str, str]:
    """A row that waits for an answer."""
    return {
        "number": str(row.number),
        "name": _who(row),
        "born": _born(row),
        "href": reverse("intake:question", kwargs={"ref": row.file.ref, "number": row.number}),
    }


def answer(row: InboundRow) -> dict[str, str]:
    """A row with what the school said, and who said and entered it."""
    return {
        "number": str(row.number),
        "name": _who(row),
        "born": _born(row),
        "answer": SchoolAnswer(row.school_said).label,
        "said_by": row.school_said_by,
        "outcome": row.get_outcome_display(),
    }


def line(row: InboundRow) -> Sequence[object]:
    """A row of the workbook for the school."""
    born = row.read.get("birth")
    return (
        row.number,
        row.read.get("given", ""),
        row.read.get("family", ""),
        date.fromisoformat(born) if born else None,
        None,
        None,
    )


def asked_line(file: InboundFile) -> str:
    """When the school was last asked; nothing before."""
    return f"The school was last asked on {date_and_time(file.asked_at)}." if file.asked_at else ""
