"""Conditions of the law for data that needs one (LAW-02). No database, no clock."""

from collections.abc import Iterable

CONDITIONS: dict[str, str] = {
    "g-6": "Article 9(2)(g), Schedule 1 paragraph 6: statutory and government purposes",
    "g-8": "Article 9(2)(g), Schedule 1 paragraph 8: equality of opportunity or treatment",
    "g-18": "Article 9(2)(g), Schedule 1 paragraph 18: safeguarding of children",
    "h-2": "Article 9(2)(h), Schedule 1 paragraph 2: health or social care purposes",
    "10-6": "Article 10, Schedule 1 paragraph 6: statutory and government purposes",
    "10-18": "Article 10, Schedule 1 paragraph 18: safeguarding of children",
}
"""Conditions of the UK GDPR and the Data Protection Act 2018 for special category data and, from
``10-`` on, criminal offence data."""


def in_words(conditions: Iterable[str]) -> list[str]:
    """Conditions in words, in the order of the law."""
    chosen = set(conditions)
    return [words for code, words in CONDITIONS.items() if code in chosen]
