"""Young people's pages can be read by someone of 11, by a measure (pages §5, LC-03)."""

import re

from optout.catalogues import read_file
from optout.languages import folder

GRADE = 5.0
"""Of Flesch and Kincaid: the year of an American school whose pupils turn 10 or 11."""

LONGEST = 26
"""Words of a sentence."""

SAID = {"{count}": "six", "{day}": "Monday", "{label}": "name", "{month}": "May", "{year}": "2026"}


def sentences() -> list[str]:
    """Every sentence of the pages; labels of a few words tell nothing of how they read."""
    found = []
    for entry in read_file(folder() / "choices.pot"):
        words = entry.plural or entry.id
        for name, value in SAID.items():
            words = words.replace(name, value)
        found += [one for one in re.split(r"(?<=[.?:])\s+", words) if len(one.split()) > 4]
    return found


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e, or ed, at the end."""
    said = re.sub(r"[^a-z]", "", word.lower())
    said = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouyltd])ed$", "", said)
    return max(len(re.findall(r"[aeiouy]+", said)), 1)


def test_the_words_can_be_read_at_eleven():
    said = sentences()
    words = [word for one in said for word in one.split() if re.search(r"[A-Za-z]", word)]
    grade = 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59

    assert len(words) > 900
    assert grade <= GRADE
    assert [one for one in said if len(one.split()) > LONGEST] == []
