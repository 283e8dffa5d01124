"""Where places lie: postcodes, wards and an authority's gazetteer (PIA-24)."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from ccis.access.database import WEB, WORKER, acting_as
from ccis.audit.models import TrailEntry
from ccis.authorities import gazetteer
from ccis.authorities.gazetteer import (
    authority_of_postcode,
    find_in_gazetteer,
    load_gazetteer,
    load_postcodes,
    load_ward_names,
    ward_of_postcode,
)
from ccis.authorities.models import Authority, GazetteerAddress, Postcode
from ccis.files.reference import NotThatFile
from tests.factories.accounts import member

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ONSPD = """pcd,pcd2,pcds,dointr,doterm,oscty,osward,oslaua
ZZ1 1AA,ZZ1  1AA,ZZ1 1AA,198001,,E99999999,E05000148,E09000008
ZZ1 1AB,ZZ1  1AB,ZZ1 1AB,198001,201904,E99999999,E05000148,E09000008
ZZ2 2AA,ZZ2  2AA,ZZ2 2AA,201001,,E10000012,E05004000,E07000066
ZZ3 3AA,ZZ3  3AA,ZZ3 3AA,201001,,S99999999,S13002835,S12000033
"""
NSPL = """"pcd7","pcds","dointr","doterm","lad25cd","wd25cd"
"ZZ11AA","ZZ1 1AA","198001","","E09000003","E05000150"
"ZZ1 1AC","ZZ1 1AC","2024-02","","E09000008","E05000148"
"""
LLPG = """UPRN,SAON,PAON,STREET,TOWN,POSTCODE,WARD,CLASS
000100023336956,,14,High Street,Northgate,ZZ1 1AA,E05000148,RD04
100023336957,Flat 1,14,High Street,Northgate,ZZ1 1AA,E05000148,RD06
100023336958,Flat 2,14,High Street,Northgate,ZZ1 1AA,E05000148,RD06
100023336959,,Rose Cottage,High Street,Northgate,ZZ1 1AA,E05000148,RD02
100023336960,,4,High Street,Northgate,ZZ1 1AA,E05000148,RD04
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def counts(loaded: gazetteer.Loaded) -> tuple[int, int, int, int]:
    return loaded.added, loaded.changed, loaded.unchanged, loaded.refused


def code_of(postcode: str) -> str:
    authority = authority_of_postcode(postcode)
    assert authority is not None
    return authority.code


def test_a_postcode_says_its_authority_and_ward(write):
    assert counts(load_postcodes(write(ONSPD), by=None, at=AT)) == (4, 0, 0, 0)
    load_ward_names(write("WD25CD,WD25NM\nE05000148,Addiscombe\n"), by=None, at=AT)

    ward = ward_of_postcode("ZZ1 1AA")
    assert code_of("zz11aa") == "306"
    assert ward is not None
    assert (ward.code, ward.name) == ("E05000148", "Addiscombe")


def test_in_a_county_the_authority_is_the_county_council(write):
    load_postcodes(write(ONSPD), by=None, at=AT)

    assert code_of("ZZ2 2AA") == "881"


def test_a_postcode_that_ended_still_says_where_it_was(write):
    load_postcodes(write(ONSPD), by=None, at=AT)

    assert Postcode.objects.get(pk="ZZ1 1AB").ended_on == date(2019, 4, 1)
    assert code_of("ZZ1 1AB") == "306"


@pytest.mark.parametrize("postcode", ["ZZ3 3AA", "ZZ9 9ZZ", "", "rubbish"])
def test_outside_england_or_not_known_there_is_none(write, postcode):
    load_postcodes(write(ONSPD), by=None, at=AT)

    assert authority_of_postcode(postcode) is None


def test_a_newer_edition_with_other_names_changes_what_differs(write):
    load_postcodes(write(ONSPD), by=None, at=AT)

    assert counts(load_postcodes(write(NSPL), by=None, at=AT)) == (1, 1, 0, 0)
    assert code_of("ZZ1 1AA") == "302"
    assert Postcode.objects.count() == 5


def test_the_same_file_again_changes_nothing_in_whatever_pieces(write):
    load_postcodes(write(ONSPD), by=None, at=AT, at_once=1)

    assert counts(load_postcodes(write(ONSPD), by=None, at=AT, at_once=3)) == (0, 0, 4, 0)


def test_bad_rows_are_told_by_row_and_column_and_the_rest_is_loaded(write):
    bad = ONSPD + (
        "x,x,rubbish,198001,,E99999999,E05000148,E09000008\n"
        "x,x,ZZ1 1AD,198013,,E99999999,E05000148,E09000008\n"
        "x,x,ZZ1 1AE\n"
    )

    loaded = load_postcodes(write(bad), by=None, at=AT)

    assert counts(loaded) == (4, 0, 0, 3)
    assert loaded.rows == 7
    assert [str(problem).split(":")[0] for problem in loaded.problems] == [
        "Row 6, column C (pcds)",
        "Row 7, column D (dointr)",
        "Row 8",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "We did not find pcds"),
        ("pcds,x\nZZ1 1AA,1\n", "We did not find oslaua"),
        ("PK\x03\x04,x\n", "Unpack it"),
    ],
)
def test_another_file_is_refused_in_words(write, text, says):
    with pytest.raises(NotThatFile, match=says):
        load_postcodes(write(text), by=None, at=AT)
    with pytest.raises(CommandError, match=says):
        call_command("load_postcodes", str(write(text)))


def test_old_letters_are_read(write):
    loaded = load_ward_names(write("WD25CD,WD25NM\nW05000001,Llanrûg\n", "cp1252"), by=None, at=AT)

    assert loaded.added == 1
    assert gazetteer.Ward.objects.get().name == "Llanrûg"


# -- the authority's own gazetteer --------------------------------------------------------------


@pytest.fixture
def northgate() -> Authority:
    return Authority.objects.get(code="306")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["14 High Street"], ["100023336956"]),
        (["Flat 2", "14 High St"], ["100023336958", "100023336956"]),
        (["FLAT 1, 14, HIGH STREET"], ["100023336957", "100023336956"]),
        (["Rose Cottage", "High Street"], ["100023336959"]),
        (["4 High Street"], ["100023336960"]),
        (["41 High Street"], []),
        (["High Street"], []),
        ([], []),
    ],
)
def test_an_address_is_found_by_its_number_or_name(write, northgate, lines, found):
    load_gazetteer(write(LLPG), authority=northgate, by=None, at=AT)

    there = find_in_gazetteer(authority=northgate, lines=lines, postcode="zz1 1aa")

    assert [one.uprn for one in there] == found


def test_another_authoritys_gazetteer_is_not_looked_in(write, northgate):
    load_gazetteer(write(LLPG), authority=northgate, by=None, at=AT)
    other = Authority.objects.get(code="302")

    assert find_in_gazetteer(authority=other, lines=["14 High Street"], postcode="ZZ1 1AA") == []
    assert find_in_gazetteer(authority=northgate, lines=["14 High Street"], postcode="ZZ1") == []


def test_the_parts_of_the_national_standard_are_put_together(write, northgate):
    parts = (
        "UPRN,SAO_TEXT,PAO_TEXT,PAO_START_NUMBER,PAO_START_SUFFIX,PAO_END_NUMBER,PAO_END_SUFFIX,"
        "STREET_DESCRIPTION,POSTCODE_LOCATOR\n"
        "5,UNIT 3,,12,A,14,,MILL LANE,ZZ1 1AA\n"
    )
    load_gazetteer(write(parts), authority=northgate, by=None, at=AT)

    one = GazetteerAddress.objects.get()
    assert one.lines == ["UNIT 3", "12A-14 MILL LANE", "ZZ1 1AA"]


def test_a_property_that_a_whole_file_has_no_more_is_gone_and_may_come_back(write, northgate):
    load_gazetteer(write(LLPG), authority=northgate, by=None, at=AT, whole=True)
    fewer = "\n".join(LLPG.splitlines()[:-1])

    assert load_gazetteer(write(fewer), authority=northgate, by=None, at=AT).gone == 0
    assert load_gazetteer(write(fewer), authority=northgate, by=None, at=AT, whole=True).gone == 1
    assert find_in_gazetteer(authority=northgate, lines=["4"], postcode="ZZ1 1AA") == []
    again = load_gazetteer(write(LLPG), authority=northgate, by=None, at=AT, whole=True)
    assert counts(again) == (0, 1, 4, 0)


def test_a_whole_file_with_a_bad_row_marks_nothing_as_gone(write, northgate):
    load_gazetteer(write(LLPG), authority=northgate, by=None, at=AT)
    bad = "\n".join([*LLPG.splitlines()[:3], "abc,,1,Low Street,Northgate,ZZ1 1AA,,"])

    loaded = load_gazetteer(write(bad), authority=northgate, by=None, at=AT, whole=True)

    assert (loaded.gone, loaded.refused) == (0, 1)


def test_the_commands_say_what_became_of_the_rows_and_who_loaded_them(write):
    officer = member()
    said, wrong = StringIO(), StringIO()

    call_command(
        "load_gazetteer", str(write(LLPG + "x,,1,a,b,ZZ1 1AA,,\n")),
        authority="306", by=officer.email, stdout=said, stderr=wrong,
    )  # fmt: skip

    assert "5 added" in said.getvalue()
    assert "1 refused" in said.getvalue()
    assert "Row 7, column A (UPRN): Give a UPRN of 1 to 12 digits" in wrong.getvalue()
    entry = TrailEntry.objects.latest("pk")
    assert (entry.verb, entry.by_id) == ("gazetteer loaded", officer.pk)
    with pytest.raises(CommandError, match="no authority"):
        call_command("load_gazetteer", "x.csv", authority="000")


def test_pages_look_up_and_the_worker_loads(write, northgate):
    with acting_as(WORKER):
        load_postcodes(write(ONSPD), by=None, at=AT)
        load_gazetteer(write(LLPG), authority=northgate, by=None, at=AT)
    for role, statement in (
        (WEB, "UPDATE authorities_postcode SET ward_code = ''"),
        (WEB, "INSERT INTO authorities_ward VALUES ('E05999999', 'x')"),
        (WORKER, "DELETE FROM authorities_gazetteeraddress"),
    ):
        with pytest.raises(ProgrammingError, match="denied"), transaction.atomic(), acting_as(role):  # noqa: SIM117
            with connection.cursor() as cursor:
                cursor.execute(statement)


BROKEN_OFF = f'ZZ9 9AA,"{"a" * 140_000}'


def test_what_was_loaded_before_a_file_broke_off_is_in_the_trail(write, northgate):
    with pytest.raises(NotThatFile, match="Row 6 cannot be read"):
        load_postcodes(write(ONSPD + BROKEN_OFF), by=None, at=AT, at_once=2)
    with pytest.raises(NotThatFile, match="Row 7 cannot be read"):
        load_gazetteer(write(LLPG + BROKEN_OFF), authority=northgate, by=None, at=AT, at_once=2)

    assert (Postcode.objects.count(), GazetteerAddress.objects.count()) == (4, 4)
    verbs = TrailEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["postcodes loaded in part", "gazetteer loaded in part"]
