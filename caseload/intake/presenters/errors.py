"""What is wrong with a file, by error and by row (pages §3.6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from caseload.intake.kinds.base import Level
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.presenters.files import address
from caseload.intake.presenters.rows import (
    HELD_BACK,
    LEVEL_COLOURS,
    LEVELS,
    Names,
    is_sensitive,
    problem_line,
)
from ccis.files.values import as_text
from ccis.files.writing import CellProblem


def by_error(file: InboundFile, found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """One line for each kind of problem, with where its rows are."""
    lines = []
    for code, level, message, rows, wordings, letters, heading, accepted in found:
        kind = Level(level)
        where = [letter for letter in letters if letter]
        to_accept = kind == Level.SOFT and rows > accepted
        lines.append(
            {
                "code": code,
                "title": code[:1].upper() + code[1:],
                "message": message if wordings == 1 else f"For example: {message}",
                "tag": {"text": LEVELS[kind], "colour": LEVEL_COLOURS[kind]},
                "rows": rows,
                "accepted": accepted,
                "where": f"Column {', '.join(where)} ({heading})" if where else "The whole row",
                "href": f"{address(file, 'rows')}?{urlencode({'code': code})}",
                "accept": f"{address(file, 'accept')}?{urlencode({'code': code})}"
                if to_accept
                else "",
            }
        )
    return lines


def lines_of(
    row: InboundRow, file: InboundFile, *, sensitive: bool, names: Names
) -> Iterator[dict[str, Any]]:
    """A line for each problem of a row: where, what the cell says, what to do.

    What a cell of special category data says is held back unless ``sensitive``.
    """
    for problem in row.problems:
        position = problem["position"]
        cell = row.sent[position] if position is not None and position < len(row.sent) else None
        yield {
            "number": row.number,
            "href": reverse("intake:row", kwargs={"ref": file.ref, "number": row.number}),
            "where": f"{problem['letter']} ({problem['heading']})"
            if problem["letter"]
            else "The whole row",
            "cell": as_text(cell)
            if sensitive or not is_sensitive(row, problem["column"])
            else HELD_BACK,
            **problem_line(problem, names),
        }


def cell_problems(number: int, problems: Iterable[Mapping[str, Any]]) -> Iterator[CellProblem]:
    """What to mark in the sender's own workbook: what to mend and what to check."""
    for problem in problems:
        level = Level(problem["level"])
        if level != Level.NOTE and not problem.get("accepted"):
            yield CellProblem(
                row=number,
                position=problem["position"],
                message=problem["message"],
                must_mend=level == Level.HARD,
            )
