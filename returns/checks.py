"""The checks of an edition, compiled to SQL over the record table, and the checks of a file's
header.

All checks of single records are made in one scan, which first asks whether a record fails
anything and only then which. Nothing here writes: the queries answer rows of findings, to be
inserted or read.

A finding is (person_id, young_persons_id, code, priority, element, value_present).
``value_present`` says whether the element had any text, so that "missing" and "wrong" can be told
apart without showing the value. docs/nccis.md §6.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from returns.editions import parameters, record
from returns.editions.model import Edition, Header, Rule
from returns.version import SCHEMA_VERSIONS_SEEN

FINDING_COLUMNS: Final[tuple[str, ...]] = (
    "person_id",
    "young_persons_id",
    "code",
    "priority",
    "element",
    "value_present",
)
"""What each query answers, in this order. ``priority`` is null where it is not known."""

_PARAMETER: Final = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
_TABLE: Final = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")


@dataclass(frozen=True, slots=True)
class Check:
    """One test of one rule: what fails, and the element that a finding names."""

    rule: Rule
    element: str
    sql: str


@dataclass(frozen=True, slots=True)
class Checks:
    """An edition's checks as SQL. Tables are named by the caller and must have the record's
    columns.

    Every query takes the parameters of :meth:`parameters`, and ``build_id``.
    """

    edition: Edition
    of_records: tuple[Check, ...]
    of_sets: tuple[Rule, ...]

    def parameters(
        self,
        *,
        build_id: int,
        period_end: date,
        lead_codes: Collection[str],
        database_ids: Collection[str],
        la_codes: Collection[str],
    ) -> dict[str, parameters.Value]:
        """Every parameter's value; ``la_codes`` are all English authorities', past ones too."""
        values = parameters.of_file(
            self.edition,
            period_end=period_end,
            lead_codes=lead_codes,
            database_ids=database_ids,
            la_codes=la_codes,
        )
        return values | {"build_id": build_id}

    def record_query(self, table: str, *, with_malformed: bool = False) -> str:
        """One scan of the records that answers a finding for each failed test.

        ``with_malformed`` adds a last column: what was malformed in the record.
        """
        return _record_query(_name(table), self.of_records, with_malformed=with_malformed)

    def without(self, facts: Collection[str]) -> tuple[Checks, tuple[str, ...]]:
        """The checks that can be asked without some parameters or columns, and which cannot."""
        asked = tuple(
            check for check in self.of_records if not mentioned(check.sql).intersection(facts)
        )
        left = {check.rule.code for check in self.of_records} - {check.rule.code for check in asked}
        return replace(self, of_records=asked), tuple(
            code for code in self.edition.rules if code in left
        )

    def set_queries(self, table: str) -> dict[str, str]:
        """A query for each check that compares records (902, 907, 908), by its code."""
        return {rule.code: _set_query(_name(table), rule) for rule in self.of_sets}

    def refusal_query(self, table: str) -> str:
        """Like :meth:`record_query`, of the checks for which the whole file is refused."""
        refusing = tuple(check for check in self.of_records if check.rule.refuses_file)
        return _record_query(_name(table), refusing)

    def one_query(self, table: str, code: str) -> str:
        """The findings of one check alone; KeyError if it is a check of the file's header."""
        sets = self.set_queries(table)
        if code in sets:
            return sets[code]
        own = tuple(check for check in self.of_records if check.rule.code == code)
        if not own:
            raise KeyError(code)
        return _record_query(_name(table), own)


@cache
def compile(edition: Edition) -> Checks:  # noqa: A001 - reads as checks.compile(edition)
    """The edition's checks, ready to be asked of a table of records."""
    return Checks(
        edition=edition,
        of_records=tuple(
            Check(rule, element, sql)
            for rule in edition.rules.values()
            for element, sql in rule.tests
        ),
        of_sets=tuple(rule for rule in edition.rules.values() if rule.same),
    )


def _name(table: str) -> str:
    """The name of a table, refused if it could be anything more."""
    if not _TABLE.fullmatch(table):
        raise ValueError("not the name of a table")
    return table


def bound(sql: str) -> str:
    """A rule's SQL with :names turned into the database driver's %(names)s."""
    return _PARAMETER.sub(r"%(\1)s", sql)


_WORD: Final = re.compile(r"[a-z_][a-z0-9_]*")


def mentioned(sql: str) -> frozenset[str]:
    """The names of parameters and columns (and other words) that a rule's SQL uses."""
    return frozenset(_WORD.findall(sql))


def _record_query(table: str, checks: tuple[Check, ...], *, with_malformed: bool = False) -> str:
    """A cheap question first (does anything fail?), then which tests, for those alone.

    The second question makes an array of the places of the failed tests, which a list of
    the tests, in the same order, turns into findings.
    """
    tests = [bound(check.sql) for check in checks]
    fails = " OR ".join(f"({test})" for test in tests)
    places = ", ".join(f"CASE WHEN {test} THEN {place} END" for place, test in enumerate(tests))
    listed = ", ".join(_listed(place, check) for place, check in enumerate(checks))
    more = ", failed.malformed" if with_malformed else ""
    # The table's name, the tests, codes and elements were all checked against what they may be.
    return f"""
SELECT failed.person_id, failed.young_persons_id,
       listed.code, listed.priority, listed.element, {_value_present(checks)} AS value_present{more}
FROM (
    SELECT r.*, array_remove(ARRAY[{places}]::smallint[], NULL) AS places
    FROM {table} AS r
    WHERE build_id = %(build_id)s AND ({fails})
    OFFSET 0
) AS failed
CROSS JOIN LATERAL unnest(failed.places) AS place
JOIN (VALUES {listed}) AS listed (place, code, priority, element) USING (place)
"""  # noqa: S608


def _listed(place: int, check: Check) -> str:
    priority = "NULL" if check.rule.priority is None else check.rule.priority
    return f"({place}::smallint, '{check.rule.code}', {priority}::smallint, '{check.element}')"


def _value_present(checks: tuple[Check, ...]) -> str:
    """Whether the element named had a value, or text that could not be read; false for a node."""
    elements = dict.fromkeys(check.element for check in checks)
    cases = " ".join(
        f"WHEN '{element}' THEN {_present(record.BY_ELEMENT[element])}"
        for element in elements
        if element in record.BY_ELEMENT
    )
    return f"CASE listed.element {cases} ELSE false END" if cases else "false"


def _present(column: record.Column) -> str:
    if column.sql_type.endswith("[]"):
        return f"cardinality({column.name}) > 0"
    return f"({column.name} IS NOT NULL OR '{column.element}' = ANY (malformed))"


def _set_query(table: str, rule: Rule) -> str:
    """Findings for every record of each group that shares what the rule says may not be shared."""
    same = ", ".join(rule.same)
    whole = " AND ".join(f"{part} IS NOT NULL" for part in rule.same)
    where = f" AND ({bound(rule.where)})" if rule.where else ""
    counted = f"min({rule.differs}) <> max({rule.differs})" if rule.differs else "count(*) > 1"
    priority = "NULL" if rule.priority is None else rule.priority
    return f"""
SELECT person_id, young_persons_id, '{rule.code}' AS code, {priority}::smallint AS priority,
       '{rule.elements[0]}' AS element, true AS value_present
FROM {table}
WHERE build_id = %(build_id)s{where} AND ({same}) IN (
    SELECT {same} FROM {table}
    WHERE build_id = %(build_id)s{where} AND {whole}
    GROUP BY {same} HAVING {counted}
)
"""  # noqa: S608


# The file itself


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something wrong with the file as a whole: the check, and the element of the header."""

    code: str
    element: str
    refuses_file: bool = True


def check_header(
    header: Header, edition: Edition, *, la_codes: Collection[str]
) -> tuple[FileFinding, ...]:
    """What is wrong with a file's header, in the order of the checks.

    A header that is not there at all has that one finding and no other.
    """
    if edition.layout.header in header.malformed:
        return (FileFinding("FILE-1", edition.layout.header),)
    return tuple(_header_findings(header, edition, frozenset(la_codes)))


def _header_findings(
    header: Header, edition: Edition, la_codes: frozenset[str]
) -> Iterator[FileFinding]:
    lengths = {part.path[-1]: part.length for part in edition.layout.header_elements}
    digits = lengths["DatabaseID"]
    if not header.database_ids or not all(
        len(one) == digits and one.isascii() and one.isdigit() for one in header.database_ids
    ):
        yield FileFinding("FILE-2", "DatabaseID")
    if not header.lead_codes or not la_codes.issuperset(header.lead_codes):
        yield FileFinding("FILE-3", "LEACode")
    if header.date_of_send is None:
        yield FileFinding("FILE-4", "DateOfSend")
    if header.period_end is None:
        yield FileFinding("FILE-5", "PeriodEnd")
    elif (header.period_end + timedelta(days=1)).day != 1:
        yield FileFinding("FILE-10", "PeriodEnd", refuses_file=False)
    if header.schema_version not in SCHEMA_VERSIONS_SEEN:
        yield FileFinding("FILE-11", "XMLSchemaVersion", refuses_file=False)


HEADER_CODES: Final = (
    "FILE-1", "FILE-2", "FILE-3", "FILE-4", "FILE-5", "FILE-10", "FILE-11"
)  # fmt: skip
"""The checks that :func:`check_header` makes."""

READING_CODES: Final = ("FILE-6", "FILE-7", "FILE-12", "FILE-13", "FILE-14")
"""The checks that reading the file makes (``returns.reading``)."""
