"""``docs/requirements.md`` names every requirement, and what it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "requirements.md"

RANGES = {
    "LC": 33,
    "PIA": 33,
    "DWP": 6,
    "LA": 11,
    "LDOR": 9,
    "ISA": 12,
    "LAW": 12,
    "USE": 10,
}
"""How many requirements each source has: LC-01 to LC-33 and so on."""

EVERY_ID = [
    f"{source}-{number:02d}" for source, last in RANGES.items() for number in range(1, last + 1)
]
ROW = re.compile(r"^\| (?P<id>[A-Z]+-\d\d) \| (?P<asked>.+?) \| (?P<done>.*?) \|(?P<proof>.*)\|$")
NAMED = re.compile(r"`([^`]+)`")
STATES = ("done", "in part", "not yet")


def rows() -> list[dict[str, str]]:
    """The lines of the page: id, what is asked, what is done, what proves it."""
    found = (ROW.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines())
    return [{key: text.strip() for key, text in row.groupdict().items()} for row in found if row]


ROWS = rows()
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])


@cache
def named_tests_of(path: Path) -> frozenset[str]:
    """Names of the test functions of a file, those of its classes too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, functions) and node.name.startswith("test_")
    )


def test_every_requirement_has_exactly_one_line_in_order():
    assert [row["id"] for row in ROWS] == EVERY_ID


@each_row
def test_a_line_says_how_far_it_is(row):
    assert row["done"].lower().startswith(STATES), row["done"]


@each_row
def test_what_is_done_names_where_and_what_proves_it(row):
    if row["done"].lower().startswith("not yet"):
        assert row["proof"] == ""
        return
    assert NAMED.findall(row["done"]), "say where it is done"
    assert [name for name in NAMED.findall(row["proof"]) if "::" in name], "name a test"


@each_row
def test_what_is_done_in_part_says_what_is_missing(row):
    if row["done"].lower().startswith("in part"):
        assert "not yet:" in row["done"]


@each_row
def test_every_path_named_exists(row):
    for name in NAMED.findall(row["done"]):
        assert (ROOT / name).exists(), f"{name} does not exist"


@each_row
def test_every_test_named_exists(row):
    for name in NAMED.findall(row["proof"]):
        path, _, test = name.partition("::")
        assert (ROOT / path).is_file(), f"{path} does not exist"
        assert test in named_tests_of(ROOT / path), f"{path} has no test {test}"
