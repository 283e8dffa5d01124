"""The one template of a list: what the authority fills in, and what the organisation does (LC-09).

Every list looks like this, on screen, as a file, and when it comes back completed.
"""

from dataclasses import dataclass

from sharing.rules import HEADINGS

LIST = "List"
ROW = "Row"
"""By these two a completed list is known again, never by a name."""


@dataclass(frozen=True)
class Answer:
    """A column for the organisation to complete."""

    key: str
    heading: str
    meaning: str
    choices: tuple[str, ...] = ()
    is_date: bool = False


OUTCOMES = {
    "engaged": "In touch, and we are helping",
    "confirmed": "In education, training or work",
    "not-reached": "Could not reach them",
    "refused": "They said no",
    "wrong-details": "The details are wrong",
    "no-contact": "They asked not to be contacted",
}
"""What may become of someone on a list, by the word that is kept."""

HOW = ("Phone", "Text", "Email", "Letter", "Visit")

DOING = ("Education", "Training", "Work")

ANSWERS = (
    Answer("outcome", "What happened", "Choose what became of it", tuple(OUTCOMES.values())),
    Answer("tried_on", "Last tried on", "The day that you last tried to reach them", is_date=True),
    Answer("how", "How", "How you tried, or reached them", HOW),
    Answer("tries", "How often tried", "How many times you have tried by now"),
    Answer("doing", "Education, training or work", "Which of these it is", DOING),
    Answer("where", "Where they are", "The place of study, training or work, if they told you"),
    Answer("since", "Since", "The day that it began", is_date=True),
    Answer("notes", "Anything else", "Facts only. No health, family or offence"),
)


def authority_headings(columns: list[str]) -> list[str]:
    """The headings that the authority fills in, in their order: references, then the columns."""
    return [LIST, ROW, *(words for name, words in HEADINGS.items() if name in columns)]
