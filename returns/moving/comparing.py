"""An old return held against ours: what each said of everyone, and where and why they differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from django.db import connection

from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import Outcome, Reason
from ccis.calendar.academic import academic_age
from ccis.files.values import BadValue, Cell, as_text, parse_date
from returns import records, sealed
from returns.cohort import AsAt, cohort_sql
from returns.editions import record
from returns.models import Build, Difference, Reconciliation
from returns.moving.columns import COLUMN_OF_KEY, ID_KEY, MARKS_KEY
from returns.moving.facts import DEPARTED
from returns.moving.reasons import NOT_ALWAYS_SENT, OF_THE_DIRECTORY, WORKED_OUT

AT_ONCE: Final = 2_000
What = Difference.What

Said = dict[str, str]
"""What one return says of someone: texts by column of the record; what is empty is left out."""

KEY_OF_COLUMN: Final = {column: key for key, column in COLUMN_OF_KEY.items()}
ELEMENT: Final = {column.name: column.element or "" for column in record.SENT}
_DATES: Final = frozenset(column.name for column in record.SENT if column.sql_type == "date")
_AREAS: Final = frozenset(
    column.name
    for column in record.SENT
    if "LEA" in ELEMENT[column.name] or column.name == "transferred_to"
)
_CODES: Final = frozenset(
    {
        "cohort_status", "gender", "ethnicity", "guarantee_indicator", "send_flag",
        "sen_support_flag", "currency_lapsed", "upn",
    }
)  # fmt: skip


@dataclass(slots=True)
class OldRow:
    """One record of the old return: its row, what became of it, and what it said."""

    number: int
    said: Said
    outcome: Outcome
    person: int | None
    doubtful: frozenset[str]
    """Keys of columns about which something was to be said."""

    @property
    def id(self) -> str:
        """Its NCCIS id as sent."""
        return self.said.get(ID_KEY, "")


@dataclass
class Side:
    """Records of one return, counted."""

    records: int = 0
    status: Counter[str] = field(default_factory=Counter)
    activity: Counter[str] = field(default_factory=Counter)
    age: Counter[str] = field(default_factory=Counter)

    def add(self, said: Mapping[str, str], on: date) -> None:
        """Count one record."""
        self.records += 1
        self.status[said.get("cohort_status", "none")] += 1
        self.activity[said.get("activity_code", "none")] += 1
        self.age[_age(said.get("dob"), on)] += 1

    def as_json(self) -> dict[str, Any]:
        """The counts, each in order."""
        return {
            "records": self.records,
            "status": dict(sorted(self.status.items())),
            "activity": dict(sorted(self.activity.items())),
            "age": dict(sorted(self.age.items())),
        }


def _age(born: str | None, on: date) -> str:
    try:
        return str(academic_age(date.fromisoformat(born or ""), on))
    except ValueError:
        return "none"


@dataclass
class Comparison:
    """Both returns counted, and every difference found so far."""

    there: Side = field(default_factory=Side)
    here: Side = field(default_factory=Side)
    same: int = 0
    differences: list[Difference] = field(default_factory=list)


def compare(file: InboundFile, build: Build) -> Comparison:
    """Hold every record of what moved in against ours of the same month.

    The build's typed records must be there. Differences are not saved.
    """
    found = Comparison()
    on = build.month.end
    seen: set[str] = set()
    rows = old_rows(file)
    while some := list(islice(rows, AT_ONCE)):
        ours = _ours(build, some)
        missing: list[OldRow] = []
        for row in some:
            found.there.add(row.said, on)
            mine = ours.get(row.id) or ours.get(f"person {row.person}")
            if mine is None:
                missing.append(row)
                continue
            seen.add(mine.said[ID_KEY])
            differing = list(_differing(row, mine.said))
            found.same += not differing
            found.differences += [
                _difference(What.VALUE, row, element, reason, mine.person)
                for element, reason in differing
            ]
        found.differences += _only_there(build, missing)
    for ours_said, person in _all_of(build):
        found.here.add(ours_said, on)
        if ours_said[ID_KEY] not in seen:
            found.differences.append(
                Difference(
                    what=What.HERE,
                    reason="not-in-file",
                    young_persons_id=ours_said[ID_KEY],
                    person_id=person,
                )
            )
    return found


def _difference(
    what: str, row: OldRow, element: str, reason: str, person: int | None
) -> Difference:
    return Difference(
        what=what,
        element=element,
        reason=reason,
        young_persons_id=row.id[:13],
        row_number=row.number,
        person_id=person,
    )


# What the old return says


def old_rows(file: InboundFile, numbers: Collection[int] | None = None) -> Iterator[OldRow]:
    """Its records by row; what a person has in several rows, in the first of them."""
    places = [
        (int(at), COLUMN_OF_KEY[key]) for at, key in file.columns.items() if key in COLUMN_OF_KEY
    ]
    id_at = next((int(at) for at, key in file.columns.items() if key == ID_KEY), None)
    marks_at = next((int(at) for at, key in file.columns.items() if key == MARKS_KEY), None)
    wanted = InboundRow.objects.filter(file=file)
    joined: dict[str, set[str]] = {}
    if id_at is not None and marks_at is not None:
        for sent in wanted.filter(reason=Reason.JOINED).values_list("sent", flat=True):
            joined.setdefault(as_text(sent[id_at]), set()).update(_codes(sent[marks_at]))
    rows = wanted.exclude(reason=Reason.JOINED).order_by("number")
    if numbers is not None:
        rows = rows.filter(number__in=list(numbers))
    for number, sent, problems, outcome, person in rows.values_list(
        "number", "sent", "problems", "outcome", "person_id"
    ).iterator(AT_ONCE):
        said = {column: text for at, column in places if (text := old_text(column, sent[at]))}
        more = joined.get(said.get(ID_KEY, ""), set())
        if more:
            both = sorted(more | set(_codes(said.get(MARKS_KEY))))
            said[MARKS_KEY] = ",".join(both)
        doubtful = frozenset(str(problem["column"]) for problem in problems)
        yield OldRow(number, said, Outcome(outcome), person, doubtful)


def _codes(cell: Cell) -> list[str]:
    return [one.strip() for one in re.split(r"[,;|]", as_text(cell)) if one.strip()]


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> str:
    try:
        found = parse_date(text)
    except BadValue:
        return text
    return found.isoformat() if found else text


def old_text(column: str, cell: Cell) -> str:
    """A cell of the old return as we would write the same: dates by year, codes in capitals."""
    if cell is None:
        return ""
    text = as_text(cell)
    if not text:
        return ""
    if column in _DATES:
        return _day(text)
    if column == MARKS_KEY:
        return ",".join(sorted(set(_codes(cell))))
    if column in _AREAS and text.isdigit():
        return text.zfill(3)
    return text.upper() if column in _CODES else text


# What ours says

_COLUMNS: Final = ", ".join(column.name for column in record.SENT)


def _said(row: Sequence[Any]) -> Said:
    said: Said = {}
    for column, value in zip(record.SENT, row, strict=False):
        if value is None or value == []:
            continue
        if isinstance(value, list):
            said[column.name] = ",".join(sorted(value))
        else:
            said[column.name] = value.isoformat() if isinstance(value, date) else str(value)
    return said


@dataclass(frozen=True, slots=True)
class OurRecord:
    """One record of ours: what it says, and of whom."""

    said: Said
    person: int


def _ours(build: Build, rows: Iterable[OldRow]) -> dict[str, OurRecord]:
    """Our records of the same people, by NCCIS id and by "person" and theirs."""
    some = list(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS}, person_id FROM {records.TABLE} WHERE build_id = %s"  # noqa: S608
            " AND (young_persons_id = ANY(%s) OR person_id = ANY(%s))",
            [build.pk, [row.id for row in some], [row.person for row in some if row.person]],
        )
        found: dict[str, OurRecord] = {}
        for row in cursor.fetchall():
            mine = OurRecord(_said(row), row[-1])
            found[mine.said[ID_KEY]] = mine
            found[f"person {mine.person}"] = mine
    return found


def _all_of(build: Build) -> Iterator[tuple[Said, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT young_persons_id, cohort_status, activity_code, dob::text, person_id"  # noqa: S608
            f" FROM {records.TABLE} WHERE build_id = %s ORDER BY young_persons_id",
            [build.pk],
        )
        names = (ID_KEY, "cohort_status", "activity_code", "dob")
        for *values, person in cursor.fetchall():
            yield {name: str(v) for name, v in zip(names, values, strict=True) if v}, person


# Why they differ

_ROW_REASONS: Final = {
    Outcome.CANNOT_READ: "row-not-read",
    Outcome.NEEDS_PERSON: "row-waits",
    Outcome.ASK_SCHOOL: "row-waits",
    Outcome.LOOK_AGAIN: "row-waits",
    Outcome.UNDECIDED: "row-waits",
    Outcome.WILL_ADD: "row-waits",
    Outcome.WILL_CHANGE: "row-waits",
    Outcome.NO_CHANGE: "row-waits",
    Outcome.WAITS: "row-waits",
    Outcome.ELSEWHERE: "kept-elsewhere",
    Outcome.SET_ASIDE: "row-not-used",
    Outcome.NOT_USED: "row-not-used",
}


def _only_there(build: Build, rows: Sequence[OldRow]) -> Iterator[Difference]:
    """Records that ours has not: by what became of the row, or by our cohort rules."""
    here = [row.person for row in rows if row.outcome not in _ROW_REASONS and row.person]
    verdicts = _verdicts(build, here) if here else {}
    for row in rows:
        reason = _ROW_REASONS.get(row.outcome)
        if reason is None:
            verdict = verdicts.get(row.person or 0)
            reason = f"cohort-{verdict}" if verdict else "not-in-cohort"
        yield _difference(What.THERE, row, "", reason, row.person)


def _verdicts(build: Build, people: Sequence[int]) -> dict[int, str]:
    """Why each of some people is not in a build: keys of ``lineage.REASONS``."""
    as_at = AsAt.of_build(build, people=people)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{cohort_sql(as_at)} SELECT person_id, reason FROM judged WHERE status IS NULL",  # noqa: S608
            as_at.parameters(),
        )
        return dict(cursor.fetchall())


def _differing(row: OldRow, ours: Said) -> Iterator[tuple[str, str]]:
    """Each element in which they differ, with the reason."""
    for column in record.SENT:
        there, here = row.said.get(column.name, ""), ours.get(column.name, "")
        if there != here:
            yield ELEMENT[column.name], _reason(row, column.name, there, here, ours)


def _reason(row: OldRow, column: str, there: str, here: str, ours: Said) -> str:
    element = ELEMENT[column]
    if column == ID_KEY:
        return "other-id"
    if there and KEY_OF_COLUMN[column] in row.doubtful:
        return "not-taken"
    if _plainly(there) == _plainly(here):
        return "written"
    if element in NOT_ALWAYS_SENT and not here:
        return "not-due"
    if element in WORKED_OUT and not _is_lost(element, there, here, ours):
        return "worked-out"
    if element in OF_THE_DIRECTORY:
        return "directory"
    if ours.get("cohort_status") in tuple("TEALMD") and element != "CohortStatus":
        return "leaver"
    if element == "DateAscertained" and not there:
        return "filled-in"
    if row.outcome in (Outcome.CHANGED, Outcome.UNCHANGED):
        return "held-here"
    return "unexplained"


def _is_lost(element: str, there: str, here: str, ours: Said) -> bool:
    """Whether what we work an element out from is itself what differs, so that nothing explains it.

    A plan, support or a departure is a fact that moves in; so is where they were in Year 11.
    """
    if element == "CohortStatus":
        return bool(DEPARTED & {there, here})
    if ours.get("cohort_status") in tuple("TEALMD"):
        return False
    if element == "SENDFlag":
        return bool(there)
    if element == "SENSupportFlag":
        return bool(there) and ours.get("send_flag") != "Y"
    return element == "LEACodeAtYear11" and not here


def _plainly(text: str) -> str:
    return "".join(text.casefold().split())


def values_of(
    reconciliation: Reconciliation, element: str, some: Sequence[Difference]
) -> dict[str, tuple[str, str]]:
    """What both returns say in one element about some people, by the old return's NCCIS id.

    Empty where our typed records are not kept any more.
    """
    column = record.BY_ELEMENT[element].name if element in record.BY_ELEMENT else ""
    numbers = [one.row_number for one in some if one.row_number]
    if not column or not numbers:
        return {}
    is_open = InboundRow.objects.filter(
        file=reconciliation.file, number__in=numbers, sealed_for=None
    )
    rows = list(old_rows(reconciliation.file, list(is_open.values_list("number", flat=True))))
    ours = _ours(reconciliation.build, rows)
    closed = sealed.with_seals([row.person for row in rows if row.person])
    found = {}
    for row in rows:
        if column in sealed.ID_OF and row.person in closed:
            continue
        mine = ours.get(row.id) or ours.get(f"person {row.person}")
        here = mine.said.get(column, "") if mine is not None else ""
        found[row.id[:13]] = (row.said.get(column, ""), here)
    return found
