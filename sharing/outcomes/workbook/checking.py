"""Reading the rows of a completed workbook against the list that it is of: no database, no clock.

A row is known by its references alone, never by a name. What the council filled in must be as it
was given, though the list says otherwise by now: a row whose parts were sorted apart is caught by
that.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ccis.access.references import read_reference
from ccis.calendar.words import date_in_words, local_date
from ccis.files.reading import Row, Table, column_letter
from ccis.files.values import BadValue, Cell, DateSystem, as_text, normalise_header, parse_date
from sharing.given import in_a_cell, was_given
from sharing.outcomes.rules import (
    CONFIRMED,
    DOING,
    HOWS,
    MOST_TRIES,
    OVER,
    SELECT_DOING,
    Said,
    wrong_with,
)
from sharing.outcomes.workbook_models import Place
from sharing.rules import HEADINGS
from sharing.template import ANSWERS, LIST, OUTCOMES, ROW

NOT_OURS = (
    "We do not know this row: it is not of your list, or they were taken off it. Nobody can be "
    "added here. If they were on your list, destroy what you have of them"
)
NO_REFERENCE = "This row has no reference of ours. Nobody can be added here"
OTHER_LIST = "This row belongs to another list"
GONE = f"{OVER}. Destroy what you have of them"
TAMPERED = (
    "This is not what we gave you. Only the columns from “What happened” on can be changed. If "
    "it is wrong, choose “The details are wrong”"
)

HEADING = {one.key: one.heading for one in ANSWERS}
WORDS = {normalise_header(words): key for key, words in OUTCOMES.items()}
HOW_WORDS = {normalise_header(words): key for key, words in HOWS.items()}
DOING_WORDS = {normalise_header(words): key for key, words in DOING.items()}
OF_A_TRY = ("tried_on", "how", "tries")


Try = tuple[date, str]
"""The day on which somebody was tried, and how."""


@dataclass(frozen=True)
class Told:
    """The answer that counts of someone, as far as a workbook is compared with it."""

    number: int
    outcome: str
    where: str
    since: date | None
    notes: str
    tries: int | None
    mark: str
    at: datetime
    by_name: str
    doing: str = ""


@dataclass(frozen=True)
class Known:
    """Someone who was on the list: what they were given as, and what was said of them."""

    disclosure: int
    values: Mapping[str, str | Sequence[str]]
    is_live: bool
    released_on: date
    told: Told | None = None
    tries: Collection[Try] = ()
    """The tries that are logged, and were not taken back."""
    before: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Digests of what columns said in copies that were made before a dispute or a seal."""

    def were_given(self, column: str, text: str) -> bool:
        """Whether they were given as what a cell says, now or before."""
        if text == in_a_cell(self.values.get(column, "")):
            return True
        return was_given(self.before.get(column, ()), self.disclosure, column, text)


@dataclass(frozen=True)
class Taken:
    """What an earlier workbook said of someone, and was taken."""

    disclosure: int
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Expected:
    """The list that a workbook should be of."""

    reference: str
    columns: Sequence[str]
    rows: Mapping[str, Known]
    copies: Mapping[str, datetime]
    """When each copy was made, by its mark."""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """What earlier workbooks said of rows, by reference: their people may be off the list now."""


@dataclass(frozen=True)
class Copy:
    """One copy of the list: its mark, and when it was made."""

    mark: str
    made_at: datetime


@dataclass
class Found:
    """What was made of a row."""

    number: int
    place: Place
    disclosure: int | None = None
    said: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    row_ref: str = ""
    mark: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)


class WrongFile(Exception):
    """The workbook as a whole cannot be used, in words."""


def headings_known() -> frozenset[str]:
    """Every heading of the template, normalised."""
    return frozenset(map(normalise_header, [LIST, ROW, *HEADINGS.values(), *HEADING.values()]))


def columns_of(table: Table) -> dict[str, int]:
    """Where each heading of the template is. Raises ``WrongFile`` where one that is needed is not,
    or is there twice."""
    found: dict[str, int] = {}
    known = headings_known()
    for heading in table.header:
        if heading.normal in known and heading.normal in found:
            raise WrongFile(f"The heading “{heading.text}” is there more than once")
        found[heading.normal] = heading.position
    for needed in (LIST, ROW, HEADING["outcome"]):
        if normalise_header(needed) not in found:
            raise WrongFile(f"Row 1 should have the headings. We did not find {needed}")
    return found


def check(
    rows: Iterable[Row],
    columns: Mapping[str, int],
    expected: Expected,
    *,
    today: date,
    date_system: DateSystem = 1900,
) -> list[Found]:
    """Where each row stands. Raises ``WrongFile`` for the workbook of another list."""
    reader = _Reader(columns, expected, today, date_system)
    kept = list(rows)
    lists = {reader.list_of(row) for row in kept}
    if lists and expected.reference not in lists and lists != {""}:
        raise WrongFile("This workbook belongs to another list. Nothing was used")
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in kept:
        if found := reader.reference_of(row):
            numbers[found[0]].append(row.number)
    return [reader.read(row, numbers) for row in kept]


def _plain(value: str) -> str:
    return re.sub(r"[\s-]", "", value).upper()


@dataclass(frozen=True)
class _Reader:
    columns: Mapping[str, int]
    expected: Expected
    today: date
    date_system: DateSystem

    def cell(self, row: Row, heading: str) -> Cell:
        position = self.columns.get(normalise_header(heading))
        return row.cells[position] if position is not None and position < len(row.cells) else None

    def asks(self, key: str) -> bool:
        """Whether this copy has a column, which one that was made before may not."""
        return normalise_header(HEADING[key]) in self.columns

    def text(self, row: Row, heading: str) -> str:
        return " ".join(as_text(self.cell(row, heading)).split())

    def list_of(self, row: Row) -> str:
        return _plain(self.text(row, LIST))

    def reference_of(self, row: Row) -> tuple[str, str] | None:
        """The row's own reference and the mark of its copy."""
        text = _plain(self.text(row, ROW))
        reference = read_reference(text[:-4]) if len(text) == 12 else None
        return (reference, text[-4:]) if reference else None

    def knows(self, reference: str, mark: str) -> bool:
        """Whether it is of this list, in a copy that we made."""
        known = reference in self.expected.rows or reference in self.expected.taken
        return known and mark in self.expected.copies

    def read(self, row: Row, numbers: Mapping[str, list[int]]) -> Found:
        """Where a row stands, given the numbers of the rows of each reference, in any copy."""
        found = Found(row.number, Place.REFUSED)
        reference = self.reference_of(row)
        if row.problem is not None:
            self._say(found, None, row.problem)
        elif self.list_of(row) not in ("", self.expected.reference):
            self._say(found, LIST, OTHER_LIST)
        elif not self.text(row, ROW):
            self._say(found, ROW, NO_REFERENCE)
        elif reference is None or not self.knows(*reference):
            self._say(found, ROW, NOT_OURS)
        elif len(numbers[reference[0]]) > 1:
            listed = " and ".join(str(number) for number in numbers[reference[0]])
            self._say(found, ROW, f"Rows {listed} have the same reference. Leave one of them")
        else:
            found.row_ref, found.mark = reference
            known = self.expected.rows.get(found.row_ref)
            if known is not None and known.is_live:
                found.disclosure = known.disclosure
                copy = Copy(found.mark, self.expected.copies[found.mark])
                self._compare(found, row, known, copy)
            else:
                self._of_somebody_gone(found, row, known)
        return found

    def _of_somebody_gone(self, found: Found, row: Row, known: Known | None) -> None:
        """Someone who is on the list no more: by what this very workbook said, or otherwise."""
        taken = self.expected.taken.get(found.row_ref)
        found.disclosure = taken.disclosure if taken else known.disclosure if known else None
        self._answers(found, row, since=date.min)
        if taken is not None and not found.problems and found.said == taken.said:
            found.place = Place.SAME
            return
        found.problems.clear()
        self._say(found, ROW, GONE)

    def _compare(self, found: Found, row: Row, known: Known, copy: Copy) -> None:
        for column in self.expected.columns:
            heading = HEADINGS[column]
            if normalise_header(heading) not in self.columns:
                continue
            if not known.were_given(column, self.text(row, heading)):
                self._say(found, heading, TAMPERED)
        self._answers(found, row, since=known.released_on)
        if found.problems:
            return
        said = found.said
        if not said:
            found.place = Place.EMPTY
        elif "outcome" not in said:
            self._try_alone(found, known)
        elif known.told is not None and known.told.at > copy.made_at:
            self._weigh(found, known, known.told, copy)
        else:
            found.place = Place.CHANGES
            found.seen = known.told.number if known.told else 0

    def _try_alone(self, found: Found, known: Known) -> None:
        """A try with no other word than we have: it is new, or logged already."""
        day, how = found.said.get("tried_on"), found.said.get("how")
        if day and (date.fromisoformat(day), how) not in known.tries:
            found.place = Place.CHANGES
            found.said = {key: found.said[key] for key in OF_A_TRY if key in found.said}
        else:
            found.place = Place.SAME

    def _weigh(self, found: Found, known: Known, told: Told, copy: Copy) -> None:
        """A word against one that was heard since this copy was made."""
        if _is_same(found.said, told):
            self._try_alone(found, known)
        elif told.mark == copy.mark:
            found.place, found.seen = Place.CHANGES, told.number
        else:
            on = date_in_words(local_date(told.at))
            words = f"{told.by_name} answered this on {on}: “{OUTCOMES[told.outcome]}”. "
            self._say(found, HEADING["outcome"], f"{words}Answer on screen, where you see it")

    def _answers(self, found: Found, row: Row, *, since: date) -> None:
        said = found.said
        self._choice(found, row, "outcome", WORDS, _one_of(OUTCOMES))
        self._choice(found, row, "how", HOW_WORDS, _one_of(HOWS))
        self._choice(found, row, "doing", DOING_WORDS, _one_of(DOING))
        self._day(found, row, "tried_on")
        self._day(found, row, "since")
        self._tries(found, row)
        for key in ("where", "notes"):
            if text := self.text(row, HEADING[key]):
                said[key] = text
        if found.problems or not said:
            return
        if "tried_on" in said:
            day = date.fromisoformat(said["tried_on"])
            if not since <= day <= self.today:
                words = f"Give a day from {date_in_words(since)} to today"
                self._say(found, HEADING["tried_on"], words)
            if "how" not in said:
                self._say(found, HEADING["how"], "Choose how you tried")
        elif "how" in said or ("tries" in said and "outcome" not in said):
            self._say(found, HEADING["tried_on"], "Give the day that you last tried")
        if "outcome" in said:
            for wrong in wrong_with(said_of(said), today=self.today):
                self._say(found, HEADING[wrong.field], wrong.message)
            if said["outcome"] == CONFIRMED and "doing" not in said and self.asks("doing"):
                self._say(found, HEADING["doing"], SELECT_DOING)
        elif said.keys() & {"doing", "where", "since", "notes"}:
            self._say(found, HEADING["outcome"], "Choose what happened")

    def _choice(
        self, found: Found, row: Row, key: str, words: Mapping[str, str], message: str
    ) -> None:
        text = self.text(row, HEADING[key])
        chosen = words.get(normalise_header(text))
        if chosen:
            found.said[key] = chosen
        elif text:
            self._say(found, HEADING[key], message)

    def _day(self, found: Found, row: Row, key: str) -> None:
        try:
            day = parse_date(self.cell(row, HEADING[key]), date_system=self.date_system)
        except BadValue as error:
            self._say(found, HEADING[key], error.message)
            return
        if day is not None:
            found.said[key] = day.isoformat()

    def _tries(self, found: Found, row: Row) -> None:
        text = self.text(row, HEADING["tries"])
        if re.fullmatch(r"\d{1,2}", text, re.ASCII):
            found.said["tries"] = int(text)
        elif text:
            self._say(found, HEADING["tries"], f"Give a number from 0 to {MOST_TRIES}")

    def _say(self, found: Found, heading: str | None, message: str) -> None:
        position = self.columns.get(normalise_header(heading)) if heading else None
        found.place = Place.REFUSED
        found.problems.append(
            {
                "position": position,
                "letter": column_letter(position) if position is not None else "",
                "heading": heading or "",
                "message": message,
            }
        )


def _one_of(choices: Mapping[str, str]) -> str:
    return f"Choose one of: {' · '.join(choices.values())}"


def said_of(said: Mapping[str, Any]) -> Said:
    """What a row says became of someone."""
    since = said.get("since")
    return Said(
        outcome=said["outcome"],
        where=said.get("where", ""),
        doing=said.get("doing", ""),
        since=date.fromisoformat(since) if since else None,
        notes=said.get("notes", ""),
        tries=said.get("tries"),
    )


def _is_same(said: Mapping[str, Any], told: Told) -> bool:
    same = said_of(said)
    doing = same.doing or told.doing
    return (same.outcome, doing, same.where, same.since, same.notes, same.tries) == (
        told.outcome,
        told.doing,
        told.where,
        told.since,
        told.notes,
        told.tries,
    )
