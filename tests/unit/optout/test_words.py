"""Translators find every word of young people's pages in one file, and each file is whole."""

import re
from pathlib import Path

from django.core.management import call_command

from optout.catalogues import Entry, merged, problems, read_po, write_po

ROOT = Path(__file__).parents[3]
FOUND = re.compile(r"\{\{ _\(\"((?:[^\"\\]|\\.)*)\"\)")
ANYWHERE = re.compile(r"\b_\(|gettext\(")
TEMPLATES = sorted(
    template
    for app in ("optout", "agreements")
    for template in (ROOT / "templates" / app / "public").glob("*.jinja")
)


def test_every_language_has_every_message_with_its_braces_and_is_up_to_date():
    """``make words`` mends what this finds."""
    call_command("words", check=True)


def test_words_stand_where_they_are_found():
    """``{{ _("…") }}``: so a reader of a template sees at once what translates."""
    for template in TEMPLATES:
        text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
        assert len(ANYWHERE.findall(text)) == len(FOUND.findall(text)), template.name


def test_a_translators_file_is_read_and_written_as_it_is():
    entries = [
        Entry("", said=("Language: pl\nX-Language-Name: Polski\n",)),
        Entry("One {day}", said=("Dnia {day}",), where=("a.py",)),
        Entry('Say "no"\nnow', context="said", said=('Powiedz „nie”\n\\ "teraz"',)),
        Entry("{count} one", plural="{count} more", said=("{count} a", "{count} b", "{count} c")),
    ]
    assert read_po(write_po(entries)) == entries


def test_what_a_file_lacks_is_said():
    wanted = [Entry("One {day}"), Entry("Two"), Entry("{count} one", plural="{count} more")]
    theirs = [
        Entry("", said=("Language: pl\n",)),
        Entry("One {day}", said=("Dnia {dnia}",)),
        Entry("Old", said=("Stare",)),
        Entry("{count} one", plural="{count} more", said=("jeden", "{count} b", "")),
    ]
    assert problems(wanted, theirs) == [
        "other braces in 'Dnia {dnia}' than in 'One {day}'",
        "no words for 'Two'",
        "no words for '{count} one'",
        "nothing says 'Old' any more",
    ]
    now = merged(wanted, theirs)
    assert [entry.id for entry in now] == ["", "One {day}", "Two", "{count} one"]
    assert now[3].said == ("jeden", "{count} b", "")
