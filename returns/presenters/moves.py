"""What the pages of going live say: files that moved in, counts, and differences in words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from caseload.intake.models import InboundFile
from caseload.intake.rules import Outcome
from ccis.access.references import show_reference
from ccis.calendar.periods import Period
from ccis.calendar.words import date_in_words, local_date
from ccis.govuk.words import plural
from returns.models import BuildState, Difference, Reconciliation
from returns.moving.reasons import explains, in_words

SENSITIVE = frozenset({"Ethnicity", "Gender", "SENDFlag", "SENSupportFlag", "CharacteristicCode"})
"""Elements whose values only those with a need see (ISA-01)."""

HELD_BACK = "Not shown"


def address(file: InboundFile, name: str = "move", **query: str) -> str:
    """The address of a page of one move."""
    href = reverse(f"returns:{name}", args=[file.ref])
    return f"{href}?{urlencode(query)}" if query else href


def list_row(file: InboundFile, newest: Reconciliation | None, left: int) -> dict[str, Any]:
    """One file that moved in, as a row of the list."""
    return {
        "href": address(file),
        "reference": show_reference(file.ref),
        "month": Period.of(file.as_at).label,
        "sender": file.sender,
        "state": file.state_label,
        "rows": f"{file.row_count or 0:,}",
        "standing": standing(newest, left),
    }


def standing(found: Reconciliation | None, left: int) -> str:
    """Where the reconciliation of a file stands, in a few words."""
    if found is None:
        return "Not compared yet"
    if found.signed_off_at is not None and found.signed_off_by is not None:
        on = date_in_words(local_date(found.signed_off_at))
        return f"Signed off by {found.signed_off_by.get_full_name()} on {on}"
    if found.compared_at is None:
        stopped = found.build.state == BuildState.STOPPED
        return "The return stopped, so nothing is compared" if stopped else "Being compared"
    return f"{plural(left, 'difference')} to explain" if left else "Every difference explained"


LABELS = (("status", "Cohort status"), ("activity", "Activity code"), ("age", "Academic age"))


def count_tables(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """Both returns counted by status, activity and age: rows of code, there, here, difference."""
    tables = []
    for key, label in LABELS:
        there, here = counts["there"][key], counts["here"][key]
        rows = [
            [
                "None" if code == "none" else code,
                f"{there.get(code, 0):,}",
                f"{here.get(code, 0):,}",
                f"{here.get(code, 0) - there.get(code, 0):+,}" if there.get(code) != here.get(code)
                else "0",
            ]
            for code in sorted(there.keys() | here.keys())
        ]  # fmt: skip
        tables.append({"label": label, "rows": rows})
    return tables


def rows_table(counts: dict[str, Any]) -> list[list[str]]:
    """The rows of the file by what became of them."""
    return [[Outcome(outcome).label, f"{number:,}"] for outcome, number in counts["rows"].items()]


def group_row(file: InboundFile, group: dict[str, Any]) -> dict[str, Any]:
    """One group of differences."""
    element, reason = str(group["element"]), str(group["reason"])
    is_told = group["told"] == group["number"]
    return {
        "what": element or str(Difference.What(group["what"]).label),
        "why": in_words(element, reason),
        "number": f"{group['number']:,}",
        "tag": ("Explained", "green")
        if explains(reason) or is_told
        else ("To explain", "yellow"),
        "href": address(
            file, "move-group", what=group["what"], element=element, reason=reason
        ),
    }  # fmt: skip


def difference_row(
    one: Difference, values: dict[str, tuple[str, str]], *, sensitive: bool
) -> dict[str, str]:
    """One difference: id, row, and both values where there are two."""
    there, here = values.get(one.young_persons_id, ("", ""))
    if one.element in SENSITIVE and not sensitive:
        there = here = HELD_BACK
    return {
        "id": one.young_persons_id,
        "row": f"{one.row_number:,}" if one.row_number else "",
        "there": there or "empty",
        "here": here or "empty",
    }


WORKBOOK = ("NCCIS id", "Row", "What", "Element", "Why", "Explained", "In words", "By")


def workbook_row(one: Difference) -> list[object]:
    """One difference for the workbook: ids, and no values."""
    return [
        one.young_persons_id,
        one.row_number,
        str(Difference.What(one.what).label),
        one.element,
        in_words(one.element, one.reason),
        "Yes" if explains(one.reason) or one.explanation else "No",
        one.explanation,
        one.explained_by.get_full_name() if one.explained_by else "",
    ]
