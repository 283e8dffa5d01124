"""The editions hold together, say what the specification says, and fail loudly when they do not."""

from __future__ import annotations

import re
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from returns import editions
from returns.editions import codes, parameters, record
from returns.editions.model import Edition, EditionError
from returns.editions.reading import FOLDER, check_sql, read

NAMES = ("2019-20", "2020-21", "2022-23", "2026-27")
EVERY = [editions.load(name) for name in editions.available()]
DOCUMENT = (Path(__file__).parents[3] / "docs" / "nccis.md").read_text(encoding="utf-8")


def by_name(edition: Edition) -> str:
    return edition.name


# What is there


def test_editions_are_listed_oldest_first_and_the_newest_is_the_default() -> None:
    assert editions.available() == NAMES
    assert editions.newest().name == "2026-27"


@pytest.mark.parametrize(
    ("period_end", "name"),
    [
        (date(2018, 12, 31), "2019-20"),
        (date(2020, 3, 31), "2019-20"),
        (date(2020, 4, 30), "2020-21"),
        (date(2026, 3, 31), "2022-23"),
        (date(2026, 4, 30), "2026-27"),
        (date(2031, 1, 31), "2026-27"),
    ],
)
def test_a_month_has_the_edition_in_force_at_its_end(period_end: date, name: str) -> None:
    assert editions.for_period(period_end).name == name


def test_editions_follow_each_other_without_a_gap() -> None:
    for earlier, later in pairwise(EVERY):
        assert earlier.valid_to is not None
        assert (later.valid_from - earlier.valid_to).days == 1
        assert later.extends == earlier.name
    assert EVERY[-1].valid_to is None


def test_no_other_name_is_an_edition() -> None:
    with pytest.raises(EditionError, match="no edition"):
        editions.load("../2019_20")


@pytest.mark.parametrize("edition", EVERY, ids=by_name)
def test_an_edition_tells_its_gaps(edition: Edition) -> None:
    assert len(edition.gaps) >= 5
    assert all(gap.endswith(".") for gap in edition.gaps)


# What changed, docs/nccis.md §0.1


def changes(old: str, new: str) -> set[tuple[str, str, str]]:
    found = editions.diff(editions.load(old), editions.load(new))
    return {(difference.what, difference.key, difference.change) for difference in found}


def test_2020_changed_what_the_specification_says() -> None:
    assert changes("2019-20", "2020-21") == {
        ("ethnicity", "BBRI", "added"),
        ("activity", "440", "changed"),
        ("rule", "301", "removed"),
        ("rule", "306", "added"),
        ("rule", "909", "added"),
        ("rule", "SG-1", "added"),
        ("rule", "SG-2", "added"),
        ("rule", "SG-3", "added"),
    }
    renamed = editions.diff(EVERY[0], EVERY[1])[0]
    assert (renamed.key, renamed.fields) == ("440", ("label",))


def test_2022_and_2026_changed_what_the_specification_says() -> None:
    assert changes("2020-21", "2022-23") == {("characteristic", "210", "added")}
    assert changes("2022-23", "2026-27") == {
        ("rule", "44", "added"),
        ("rule", "45", "added"),
        ("rule", "46", "added"),
    }


def test_an_edition_differs_from_itself_in_nothing() -> None:
    assert editions.diff(EVERY[0], EVERY[0]) == ()


# What the specification says, held against the data


def section(heading: str) -> str:
    return DOCUMENT.partition(f"### {heading}")[2].partition("\n### ")[0]


def test_activities_are_those_documented_with_the_same_dates_needed() -> None:
    documented = {
        row[0]: row[5:]
        for row in re.findall(
            r"^\| (\d{3}) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \| ?(y?) ?\| ?(y?) ?\| ?(y?) ?\|$",
            section("3.4 "),
            flags=re.MULTILINE,
        )
    }
    assert len(documented) == 45
    for edition in EVERY:
        assert documented == {
            code: tuple(
                "y" if needed else ""
                for needed in (activity.needs_end, activity.needs_review, activity.needs_lapse)
            )
            for code, activity in edition.codes.activity.items()
        }


def test_groups_of_activities_are_those_of_the_headline_figures() -> None:
    newest = editions.newest().codes.activity
    neet = {code for code, activity in newest.items() if activity.neet}
    unavailable = {code for code, a in newest.items() if a.group == "neet-not-available"}
    not_known = {code for code, a in newest.items() if a.group == "not-known"}
    participating = {code for code, activity in newest.items() if activity.participation}

    assert neet == {"540", "610", "615", "616", "619", *unavailable}
    assert unavailable == {"620", "630", "640", "650", "660", "670", "680"}
    assert not_known == {"810", "820", "830"}
    assert participating.isdisjoint({"260", "440", "530", "615", "616", "330", "710"})
    assert "250" in participating


def test_vulnerable_characteristics_are_the_departments() -> None:
    newest = editions.newest().codes.characteristic
    assert {code for code, entry in newest.items() if entry.vulnerable} == {
        "110",
        "130",
        "140",
        "150",
        "160",
        "170",
        "190",
        "200",
        "210",
    }


def test_statuses_that_leave_are_sent_once_and_movers_say_where_to() -> None:
    statuses = editions.newest().codes.cohort_status
    assert {code for code, entry in statuses.items() if entry.sent == "once"} == set("ALTEMD")
    assert {code: entry.transfer for code, entry in statuses.items() if entry.transfer} == {
        "T": "authority",
        "E": "country",
    }


def test_every_element_is_sent_once_and_from_a_column_of_the_record() -> None:
    for edition in EVERY:
        assert sorted(edition.layout.columns) == sorted(column.name for column in record.SENT)
        assert edition.layout.elements[0].column == "young_persons_id"


def test_the_layout_is_the_documented_tree_in_its_order() -> None:
    tree = DOCUMENT.partition("```\nNCCIS\n")[2].partition("```")[0]
    names = [name for line in tree.splitlines() for name in _leaves(line)]
    newest = editions.newest().layout
    written = [part.path[-1] for part in newest.header_elements]
    written += [element.path[-1] for element in newest.elements]

    assert [name for name in names if name in written] == written


def _leaves(line: str) -> list[str]:
    name = line.split()[0] if line.split() else ""
    if name == "AddressLine1":
        return [f"AddressLine{number}" for number in range(1, 5)]
    return [name]


# Parameters and merged codes


def test_a_files_parameters_are_all_those_that_a_rule_may_name() -> None:
    values = parameters.of_file(
        editions.newest(),
        period_end=date(2026, 10, 31),
        lead_codes=("306",),
        database_ids=("306",),
        la_codes=("306", "301"),
    )

    assert values.keys() == parameters.NAMES
    assert values["period_start"] == date(2026, 10, 1)
    assert values["academic_year_start"] == date(2026, 9, 1)
    assert values["la_codes"] == ["301", "306"]


@pytest.mark.parametrize(
    ("period_end", "groups"),
    [
        (date(2027, 3, 31), (12, 13)),
        (date(2027, 4, 30), (11, 12)),
        (date(2027, 8, 31), (11, 12)),
        (date(2027, 9, 30), (12, 13)),
    ],
)
def test_the_guarantee_moves_on_with_the_year_group(
    period_end: date, groups: tuple[int, int]
) -> None:
    assert editions.newest().cohort.guarantee_year_groups(period_end) == groups


def test_the_code_tables_hold_every_code_of_every_edition_once() -> None:
    for name in codes.LISTS:
        merged = codes.in_list(name)
        every = {code for edition in EVERY for code in getattr(edition.codes, name)}
        assert sorted(code.code for code in merged) == sorted(every)
        assert [code.position for code in merged] == list(range(1, len(merged) + 1))


def test_a_merged_code_has_its_newest_label_and_the_editions_that_have_it() -> None:
    activity = {code.code: code for code in codes.in_list("activity")}
    ethnicity = {code.code: code for code in codes.in_list("ethnicity")}

    assert activity["440"].label == "DWP training and support programme"
    assert (activity["440"].first, activity["440"].last) == ("2019-20", "2026-27")
    assert activity["619"].attributes["neet"] is True
    assert ethnicity["BBRI"].first == "2020-21"
    with pytest.raises(KeyError):
        codes.in_list("shoe_size")


# Loud failures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the editions, to break."""
    for source in FOLDER.glob("20*"):
        shutil.copytree(source, tmp_path / source.name)
    return tmp_path


def put(folder: Path, filename: str, text: str) -> None:
    """Write a file of the newest edition, which extends all others."""
    (folder / "2026_27" / filename).write_text(text, encoding="utf-8")


RULE = """
[[add.rule]]
code = "999"
priority = 1
kind = "field"
elements = ["GivenName"]
message = "Wrong"
mend = "Right it"
"""


@pytest.mark.parametrize(
    ("filename", "text", "complaint"),
    [
        ("rules.toml", RULE + "test = 'shoe_size > 4'", "shoe_size is no column"),
        ("rules.toml", RULE + "test = 'given_name = :shoe'", "parameter: shoe is not known"),
        ("rules.toml", RULE + "test = 'pg_sleep(9) IS NULL'", "pg_sleep is no column"),
        ("rules.toml", RULE + "test = 'given_name IS NULL; DROP'", "may not hold that sign"),
        ("rules.toml", RULE + "test = \"given_name LIKE '%'\"", "may not hold that sign"),
        ("rules.toml", RULE, "a field or a record has a test"),
        (
            "rules.toml",
            RULE.replace('"Wrong"', '" "') + "test = 'given_name IS NULL'",
            "message is empty",
        ),
        (
            "rules.toml",
            RULE.replace('message = "Wrong"\n', "") + "test = 'given_name IS NULL'",
            "message is missing",
        ),
        (
            "rules.toml",
            RULE.replace("GivenName", "ShoeSize") + "test = 'given_name IS NULL'",
            "element: ShoeSize is not known",
        ),
        (
            "rules.toml",
            RULE.replace("priority = 1", "priority = 4") + "test = 'given_name IS NULL'",
            "priority must be",
        ),
        ("rules.toml", RULE.replace("999", "2") + "test = 'given_name IS NULL'", "there already"),
        ("rules.toml", RULE.replace('"999"', '"9 9"') + "test = 'given_name IS NULL'", "not a num"),
        ("rules.toml", RULE + "test = 'given_name IS NULL'\ncolour = 'red'", "colour is not known"),
        ("rules.toml", "[[remove.rule]]\ncode = '999'", "999 is not there to remove"),
        ("rules.toml", "[[override.rule]]\ncode = '999'", "999 is not there to override"),
        ("rules.toml", "[[add.shoes]]\ncode = '1'", "add.shoes is not known here"),
        ("rules.toml", "shoes = 1", "shoes is not known here"),
        ("rules.toml", "[[add.rule", "2026-27|2026_27"),
        ("codes.toml", "[[add.gender]]\ncode = 'F'\nlabel = 'Again'", "F is there already"),
        ("codes.toml", "[[add.gender]]\ncode = 'Q'", "label is missing"),
        ("codes.toml", "[[add.gender]]\ncode = 'Q'\nlabel = ''", "label is empty"),
        ("codes.toml", "[[add.gender]]\nlabel = 'Q'", "has no code"),
        (
            "codes.toml",
            "[[add.activity]]\ncode = '999'\nlabel = 'New'\ngroup = 'shoes'",
            "shoes is not known",
        ),
        (
            "codes.toml",
            "[[add.activity]]\ncode = '999'\nlabel = 'New'\ngroup = 'employment'",
            "currency and activities differ in 999",
        ),
        (
            "codes.toml",
            "[[override.activity]]\ncode = '310'\nneeds_lapse = false",
            "disagrees whether it lapses",
        ),
        (
            "codes.toml",
            "[[override.activity]]\ncode = '310'\nneeds_lapse = 'no'",
            "needs_lapse must be bool",
        ),
        ("currency.toml", "[[override.period]]\ncode = '310'\nmonths = 0", "months go with"),
        ("currency.toml", "[[override.period]]\ncode = '310'\ndays = 4", "days go with"),
        ("currency.toml", "[[override.period]]\ncode = '310'\nbasis = 'shoes'", "shoes is not"),
        (
            "layout.toml",
            "[[add.element]]\npath = 'PersonalDetails/ShoeSize'\nformat = 'text'",
            "no column of the record is sent in ShoeSize",
        ),
        (
            "layout.toml",
            "[[override.element]]\npath = 'PersonalDetails/DOB'\nformat = 'text'",
            "its column is no text",
        ),
        ("layout.toml", "omit = ['Shoes']", "omit names a node"),
        ("layout.toml", "record = 'Two words'", "not a name for an element"),
        ("cohort.toml", "[set]\nshoe_size = 4", "shoe_size is not known"),
        ("cohort.toml", "[set]\noldest_age = 'old'", "oldest_age must be int"),
    ],
)
def test_an_edition_that_does_not_hold_together_is_refused(
    folder: Path, filename: str, text: str, complaint: str
) -> None:
    put(folder, filename, text)

    with pytest.raises(EditionError, match=complaint):
        read("2026-27", folder)


def test_an_edition_may_not_extend_itself(folder: Path) -> None:
    base = folder / "2019_20" / "edition.toml"
    base.write_text('extends = "2026-27"\n' + base.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(EditionError, match="extends itself"):
        read("2026-27", folder)


def test_two_editions_may_not_have_one_name(folder: Path) -> None:
    shutil.copytree(folder / "2026_27", folder / "2027_28")

    with pytest.raises(EditionError, match="no other edition"):
        read("2026-27", folder)


def test_a_new_edition_can_move_override_and_take_away(folder: Path) -> None:
    path = "PersonalDetails/PreviousYPIDIdentifier"
    put(
        folder,
        "layout.toml",
        f"[[remove.element]]\npath = '{path}'\n[[add.element]]\npath = '{path}'\nformat = 'digits'"
        "\nafter = 'PersonalDetails/UniquePupilNumber'",
    )
    put(folder, "currency.toml", "[[override.period]]\ncodes = ['310', '320']\nmonths = 9")

    edition = read("2026-27", folder)

    names = [element.name for element in edition.layout.elements]
    assert names[names.index("UniquePupilNumber") + 1] == "PreviousYPIDIdentifier"
    assert edition.periods["310"].months == edition.periods["320"].months == 9
    assert edition.periods["330"].months == 6


def test_a_colon_in_quotes_is_no_parameter() -> None:
    check_sql(r"given_name ~ '[0-9:a]'", "here")
