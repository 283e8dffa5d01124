"""Hostile and broken files: refused at once, in words, without memory; what is odd is noted."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import chain, repeat

import pytest

from returns import reading
from returns.reading import CannotRead, Fault, Reading

HEADER = b"<FileHeader><PeriodEnd>2026-10-31</PeriodEnd></FileHeader>"
RECORD = (
    b"<YoungPersonsRecord><PersonalDetails><YoungPersonsID>3060000000001</YoungPersonsID>"
    b"<GivenName>Ada</GivenName></PersonalDetails><Activities/></YoungPersonsRecord>\n"
)
DECLARED = b'<?xml version="1.0" encoding="%s"?>'


def file_of(inside: bytes = RECORD, root: bytes = b"NCCIS") -> bytes:
    return b"<" + root + b">" + HEADER + inside + b"</" + root + b">"


def named(name: bytes) -> bytes:
    return file_of(RECORD.replace(b"Ada", name))


def laughs() -> bytes:
    """The billion laughs: ten of ten of ten of a word."""
    entities = [b'<!ENTITY a0 "aaaaaaaaaa">']
    entities += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)]
    return b"<!DOCTYPE NCCIS [" + b"".join(entities) + b"]>" + named(b"&a11;")


class Endless:
    """A file of two gigabytes that is never held: a beginning, then the same again and again."""

    def __init__(self, start: bytes, again: bytes, size: int = 2 << 30) -> None:
        block = again * max(1, (1 << 16) // len(again))
        self._blocks: Iterator[bytes] = chain([start], repeat(block, size // len(block)))
        self.given = 0

    def read(self, size: int = -1, /) -> bytes:
        block = next(self._blocks, b"")
        self.given += len(block)
        return block


def read(data: bytes) -> Reading:
    found = Reading(io.BytesIO(data))
    for _ in found.records():
        pass
    return found


def refused(source: bytes | Endless) -> CannotRead:
    found = Reading(io.BytesIO(source) if isinstance(source, bytes) else source)
    with pytest.raises(CannotRead) as refusal:
        for _ in found.records():
            pass
    return refusal.value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", reading.EMPTY),
        (b" \n ", reading.EMPTY),
        (b"Surname,Forename\n", reading.NOT_XML),
        (b"PK\x03\x04\x00\x00", reading.NOT_XML),
        (b"<NCC", reading.CUT_SHORT),
        (file_of()[:-20], reading.CUT_SHORT),
        (file_of() * 2, reading.SECOND_ROOT),
        (file_of() + b"and more", reading.SECOND_ROOT),
        (laughs(), reading.ENTITIES),
        (b'<!DOCTYPE NCCIS SYSTEM "file:///etc/hostname">' + file_of(), reading.ENTITIES),
        (b"<!-- x --><!DOCTYPE NCCIS [ ]>" + file_of(), reading.ENTITIES),
        (b"<!DOCTYPE NCCIS><!DOCTYPE NCCIS>" + file_of(), reading.ENTITIES),
        (named(b"&other;"), reading.REFERENCE_OR_WORSE),
        (named(b"A & B"), reading.REFERENCE),
        (named(b"A\0a"), reading.CHARACTER),
        (named(b"A\x01a"), reading.CHARACTER),
        (named(b"A&#1;a"), reading.CHARACTER),
        (DECLARED % b"UTF-8" + named(b"Zo\xeb"), reading.ENCODING),
        (DECLARED % b"UTF-16" + file_of(), reading.ENCODING),
        (DECLARED % b"UTF-7" + file_of(), reading.ODD_ENCODING),
        (file_of().decode().encode("utf-16-le"), reading.ODD_ENCODING),
        (file_of(b"<a>" * 100_000), reading.TOO_DEEP),
        (b"<NCCIS xmlns='urn:x'></NCCIS>", reading.NAMESPACE),
        (file_of(b"<YoungPersonsRecord></Wrong>"), reading.BADLY_FORMED),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_words_of_ours(data: bytes, why: str) -> None:
    assert refused(data).why == why


@pytest.mark.parametrize(
    "source",
    [
        lambda: Endless(b"<NCCIS>" + HEADER + RECORD[:60], b"a"),
        lambda: Endless(b"<NCCIS>" + HEADER + b"<!-- ", b"< "),
        lambda: Endless(b"<NCCIS>" + HEADER + b"<YoungPersonsRecord><![CDATA[", b"<a "),
        lambda: Endless(b"<!-- ", b"< "),
        lambda: Endless(b"  ", b"  "),
        lambda: Endless(b"<NCCIS a='", b"x"),
        lambda: Endless(b"<NCCIS><", b"x"),
        lambda: Endless(b"<NCCIS>", b"<a/>"),
        lambda: Endless(b"<NCCIS>" + HEADER + b"<YoungPersonsRecord>", b"<Gender>F</Gender>"),
    ],
    ids=["text", "comment", "cdata", "prolog", "space", "attribute", "name", "strangers", "record"],
)
def test_of_two_gigabytes_of_one_thing_no_more_than_two_megabytes_are_taken(
    source: Callable[[], Endless],
) -> None:
    endless = source()

    assert refused(endless).code == "FILE-6"
    assert endless.given < 2 * reading.LONGEST


def test_however_many_records_memory_stays_flat() -> None:
    def peak(count: int) -> int:
        found = Reading(Endless(b"<NCCIS>" + HEADER, RECORD, count * len(RECORD)))
        tracemalloc.start()
        with pytest.raises(CannotRead):  # it never ends
            for _ in found.records():
                pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found.count >= count * 0.8
        return most

    few, many = peak(2_000), peak(30_000)

    assert many <= few * 1.5


def test_a_great_many_shapes_of_record_take_no_more_memory_than_are_kept() -> None:
    odd = [RECORD.replace(b"GivenName", b"G%d" % number) for number in range(3_000)]

    assert read(file_of(b"".join(odd))).count == 3_000


@pytest.mark.parametrize(
    "data",
    [
        file_of(root=b"NCCIS"),
        file_of(root=b"NCCIS2015"),
        b"<?xml version='1.0'?>\n<!DOCTYPE NCCIS2015>\n" + file_of(root=b"NCCIS2015"),
        DECLARED % b"windows-1252" + named(b"Zo\xeb"),
        DECLARED % b"ISO-8859-1" + named(b"Zo\xeb"),
        b"\xef\xbb\xbf" + file_of(),
        (DECLARED.decode() % "UTF-16" + file_of().decode()).encode("utf-16"),
        b"<NCCIS xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:x='y.xsd'></NCCIS>",
    ],
)
def test_both_roots_and_the_usual_encodings_are_read(data: bytes) -> None:
    assert read(data).faults == {}


def faults(data: bytes) -> list[tuple[str, str, int, int]]:
    found: list[Fault] = list(read(data).faults.values())
    return [(one.code, one.element, one.first, one.count) for one in found]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (file_of(RECORD + b"<Batch/>" + RECORD), [("FILE-14", "Batch", 1, 1)]),
        (file_of(RECORD + RECORD + b"<Batch/>"), [("FILE-14", "Batch", 2, 1)]),
        (file_of(b"<Batch>" + RECORD + b"</Batch>"), []),
        (file_of(RECORD + b"some text" + RECORD), [("FILE-14", "NCCIS", 1, 1)]),
        (file_of(HEADER + RECORD), [("FILE-14", "FileHeader", 0, 1)]),
        (file_of().replace(b"<PeriodEnd>", b"<Year/><PeriodEnd>"), [("FILE-14", "Year", 0, 1)]),
        (
            file_of().replace(b"</PeriodEnd>", b"</PeriodEnd><PeriodEnd/>"),
            [("FILE-14", "PeriodEnd", 0, 1)],
        ),
        (
            file_of(RECORD.replace(b"<GivenName>", b"<Gender/><GivenName>") * 3),
            [("FILE-13", "GivenName", 1, 3)],
        ),
        (
            file_of(RECORD.replace(b"<Activities/>", b"<Activities><Gender/></Activities>")),
            [("FILE-13", "Gender", 1, 1)],
        ),
    ],
)
def test_what_is_wrong_with_the_file_itself_is_noted_and_counted(
    data: bytes, expected: list[tuple[str, str, int, int]]
) -> None:
    assert faults(data) == expected or expected == []


@pytest.mark.parametrize(
    ("old", "new", "malformed"),
    [
        (b"<GivenName>", b"<GivenName a='1'>", ["attributes of GivenName"]),
        (
            b"<GivenName>",
            b"<GivenName " + b" ".join(b"a%d='1'" % n for n in range(10_000)) + b">",
            ["attributes of GivenName"],
        ),
        (b"<GivenName>", b"oops<GivenName>", ["text between the elements of PersonalDetails"]),
        (b"<GivenName>Ada", b"<GivenName>A<b/>da", ["b", "text between the elements of GivenName"]),
        (b"<Activities/>", b"<Activities/><Activities/>", ["Activities twice"]),
        (b"Ada", b"A" * 256, ["GivenName of more than 255 characters"]),
        (b"Ada", b"A" * 255, []),
    ],
)
def test_what_does_not_belong_in_a_record_is_named_and_never_its_value(
    old: bytes, new: bytes, malformed: list[str]
) -> None:
    found = list(Reading(io.BytesIO(file_of(RECORD.replace(old, new)))).records())

    assert found[0].malformed == malformed


def test_records_before_the_break_are_still_given() -> None:
    found = Reading(io.BytesIO(file_of(RECORD * 3)[:-100]))
    records = found.records()

    assert [next(records).place, next(records).place] == [1, 2]
    with pytest.raises(CannotRead):
        next(records)


def test_a_source_that_gives_a_byte_at_a_time_is_read_the_same() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1)

    found = Reading(Slow(file_of(RECORD * 3)))

    assert [one.values[0] for one in found.records()] == ["3060000000001"] * 3
