"""Translators find every word of young people's pages in one file."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOUND = re.compile(r"\{\{ _\(\"((?:[^\"\\]|\\.)*)\"\)")
ANYWHERE = re.compile(r"\b_\(|gettext\(")
TEMPLATES = sorted(
    template
    for app in ("optout", "agreements")
    for template in (ROOT / "templates" / app / "public").glob("*.jinja")
)


def test_every_word_of_the_templates_is_in_the_file_for_translators():
    known = (ROOT / "optout" / "locale" / "choices.pot").read_text()
    joined = known.replace('"\n"', "")
    missing = []
    for template in TEMPLATES:
        for words in FOUND.findall(template.read_text()):
            if words not in joined:
                missing.append((template.name, words))

    assert missing == []


def test_words_stand_where_they_are_found():
    """``{{ _("…") }}``: anywhere else in a template the program for translators passes them by."""
    for template in TEMPLATES:
        text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
        assert len(ANYWHERE.findall(text)) == len(FOUND.findall(text)), template.name
