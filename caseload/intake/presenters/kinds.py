"""A kind of file in words: its columns, its template workbook."""

from typing import Any

from django.urls import reverse

from caseload.intake.kinds import KINDS, Kind
from caseload.intake.kinds.base import Column
from ccis.files.writing import TemplateColumn


def links() -> list[dict[str, str]]:
    """Every kind with its page and its workbook."""
    return [
        {
            "label": kind.label,
            "meaning": kind.meaning,
            "href": reverse("intake:kind", kwargs={"kind": kind.name}),
            "workbook": reverse("intake:template", kwargs={"kind": kind.name}),
        }
        for kind in KINDS.values()
    ]


def columns(kind: Kind) -> list[dict[str, Any]]:
    """The columns of a kind for its page."""
    return [
        {
            "heading": column.heading,
            "aliases": ", ".join(column.aliases),
            "meaning": column.meaning,
            "example": column.example,
            "needed": needed(kind, column),
            "used": column.kept,
            "sensitive": column.sensitive,
        }
        for column in kind.columns
    ]


def needed(kind: Kind, column: Column) -> str:
    """Whether a file must have the column, in words."""
    if column.required:
        return "Yes"
    for some in kind.one_of:
        if column.key in some:
            others = [kind.column(key).heading for key in some if key != column.key]
            return f"This or {' or '.join(others)}" if others else "Yes, or its sender"
    return "No"


def template_columns(kind: Kind) -> list[TemplateColumn]:
    """The columns of the workbook to fill in: those that are used."""
    return [
        TemplateColumn(
            heading=column.heading,
            meaning=column.meaning,
            example=column.example,
            required=column.required,
            holds="date" if column.is_date else "text",
        )
        for column in kind.columns
        if column.kept or kind.fields
    ]
