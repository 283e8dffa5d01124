"""What is built and committed: our own look, nothing that belongs to GOV.UK alone."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILT = (ROOT / "static/govuk/ccis.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.jinja"))


@pytest.mark.parametrize("word", ["@font-face", "GDS Transport", "crown", "crest", "logotype"])
def test_the_style_sheet_has_no_font_or_arms_of_the_government(word: str) -> None:
    assert word.lower() not in BUILT.lower()


def test_the_style_sheet_asks_for_no_file() -> None:
    assert "url(" not in BUILT


def test_words_are_in_arial() -> None:
    assert set(re.findall(r"font-family:([^;}]+)", BUILT)) <= {
        "arial,sans-serif",
        "monospace",
        "inherit",
        "sans-serif",
    }


def test_no_template_joins_markup_to_what_it_escapes() -> None:
    """Joined so, the markup is escaped as well and stands on the page; a block of set is not."""
    joined = re.compile(r"\| e\s*~|~[^}]*\| e\b")

    assert [path.name for path in TEMPLATES if joined.search(path.read_text())] == []


def test_the_script_names_no_map_that_is_not_there() -> None:
    assert "sourceMappingURL" not in (ROOT / "static/govuk/govuk-frontend.min.js").read_text()


def test_the_styles_and_the_components_are_of_one_version() -> None:
    package = json.loads((ROOT / "package.json").read_text())

    assert package["devDependencies"]["govuk-frontend"] == "6.3.0"
    assert "govuk-frontend-jinja==4.1.0" in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_script_of_their_own(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son(click|change|submit|load)\s*=", text)
    assert not re.search(r'<script(?![^>]*\s(?:src=|type="application/json"))', text)
