"""The published register of establishments: opened, closed, changed, and never deleted."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from ccis.access.database import WEB, WORKER, acting_as
from ccis.audit.models import TrailEntry
from ccis.files.reference import NotThatFile
from providers import register
from providers.models import Provider, RegisterLoad
from tests.factories.accounts import member
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEADINGS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),"
    "EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),StatutoryLowAge,"
    "StatutoryHighAge,Street,Locality,Address3,Town,County (name),Postcode,UKPRN"
)
WREN = (
    "900001,306,Croydon,4999,Wren Academy,Academy converter,Open,01-09-2012,,Secondary,11,18,"
    "1 Wren Road,,,Northgate,Not recorded,ZZ1 1AA,10090001"
)
COLLEGE = (
    "900002,306,Croydon,8999,Harbour Sixth Form College,Sixth form centres,Open,,,16 plus,16,19,"
    ",,,Northgate,,ZZ1 1AB,"
)
PRIMARY = "900003,306,Croydon,2999,Wren Infants,Community school,Open,,,Primary,5,7,,,,,,ZZ1 1AB,"
OLD = (
    "900004,306,Croydon,4998,Wren Upper School,Community school,Closed,01-09-1980,31-08-2012,"
    "Secondary,11,16,,,,,,ZZ1 1AA,"
)


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(*rows: str) -> Path:
        path = tmp_path / "edubasealldata.csv"
        path.write_bytes("\r\n".join([HEADINGS, *rows, ""]).encode("cp1252"))
        return path

    return written


def load(path: Path, **options: Any) -> register.LoadedRegister:
    return register.load(path, by=None, at=AT, **options)


def test_the_directory_takes_over_what_the_register_says(write):
    loaded = load(write(WREN, COLLEGE, OLD))

    assert loaded.added == 3
    wren = Provider.objects.get(urn="900001")
    assert (wren.name, wren.kind, wren.dfe_number) == ("Wren Academy", "school", "3064999")
    assert (wren.ukprn, wren.postcode) == ("10090001", "ZZ1 1AA")
    assert wren.address == "1 Wren Road\nNorthgate"
    assert wren.authority is not None
    assert wren.authority.code == "306"
    assert Provider.objects.get(urn="900002").kind == "college"
    old = Provider.objects.get(urn="900004")
    assert (old.opened_on, old.closed_on) == (date(1980, 9, 1), date(2012, 8, 31))


def test_the_same_file_again_changes_nothing(write):
    load(write(WREN, COLLEGE, OLD))

    again = load(write(WREN, COLLEGE, OLD))

    assert (again.added, again.changed, again.counts()["unchanged"]) == (0, 0, 3)
    assert len(register.history_of("900001")) == 1


def test_a_school_that_closes_stays_and_its_history_says_when_we_came_to_know(write):
    first = load(write(WREN))
    assert first.added == 1
    closed = WREN.replace("Open,01-09-2012,,", "Closed,01-09-2012,31-08-2026,")

    loaded = load(write(closed))

    assert (loaded.added, loaded.changed) == (0, 1)
    assert Provider.objects.get().closed_on == date(2026, 8, 31)
    now, before = register.history_of("900001")
    assert (before.status, before.closed_on) == ("Open", None)
    assert (now.status, now.closed_on) == ("Closed", date(2026, 8, 31))
    assert before.superseded == now.recorded


def test_an_academy_takes_over_the_number_of_the_school_before_it(write):
    load(write(WREN))
    closed = WREN.replace("Open,01-09-2012,,", "Closed,01-09-2012,31-08-2026,")
    after = WREN.replace("900001", "900011").replace("01-09-2012", "01-09-2026")

    loaded = load(write(after, closed))

    assert (loaded.added, loaded.changed, loaded.refused) == (1, 1, 0)
    assert Provider.objects.get(urn="900011").dfe_number == "3064999"


def test_two_that_exchange_their_numbers(write):
    other = WREN.replace("900001", "900011").replace("4999", "4990")
    load(write(WREN, other))

    loaded = load(write(WREN.replace("4999", "4990"), other.replace("4990", "4999")))

    assert (loaded.changed, loaded.refused) == (2, 0)
    assert Provider.objects.get(urn="900001").dfe_number == "3064990"


def test_one_that_is_not_in_a_newer_file_stays_as_it_was(write):
    load(write(WREN, COLLEGE))

    loaded = load(write(WREN))

    assert loaded.gone == 1
    assert Provider.objects.get(urn="900002").closed_on is None


def test_one_that_was_added_by_hand_is_recognised_by_its_number(write):
    by_hand = ProviderFactory(name="Wren", dfe_number="3064999", email="office@wren.example")

    loaded = load(write(WREN))

    assert (loaded.added, loaded.changed) == (0, 1)
    by_hand.refresh_from_db()
    assert (by_hand.urn, by_hand.name) == ("900001", "Wren Academy")
    assert by_hand.email == "office@wren.example"


def test_children_who_all_leave_young_are_left_out_unless_asked_for(write):
    assert load(write(WREN, PRIMARY)).left_out == 1
    assert load(write(WREN, PRIMARY), every_age=True).added == 1


def test_one_that_is_only_proposed_is_kept_and_not_in_the_directory(write):
    proposed = WREN.replace("900001", "900011").replace(",Open,01-09-2012", ",Proposed to open,")

    loaded = load(write(WREN, proposed))

    assert (loaded.added, loaded.proposed, loaded.refused) == (1, 1, 0)
    assert Provider.objects.get().urn == "900001"
    assert len(register.history_of("900011")) == 1


def test_one_that_closed_without_a_day_closes_on_the_day_we_read_it_and_stays_so(write):
    nobody_knows = OLD.replace("31-08-2012", "")
    assert load(write(nobody_knows)).given_a_day == 1
    assert Provider.objects.get().closed_on == AT.date()

    later = datetime(2027, 1, 5, tzinfo=UTC)
    again = register.load(write(nobody_knows), by=None, at=later)

    assert (again.changed, again.counts()["unchanged"]) == (0, 1)
    assert Provider.objects.get().closed_on == AT.date()


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (WREN.replace("900001", "x"), "Row 3, column A (URN): Give a URN"),
        (WREN.replace("Wren Academy", ""), "column E (EstablishmentName): Give the name"),
        (WREN.replace("01-09-2012", "31-02-2012"), "column H (OpenDate)"),
        (WREN.replace("2012,,", "2012,01-01-2001,"), "column I (CloseDate): It closed before"),
        (WREN.replace(",306,", ",30,"), "column B (LA (code)): Give the authority"),
        (WREN.replace(",4999,", ",49999,"), "column D (EstablishmentNumber): Give a number"),
        (COLLEGE, "column A (URN): This URN stands in the file more than once"),
        ("900009,306", "Row 3: This row has 2 cells"),
    ],
)
def test_a_bad_row_is_told_and_the_rest_is_loaded(write, row, where):
    other = COLLEGE.replace("900002", "900020").replace("8999", "8990")
    rows = [COLLEGE, row, other] if row != COLLEGE else [COLLEGE, COLLEGE, other]

    loaded = load(write(*rows))

    assert any(where in str(problem) for problem in loaded.problems)
    assert Provider.objects.filter(urn="900020").exists()
    counts = loaded.counts()
    parts = ("added", "changed", "unchanged", "left out", "not open yet", "refused")
    assert counts["rows"] == sum(counts[part] for part in parts) == 3


def test_two_open_ones_with_one_number_are_both_told_and_neither_is_guessed(write):
    loaded = load(write(WREN, WREN.replace("900001", "900011"), COLLEGE))

    assert [problem.row for problem in loaded.problems] == [2, 3]
    assert Provider.objects.get().urn == "900002"


def test_an_open_one_outside_the_file_keeps_its_number(write):
    load(write(WREN))

    loaded = load(write(WREN.replace("900001", "900011")))

    assert loaded.refused == 1
    assert Provider.objects.get().urn == "900001"


def test_an_establishment_abroad_has_no_authority_of_ours(write):
    abroad = WREN.replace(",306,Croydon,", ",000,Abroad,").replace("ZZ1 1AA", "28760")

    assert load(write(abroad)).refused == 0
    assert Provider.objects.get().authority is None


def test_old_letters_are_read(write):
    load(write(WREN.replace("Wren Academy", "Académie “Wren”")))

    assert Provider.objects.get().name == "Académie “Wren”"


def test_another_file_is_refused_and_nothing_changes(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("URN,EstablishmentName\n1,x\n")

    with pytest.raises(NotThatFile, match="We did not find"):
        load(path)
    with pytest.raises(CommandError, match="We did not find"):
        call_command("load_establishments", str(path))


def test_the_command_says_what_became_of_the_rows(write):
    officer, said = member(), StringIO()

    call_command("load_establishments", str(write(WREN, PRIMARY)), by=officer.email, stdout=said)

    assert "1 added" in said.getvalue()
    assert "1 left out" in said.getvalue()
    made = RegisterLoad.objects.get()
    assert (made.loaded_by, made.counts["added"]) == (officer, 1)
    entry = TrailEntry.objects.latest("pk")
    assert (entry.verb, entry.by_id, entry.subject_id) == ("register loaded", officer.pk, made.pk)


def test_the_worker_may_load_and_pages_may_only_read(write):
    with acting_as(WORKER):
        load(write(WREN, COLLEGE))
        load(write(WREN.replace("Open,", "Closed,"), COLLEGE))
    for role, statement in (
        (WEB, "UPDATE providers_registerentry SET status = 'Open'"),
        (WORKER, "DELETE FROM providers_registerentry"),
    ):
        with pytest.raises(ProgrammingError, match="denied"), transaction.atomic(), acting_as(role):  # noqa: SIM117
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_refused_row_is_in_the_file_all_the_same(write):
    load(write(WREN, COLLEGE))

    twice = load(write(WREN, WREN, COLLEGE.replace("900002,306", "900002,3")))

    assert (twice.refused, twice.gone) == (3, 0)


def test_one_that_is_proposed_again_keeps_the_number_it_had(write):
    load(write(WREN))

    load(write(WREN.replace(",Open,", ",Proposed to open,").replace("4999", "4997")))

    assert Provider.objects.get(urn="900001").dfe_number == "3064999"


def test_one_that_closed_and_opened_again_is_open(write):
    load(write(WREN))
    load(write(WREN.replace(",Open,01-09-2012,,", ",Closed,01-09-2012,31-08-2026,")))
    assert Provider.objects.get(urn="900001").closed_on == date(2026, 8, 31)

    again = load(write(WREN))

    wren = Provider.objects.get(urn="900001")
    assert (again.changed, wren.closed_on, wren.dfe_number) == (1, None, "3064999")
    assert len(register.history_of("900001")) == 3


def test_one_that_will_close_is_open_until_then(write):
    closing = ',"Open, but proposed to close",01-09-2012,31-08-2027,'
    load(write(WREN.replace(",Open,01-09-2012,,", closing)))

    assert Provider.objects.open_on(date(2026, 11, 23)).filter(urn="900001").exists()
