"""The file: equal to lxml's, escaped once, refused where it must be, and read back as it was."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from returns import editions
from returns import xml as returns_xml
from returns.editions.model import Edition, Header
from returns.xml import CannotRead, CannotWrite, ProofFailed, Value

EVERY = [editions.load(name) for name in editions.available()]
NEWEST = editions.newest()
WRITER = returns_xml.writer(NEWEST)

HEADER = Header(
    database_ids=("306",),
    lead_codes=("301", "306"),
    date_of_send=date(2026, 11, 4),
    period_end=date(2026, 10, 31),
    supplier_name="Test & Co",
    supplier_version="1.0",
)

ADA: dict[str, Value] = {
    "young_persons_id": "3060000000001",
    "cohort_status": "P",
    "given_name": "Ada",
    "family_name": "Okoro-O'Neill",
    "address_line_1": "1 Test Street",
    "postcode": "ZZ99 9ZZ",
    "gender": "F",
    "dob": date(2009, 3, 27),
    "ethnicity": "WBRI",
    "lead_lea": "306",
    "level_of_need": "3",
    "send_flag": "N",
    "sen_support_flag": "N",
    "activity_code": "210",
    "start_date": date(2026, 9, 1),
    "ascertained": date(2026, 9, 7),
    "currency_lapsed": "N",
    "characteristics": [],
}
BEN: dict[str, Value] = ADA | {
    "young_persons_id": "3060000000002",
    "given_name": "Ben <é> & \u0141ucja",
    "characteristics": ["110", "160"],
    "y11_guarantee_status": "110",
    "y11_guarantee_lea": "306",
    "y12_guarantee_lea": "301",
    "establishment_name": "Arts & Sciences > College",
}


def row(values: dict[str, Value]) -> tuple[Value, ...]:
    return tuple(values.get(column) for column in WRITER.columns)


def copied(values: dict[str, Value], null: str = "") -> bytes:
    """A row as COPY sends it in text form."""
    marks = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    marks |= {"\b": "\\b", "\f": "\\f", "\v": "\\v"}
    fields = []
    for value in row(values):
        if value is None:
            fields.append(null)
        elif isinstance(value, date):
            fields.append(value.isoformat())
        elif isinstance(value, str):
            fields.append("".join(marks.get(letter, letter) for letter in value))
        else:
            fields.append("{" + ",".join(value) + "}")
    return ("\t".join(fields) + "\n").encode()


def written(blocks: Iterable[bytes], edition: Edition = NEWEST) -> bytes:
    writer = returns_xml.writer(edition)
    return writer.header(HEADER) + b"".join(writer.records_from_copy(blocks)) + writer.footer()


def by_lxml(*people: dict[str, Value], edition: Edition = NEWEST) -> bytes:
    out = io.BytesIO()
    returns_xml.write_with_lxml(map(row, people), HEADER, edition, out)
    return out.getvalue()


def same(one: bytes, other: bytes) -> bool:
    """Whether two files are equal as trees, the newlines between records aside."""
    parser = etree.XMLParser(remove_blank_text=True)
    trees = [etree.tostring(etree.fromstring(data, parser), method="c14n") for data in (one, other)]
    return trees[0] == trees[1]


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "return.xml"
    path.write_bytes(data)
    return path


# Writing


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: edition.name)
@pytest.mark.parametrize("null", ["", "\\N"], ids=["nulls as nothing", "nulls marked"])
def test_the_writer_and_lxml_make_equal_trees(edition: Edition, null: str) -> None:
    blocks = [copied(ADA, null), copied(BEN, null)]

    assert same(written(blocks, edition), by_lxml(ADA, BEN, edition=edition))


def test_tuples_and_copied_rows_give_the_same_bytes() -> None:
    blocks = [copied(ADA), copied(BEN)]

    assert b"".join(WRITER.records([row(ADA), row(BEN)])) == b"".join(
        WRITER.records_from_copy(blocks)
    )


def test_a_file_is_declaration_root_header_then_a_record_a_line() -> None:
    lines = written([copied(ADA), copied(BEN)]).decode().splitlines()

    assert lines[0] == '<?xml version="1.0" encoding="UTF-8"?>'
    assert lines[1] == "<NCCIS>"
    assert lines[2] == (
        "<FileHeader><Databases><DatabaseID>306</DatabaseID></Databases>"
        "<SourceLEAs><LEACode>301</LEACode><LEACode>306</LEACode></SourceLEAs>"
        "<DateOfSend>2026-11-04</DateOfSend><PeriodEnd>2026-10-31</PeriodEnd>"
        "<SupplierName>Test &amp; Co</SupplierName><SupplierXMLVersion>1.0</SupplierXMLVersion>"
        "<XMLSchemaVersion>1.0</XMLSchemaVersion></FileHeader>"
    )
    assert [line[:20] for line in lines[3:5]] == ["<YoungPersonsRecord>"] * 2
    assert lines[5:] == ["</NCCIS>"]


def test_an_empty_element_is_written_but_an_empty_block_is_left_out() -> None:
    ada, ben = written([copied(ADA), copied(BEN)]).decode().splitlines()[3:5]

    assert "<MiddleName></MiddleName>" in ada
    assert "<SeptemberGuarantee></SeptemberGuarantee>" in ada
    assert "Characteristic" not in ada
    assert "<Year12><GuaranteeStatus></GuaranteeStatus><LEACode>301</LEACode></Year12>" in ben
    assert (
        "<Characteristics><CharacteristicCode>110</CharacteristicCode>"
        "<CharacteristicCode>160</CharacteristicCode></Characteristics>" in ben
    )
    assert "<EstablishmentName>Arts &amp; Sciences &gt; College</EstablishmentName>" in ben


def test_a_file_of_nobody_is_whole() -> None:
    assert same(written([]), by_lxml())


def test_ranges_of_ids_join_to_the_same_file() -> None:
    parts = [b"".join(WRITER.records_from_copy([copied(one)])) for one in (ADA, BEN)]

    assert written([copied(ADA), copied(BEN)]) == (
        WRITER.header(HEADER) + parts[0] + parts[1] + WRITER.footer()
    )


@given(
    sizes=st.lists(st.integers(1, 400), min_size=1, max_size=8),
    null=st.sampled_from(["", "\\N"]),
)
def test_rows_may_come_in_pieces_of_any_size(sizes: list[int], null: str) -> None:
    people = [ADA | {"young_persons_id": f"306{number:010}"} for number in range(20)]
    data = b"".join(copied(person, null) for person in people)

    def pieces() -> Iterator[memoryview]:
        start, turn = 0, 0
        while start < len(data):
            size = sizes[turn % len(sizes)]
            yield memoryview(data)[start : start + size]
            start, turn = start + size, turn + 1

    assert written(pieces()) == written([data])


ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@given(name=ANY_TEXT, place=ANY_TEXT, null=st.sampled_from(["", "\\N"]))
def test_any_text_is_written_as_lxml_writes_it_or_refused_as_lxml_refuses_it(
    name: str, place: str, null: str
) -> None:
    person = ADA | {"given_name": name, "establishment_name": place}
    try:
        expected = by_lxml(ADA, person)
    except ValueError:
        with pytest.raises(CannotWrite):
            written([copied(ADA, null), copied(person, null)])
        with pytest.raises(CannotWrite):
            list(WRITER.records([row(person)]))
    else:
        assert same(written([copied(ADA, null), copied(person, null)]), expected)


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_refused_by_element_and_id_without_the_value(
    character: str,
) -> None:
    person = ADA | {"family_name": f"Secret{character}Name"}

    with pytest.raises(CannotWrite) as refused:
        written([copied(BEN), copied(person)])

    assert str(refused.value) == (
        "FamilyName of 3060000000001 holds a character that XML cannot hold"
    )
    assert refused.value.element == "FamilyName"


@pytest.mark.parametrize("text", ["a\\N", "\\N", "\\", "a\\\\Nb", "two\nlines", "a\tb", "a\rb"])
def test_backslashes_and_white_space_come_back_as_they_were(text: str, tmp_path: Path) -> None:
    data = written([copied(ADA | {"town": f"x{text}y"}, null="\\N")])

    (read,) = returns_xml.read_records(saved(tmp_path, data))
    assert read["town"] == f"x{text}y"


def test_a_header_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(CannotWrite, match="SupplierName of the file's header"):
        WRITER.header(dataclasses.replace(HEADER, supplier_name="\x01"))


@pytest.mark.parametrize("data", [b"too\tfew\n", copied(ADA)[:-1] + b"\tone more\n"])
def test_a_row_of_another_shape_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="a row of"):
        list(WRITER.records_from_copy([data]))
    with pytest.raises(ValueError, match="a row of"):
        list(WRITER.records([("too", "few")]))


def test_the_select_is_of_the_files_columns_in_order() -> None:
    sql = WRITER.select("returns_record")

    assert sql.startswith("SELECT young_persons_id, cohort_status, given_name,")
    assert sql.endswith('ORDER BY young_persons_id COLLATE "C", person_id')
    with pytest.raises(ValueError, match="not the name"):
        WRITER.select("records; DROP TABLE records")


def test_memory_stays_flat_however_many_records() -> None:
    def peak(count: int) -> int:
        line = copied(ADA)
        tracemalloc.start()
        for _ in WRITER.records_from_copy(line for _ in range(count)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(10_000) < peak(2_000) * 1.2


# Proof


def test_a_sound_file_is_proved_with_its_count_ids_and_hash(tmp_path: Path) -> None:
    data = written([copied(ADA), copied(BEN)])
    proof = returns_xml.parse_proof(saved(tmp_path, data), NEWEST)

    assert (proof.records, proof.first_id, proof.last_id) == (
        2,
        "3060000000001",
        "3060000000002",
    )
    assert len(proof.sha256) == 64


def test_a_file_of_nobody_is_proved(tmp_path: Path) -> None:
    assert returns_xml.parse_proof(saved(tmp_path, written([])), NEWEST).records == 0


ONE, TWO = (b"".join(WRITER.records_from_copy([copied(person)])) for person in (ADA, BEN))
START, END = WRITER.header(HEADER), WRITER.footer()
ROOT = b"<NCCIS>\n"
FILE_HEADER = START.partition(ROOT)[2]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (START + TWO + ONE + END, "record 2: its id does not follow"),
        (START + ONE + ONE + END, "record 2: its id does not follow"),
        (START + ONE, "not XML"),
        (START + ONE[:-30], "not XML"),
        (START + ONE + END + END, "not XML"),
        (START + ONE.replace(b"Ada", b"A & a") + END, "not XML"),
        (START + ONE.replace(b"Ada", b"A&secret;") + END, "not XML"),
        (b"", "not XML"),
        (ROOT + ONE + END, "record 1: does not follow a FileHeader"),
        (START + ONE + FILE_HEADER + TWO + END, "record 2: does not follow a YoungPersons"),
        (START + FILE_HEADER + END, "something besides"),
        (START + ONE + b"<Extra/>" + END, "something besides"),
        (ROOT + END, "something besides"),
        ((START + ONE + END).replace(b"NCCIS>", b"NCCIS2015>"), "another root"),
    ],
)
def test_an_unsound_file_is_not_proved(data: bytes, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ProofFailed, match=complaint):
        returns_xml.parse_proof(saved(tmp_path, data), NEWEST)


def test_a_proof_can_be_fed_a_few_bytes_at_a_time() -> None:
    prover = returns_xml.Prover(NEWEST)
    data = START + ONE + TWO + END
    for place in range(0, len(data), 7):
        prover.feed(data[place : place + 7])

    assert prover.close().records == 2


def long(count: int) -> list[bytes]:
    """So many records that they are proved in several parts, a line each."""
    people = (ADA | {"young_persons_id": f"3060000{place:06}"} for place in range(count))
    return b"".join(WRITER.records_from_copy(map(copied, people))).splitlines(True)


def test_a_long_file_is_proved_in_parts_and_hashed_whole() -> None:
    lines = long(500)
    data = START + b"".join(lines) + END
    assert len(data) > 5 * returns_xml.PROVED_AT_ONCE
    prover = returns_xml.Prover(NEWEST)
    for place in range(0, len(data), 100_000):
        prover.feed(data[place : place + 100_000])
    proof = prover.close()

    assert (proof.records, proof.last_id) == (500, "3060000000499")
    assert proof.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda lines: lines[400].replace(b"Ada", b"A & a"), "not XML at line 404"),
        (lambda lines: lines[399], "record 401: its id does not follow"),
        (lambda lines: lines[499], "record 402: its id does not follow"),
        (lambda lines: lines[400] + b"<Extra/>", "record 402: does not follow"),
        (lambda lines: lines[400].replace(b"3060000000400", b""), "record 401: its id"),
        (lambda lines: lines[400] + END + ROOT, "not XML at line"),
        (lambda lines: lines[400].replace(b"YoungPersonsRecord", b"Record"), "record 401: does"),
    ],
)
def test_a_fault_deep_in_a_long_file_is_found(
    wrong: Callable[[list[bytes]], bytes], complaint: str, tmp_path: Path
) -> None:
    lines = long(500)
    lines[400] = wrong(lines)
    with pytest.raises(ProofFailed, match=complaint):
        returns_xml.parse_proof(saved(tmp_path, START + b"".join(lines) + END), NEWEST)


# Reading


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: edition.name)
def test_what_is_written_is_read_back(edition: Edition, tmp_path: Path) -> None:
    path = saved(tmp_path, written([copied(ADA), copied(BEN)], edition))

    assert returns_xml.read_header(path, edition) == HEADER
    read = list(returns_xml.read_records(path, edition))
    assert [tuple(one[column] for column in WRITER.columns) for one in read] == [
        row(ADA),
        row(BEN),
    ]
    assert [(one["person_id"], one["academic_age"], one["year_group"]) for one in read] == [
        (1, 17, 13),
        (2, 17, 13),
    ]
    assert [one["malformed"] for one in read] == [[], []]


def read_one(folder: Path, data: bytes) -> dict[str, Any]:
    (found,) = returns_xml.read_records(saved(folder, data))
    return found


def test_a_file_of_2015_is_read_with_its_doctype_and_old_elements(tmp_path: Path) -> None:
    data = (
        (START + ONE + END)
        .replace(b"NCCIS>", b"NCCIS2015>")
        .replace(b"?>\n", b"?>\n<!DOCTYPE NCCIS2015>\n", 1)
        .replace(b"<Gender>", b"<YouthContractIndicator>N</YouthContractIndicator><Gender>")
    )
    found = read_one(tmp_path, data)

    assert (found["given_name"], found["malformed"]) == ("Ada", [])


@pytest.mark.parametrize("name", [b"NEETStartDate", b"NeetStartDate"])
def test_both_spellings_of_the_neet_start_are_read(name: bytes, tmp_path: Path) -> None:
    old = b"<NEETStartDate></NEETStartDate>"
    new = b"<" + name + b"> 2026-09-01 </" + name + b">"

    assert read_one(tmp_path, START + ONE.replace(old, new) + END)["neet_start"] == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("old", "new", "malformed"),
    [
        (b"2009-03-27", b"27/03/2009", ["DOB"]),
        (b"2009-03-27", b"2009-02-30", ["DOB"]),
        (b"2009-03-27", b"2009-3-27", ["DOB"]),
        (b"<Gender>", b"<ShoeSize>4</ShoeSize><Gender>", ["ShoeSize"]),
        (b"<Gender>F", b"<Gender>F</Gender><Gender>M", ["Gender twice"]),
    ],
)
def test_what_cannot_be_read_is_named_not_lost(
    old: bytes, new: bytes, malformed: list[str], tmp_path: Path
) -> None:
    found = read_one(tmp_path, START + ONE.replace(old, new) + END)

    assert found["malformed"] == malformed
    assert found["gender"] == "F"


def test_missing_nodes_are_named(tmp_path: Path) -> None:
    data = START + b"<YoungPersonsRecord><LevelOfNeed/></YoungPersonsRecord>" + END

    assert read_one(tmp_path, data)["malformed"] == ["Activities", "PersonalDetails"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (START + ONE, "FILE-6"),
        (START + ONE + END + END, "FILE-6"),
        (START + ONE.replace(b"Ada", b"A & a") + END, "FILE-6"),
        (b"", "FILE-6"),
        (b"not xml at all", "FILE-6"),
        (
            b'<!DOCTYPE NCCIS [<!ENTITY a "aaaa">]>' + ROOT + ONE.replace(b"Ada", b"&a;") + END,
            "FILE-6",
        ),
        (
            b'<!DOCTYPE NCCIS [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
            + ROOT
            + ONE.replace(b"Ada", b"&a;")
            + END,
            "FILE-6",
        ),
        (b"<html><body/></html>", "FILE-7"),
        (b"<NCCIS20155/>", "FILE-7"),
    ],
)
def test_a_file_that_is_no_return_is_refused(data: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as refused:
        list(returns_xml.read_records(saved(tmp_path, data)))

    assert refused.value.code == code
    assert code in NEWEST.rules


@pytest.mark.parametrize(
    ("old", "new", "malformed"),
    [
        (b"<DateOfSend>2026-11-04</DateOfSend>", b"", ("DateOfSend",)),
        (b"2026-10-31", b"31 October", ("PeriodEnd",)),
        (b"2026-11-04", b"", ("DateOfSend",)),
    ],
)
def test_a_header_says_which_of_its_dates_it_lacks(
    old: bytes, new: bytes, malformed: tuple[str, ...], tmp_path: Path
) -> None:
    path = saved(tmp_path, START.replace(old, new) + END)

    assert returns_xml.read_header(path).malformed == malformed


@pytest.mark.parametrize("data", [ROOT + END, ROOT + ONE + END])
def test_a_file_without_a_header_says_so(data: bytes, tmp_path: Path) -> None:
    assert returns_xml.read_header(saved(tmp_path, data)).malformed == ("FileHeader",)


def test_ages_are_left_open_where_the_month_is_not_known(tmp_path: Path) -> None:
    found = read_one(tmp_path, ROOT + ONE + END)

    assert (found["academic_age"], found["year_group"]) == (None, None)
