"""Any supplier's file is checked by every rule, of what it says: the same as of our own records."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from ccis.access.database import WORKER, acting_as
from ccis.authorities.models import Authority
from ccis.calendar.academic import academic_age, year_group
from returns import checking, editions, records, xml
from returns.checking import Found
from returns.editions import record
from returns.editions.model import Edition, Header
from returns.models import Finding
from tests.factories.caseload import complete_person
from tests.integration.returns.conftest import make
from tests.integration.returns.test_rules import (
    CASES,
    DATABASE_IDS,
    EDITIONS,
    LEAD_CODES,
    OCTOBER,
    SOUND,
    Case,
    Changes,
)

pytestmark = pytest.mark.django_db
NEWEST = editions.newest()
SETS = frozenset({"902", "907", "908"})


def header_of(period_end: date = OCTOBER) -> Header:
    return Header(
        database_ids=DATABASE_IDS,
        lead_codes=LEAD_CODES,
        date_of_send=date(2026, 11, 4),
        period_end=period_end,
        supplier_name="Another & Co",
        supplier_version="21.2.1.0",
    )


# A file made from the cases of the rules


def alone(case: Case, number: int, changes: Changes) -> Changes:
    """A record whose id, ULN and name no other case has, for the rules that compare records."""
    whole = SOUND | changes
    if case.code not in SETS:
        return whole
    own = {"young_persons_id": 10 * (number + 1_000), "uln": 1_000_000_000 + 10 * number}
    for column, least in own.items():
        if whole[column] is not None:
            prefix = "306" if column == "young_persons_id" else ""
            digits = least + int(whole[column][-1])
            whole[column] = f"{prefix}{digits:010}"
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    return whole | {"family_name": f"Okoro {letters}"}


def as_xml(edition: Edition, values: Changes) -> bytes:
    """A record as another supplier writes it; what is malformed stands in the text as it would."""
    writer = xml.writer(edition)
    malformed = values.get("malformed") or []
    (made,) = writer.records([tuple(values.get(column) for column in writer.columns)])
    for name in malformed:
        if name in ("Activities", "PersonalDetails"):
            made = without(made, name.encode())
        elif name in record.BY_ELEMENT:
            tag = name.encode()
            made = made.replace(b"<%s></%s>" % (tag, tag), b"<%s>31/02/2026</%s>" % (tag, tag))
        else:
            made = made.replace(b"<Gender>", b"<%s/><Gender>" % name.encode())
    return made


def without(made: bytes, node: bytes) -> bytes:
    before, _, rest = made.partition(b"<%s>" % node)
    return before + rest.partition(b"</%s>" % node)[2]


def file_of(edition: Edition, people: Sequence[Changes], header: Header | None = None) -> bytes:
    writer = xml.writer(edition)
    made = b"".join(as_xml(edition, one) for one in people)
    return writer.header(header or header_of()) + made + writer.footer()


def findings(data: bytes, edition: Edition = NEWEST) -> list[Found]:
    with checking.check(io.BytesIO(data), edition) as checked:
        return list(checked.findings())


PERIODS = sorted({case.period_end for case in CASES})


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
@pytest.mark.parametrize("period_end", PERIODS, ids=str)
def test_every_rule_finds_in_a_foreign_file_what_it_should_and_nothing_else(
    edition: Edition, period_end: date
) -> None:
    cases = [case for case in CASES if case.code in edition.rules and case.period_end == period_end]
    people: list[Changes] = []
    expected: list[list[tuple[str, str]]] = []
    for number, case in enumerate(cases):
        for place, changes in enumerate(case.records):
            people.append(alone(case, number, changes))
            per_record = len(case.elements) // len(case.records)
            of_this = case.elements[place * per_record :][: per_record or None]
            expected.append([(case.code, element) for element in of_this])

    found = findings(file_of(edition, people, header_of(period_end)), edition)

    asked = [case.code for case in cases for _ in case.records]
    assert {one.code for one in found if one.place is None} <= {"FILE-13"}
    for place, (code, wanted) in enumerate(zip(asked, expected, strict=True), start=1):
        got = [(f.code, f.element) for f in found if f.place == place and f.code == code]
        assert sorted(got) == sorted(wanted), f"{cases and code} in record {place}"
    for one in found:
        assert one.priority == edition.rules[one.code].priority


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_a_sound_file_has_no_findings(edition: Edition) -> None:
    assert findings(file_of(edition, [SOUND]), edition) == []


def test_it_goes_by_what_the_file_says_and_derives_nothing() -> None:
    lapsed = {"due_to_lapse": date(2026, 10, 30), "currency_lapsed": "Y"}
    own_idea = {"due_to_lapse": date(2030, 1, 1), "predicted_end": date(2030, 1, 1)}

    assert (
        findings(
            file_of(
                NEWEST,
                [
                    SOUND | lapsed,
                    SOUND
                    | own_idea
                    | {"young_persons_id": "3060000000002", "uln": None, "family_name": "Other"},
                ],
            )
        )
        == []
    )


# The same as our own builds


@pytest.fixture
def sown(croydon: Authority, monkeypatch: pytest.MonkeyPatch) -> dict[str, Changes]:
    """A caseload whose records break one rule each: the first case that fails it alone."""
    wrong: dict[str, Changes] = {}
    for case in CASES:
        alone_and_whole = len(case.records) == 1 and case.period_end == OCTOBER
        if case.code in NEWEST.rules and case.elements and alone_and_whole:
            changes = case.records[0]
            if "malformed" not in changes and changes.get("young_persons_id", "has one"):
                wrong.setdefault(case.code, changes)
    empty: Changes = {column.name: None for column in record.SENT}
    plain = {
        name: value
        for name, value in (empty | SOUND).items()
        if name not in {"young_persons_id", "malformed", "uln"}
    }
    people = [complete_person(lead_authority=croydon) for _ in range(len(wrong) + 2)]
    fill = records.fill

    def fill_and_sow(as_at: Any, *, key: int) -> int:
        count = fill(as_at, key=key)
        with connection.cursor() as cursor:
            for person, changes in zip(people, wrong.values(), strict=False):
                lay(cursor, key, person.pk, plain | changes)
            twins = [one.pk for one in people[-2:]]
            for pk in twins:
                lay(
                    cursor,
                    key,
                    pk,
                    {
                        "uln": "1234567891",
                        "given_name": "Ada",
                        "family_name": "O",
                        "dob": date(2009, 3, 27),
                    },
                )
        return count

    monkeypatch.setattr(records, "fill", fill_and_sow)
    return wrong


def lay(cursor: Any, key: int, person: int, changes: Changes) -> None:
    """Put other values into someone's record, and their ages as they then are."""
    values = dict(changes)
    if values.get("dob"):
        values["academic_age"] = academic_age(values["dob"], OCTOBER)
        values["year_group"] = year_group(values["dob"], OCTOBER)
    elif "dob" in values:
        values |= {"academic_age": None, "year_group": None}
    columns = ", ".join(f"{name} = %s" for name in values)
    cursor.execute(
        f"UPDATE returns_record_{key} SET {columns} WHERE person_id = %s",
        [*values.values(), person],
    )


def test_our_own_file_is_faulted_like_the_build_that_wrote_it(
    croydon: Authority, sown: dict[str, Changes], returns_folder: Path
) -> None:
    build = make(croydon)
    ours = Finding.objects.filter(build=build).values_list(
        "young_persons_id", "code", "priority", "element", "value_present"
    )
    path = returns_folder / build.file_name

    with checking.check(path, editions.load(build.edition)) as checked:
        theirs = list(checked.findings())

    assert len(sown) > 50
    assert {code for _, code, *_ in ours} >= {*sown, "907", "908"}
    assert [one for one in theirs if one.place is None] == []
    assert sorted(map(str, ours)) == sorted(
        str((f.young_persons_id, f.code, f.priority, f.element, f.value_present)) for f in theirs
    )


# What the file itself is faulted for


HEADED = file_of(NEWEST, [SOUND])


@pytest.mark.parametrize(
    ("old", "new", "code", "element", "present"),
    [
        (b"<DatabaseID>306", b"<DatabaseID>30", "FILE-2", "DatabaseID", True),
        (b"<LEACode>301</LEACode>", b"<LEACode>999</LEACode>", "FILE-3", "LEACode", True),
        (b"2026-11-04", b"", "FILE-4", "DateOfSend", False),
        (b"2026-11-04", b"4 November", "FILE-4", "DateOfSend", True),
        (b"2026-10-31", b"2026-10-32", "FILE-5", "PeriodEnd", True),
        (b"2026-10-31", b"0001-01-31", "FILE-5", "PeriodEnd", True),
        (b"2026-10-31", b"9999-12-31", "FILE-5", "PeriodEnd", True),
        (b"2026-10-31", b"2026-10-30", "FILE-10", "PeriodEnd", True),
        (b"XMLSchemaVersion>1.0", b"XMLSchemaVersion>7", "FILE-11", "XMLSchemaVersion", True),
        (b"<YoungPersonsRecord>", b"<Extra/><YoungPersonsRecord>", "FILE-14", "Extra", True),
    ],
)
def test_a_header_is_faulted(
    old: bytes, new: bytes, code: str, element: str, present: bool
) -> None:
    found = [one for one in findings(HEADED.replace(old, new, 1)) if one.place is None]

    assert [(f.code, f.element, f.value_present) for f in found] == [(code, element, present)]
    assert found[0].young_persons_id is None
    assert found[0].message


def test_a_file_without_records_and_one_without_a_header_say_so() -> None:
    assert [f.code for f in findings(file_of(NEWEST, []))] == ["FILE-12"]
    assert [f.code for f in findings(b"<NCCIS></NCCIS>")] == ["FILE-1", "FILE-12"]


def test_what_the_header_lacks_is_said_to_be_the_reason_why_rules_were_not_asked() -> None:
    bare = b"<NCCIS>" + as_xml(NEWEST, SOUND) + b"</NCCIS>"
    with checking.check(io.BytesIO(bare), NEWEST) as checked:
        assert [f.code for f in checked.findings()] == ["FILE-1"]
        not_asked = checked.not_asked

    assert not_asked[checking.NO_LEAD] == ("26",)
    assert not_asked[checking.NO_DATABASE] == ("903",)
    assert {"9", "10", "40", "229", "231", "232", "305", "905", "SG-1"} <= {
        *not_asked[checking.NO_MONTH]
    }


def test_a_record_that_holds_what_it_should_not_names_it() -> None:
    odd = HEADED.replace(b"<Gender>F", b'<ShoeSize>4</ShoeSize><Gender a="b">F</Gender><Gender>M')
    (found,) = findings(odd)

    assert (found.code, found.place) == ("FILE-8", 1)
    assert found.message.endswith(": ShoeSize, Gender twice, attributes of Gender")


@pytest.mark.parametrize(
    "text", ['a"b', "a\\b", "{a}", "a,b", "null", "NULL", " ", "é", "a\nb", "a\tb", "\\N", "'"]
)
def test_any_text_reaches_the_rules_as_it_is(text: str) -> None:
    said = text.strip()
    odd = SOUND | {"characteristics": [said] if said else [], "establishment_name": text}

    codes = [(f.code, f.element) for f in findings(file_of(NEWEST, [odd]))]

    assert codes == ([("104", "CharacteristicCode")] if said else [])


def test_nothing_is_left_behind_and_the_worker_may_do_it() -> None:
    with acting_as(WORKER):
        with checking.check(io.BytesIO(HEADED.replace(b"<Gender>F", b"<Gender>Q")), NEWEST) as one:
            assert [f.code for f in one.findings()] == ["5"]
            assert one.counts() == [("5", 1, 1)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('pg_temp.returns_checked')")
            assert cursor.fetchone() == (None,)


# The command


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return tmp_path / "theirs.xml"


def run(*words: Any) -> tuple[int, list[str], str]:
    """Exit status, the lines printed, and what was said beside them."""
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("check_return", *map(str, words), stdout=out, stderr=err)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, out.getvalue().splitlines(), err.getvalue()


def test_the_command_prints_an_object_a_finding(saved: Path) -> None:
    saved.write_bytes(HEADED.replace(b"<Gender>F", b"<Gender>Q").replace(b"2026-10-31", b"x"))
    status, lines, _ = run(saved, "--edition", "2026-27", "--json")

    assert status == 1
    of_file, of_record = (json.loads(line) for line in lines)
    assert (of_file["young_persons_id"], of_file["code"]) == (None, "FILE-5")
    assert of_file["message"]
    assert of_record | {"message": ""} == {
        "young_persons_id": "3060000123456",
        "code": "5",
        "priority": 2,
        "element": "Gender",
        "value_present": True,
        "record": 1,
        "message": "",
    }


def test_a_clean_file_ends_well_and_the_newest_edition_is_said_apart(saved: Path) -> None:
    saved.write_bytes(HEADED)

    assert run(saved, "--json") == (0, [], "Checked by the newest edition, 2026-27.\n")
    status, lines, _ = run(saved)
    assert (status, lines[-1]) == (0, "No errors found.")


def test_a_file_of_another_edition_says_how_to_check_it_by_that(saved: Path) -> None:
    saved.write_bytes(file_of(NEWEST, [SOUND], header_of(date(2020, 3, 31))))
    said = run(saved, "--json")[2]

    assert "The file is for March 2020, when edition 2019-20 was in force." in said
    assert f"check_return {saved} --edition 2019-20" in said
    assert "2019-20 was in force" not in run(saved, "--edition", "2019-20")[2]


def test_codes_that_no_edition_knows_are_found(saved: Path) -> None:
    odd = {"activity_code": "999", "ethnicity": "WXXX", "characteristics": ["999"]}
    saved.write_bytes(file_of(NEWEST, [SOUND | odd]))

    codes = [json.loads(line)["code"] for line in run(saved, "--json")[1]]
    assert codes == ["7", "104", "201"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE-6"),
        (b"not xml", "FILE-6"),
        (b"<html/>", "FILE-7"),
        (HEADED[:-30], "FILE-6"),
        (b'<!DOCTYPE NCCIS [<!ENTITY a "b">]>' + HEADED.partition(b"?>\n")[2], "FILE-6"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2_and_a_finding(
    saved: Path, data: bytes, code: str
) -> None:
    saved.write_bytes(data)
    status, lines, _ = run(saved, "--json")

    assert status == 2
    assert json.loads(lines[0])["code"] == code


def test_the_report_is_by_rule_then_by_record(saved: Path) -> None:
    people = [SOUND | {"gender": None, "young_persons_id": f"306{n:010}"} for n in (1, 2)]
    saved.write_bytes(file_of(NEWEST, [one | {"uln": None} for one in people]))
    _, lines, _ = run(saved)
    text = "\n".join(lines)

    assert "2 records checked by edition 2026-27." in text
    assert "4 errors, in 2 records." in text
    assert "2  4        Should mend            No gender" in text
    assert "Record 2, 3060000000002\n    4        No gender (Gender, no value)" in text
    assert text.index("2  4 ") < text.index("Record 1,")


def test_the_command_says_what_it_cannot_do(saved: Path) -> None:
    with pytest.raises(CommandError, match="cannot be opened: No such file") as missing:
        call_command("check_return", str(saved), stdout=StringIO(), stderr=StringIO())
    assert missing.value.returncode == 2
    with pytest.raises(CommandError, match=r"There is no edition 1999-00\. There are: 2019-20"):
        call_command("check_return", str(saved), edition="1999-00")


def test_a_database_that_is_not_there_is_not_taken_for_a_finding(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(checking, "check", refused)
    with pytest.raises(CommandError, match="database cannot be reached") as away:
        call_command("check_return", str(saved), stdout=StringIO(), stderr=StringIO())
    assert away.value.returncode == 2


def test_one_record_before_the_break_is_one(saved: Path) -> None:
    whole = file_of(NEWEST, [SOUND])
    saved.write_bytes(whole.replace(b"</NCCIS>", b"<YoungPersonsRecord>"))

    _, lines, _ = run(saved, "--json")

    assert "The record before it was checked" in json.loads(lines[0])["message"]


def test_memory_stays_flat() -> None:
    one = as_xml(NEWEST, SOUND)
    start = xml.writer(NEWEST).header(header_of())

    class Long:
        def __init__(self, count: int) -> None:
            self.blocks: Iterator[bytes] = iter([start, *[one * 20] * (count // 20), b"</NCCIS>"])

        def read(self, size: int = -1, /) -> bytes:
            return next(self.blocks, b"")

    def peak(count: int) -> int:
        tracemalloc.start()
        with checking.check(Long(count), NEWEST) as checked:
            assert checked.count == count
            assert sum(1 for _ in checked.findings()) == count  # each has the same id: 902
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(20)
    few, many = peak(1_000), peak(8_000)
    assert many < few * 2 + 2_000_000
