"""Help with a page, in the words of the people who use it (pages §2.1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Help with one page: what it is for, and answers to what people ask."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[tuple[str, str], ...] = ()


START = Topic(
    "Help",
    (
        "This service keeps the record of young people aged 16 and 17, and up to 25 with an "
        "education, health and care plan: where they live, what they are doing, and when that "
        "was last checked.",
        "Use the search box at the top of each page to find someone by name in any spelling, "
        "date of birth, postcode, phone number, UPN, ULN or NCCIS id. The box does not leave "
        "what you typed in the address of the page.",
    ),
    (
        (
            "Who can see that I opened a record?",
            "Opening a young person's record, searching and downloading are all recorded. "
            "Information governance officers can see who looked, and when.",
        ),
        (
            "Why can I not find someone?",
            "They may belong to another authority, or be known by another name. Try their date "
            "of birth, or their postcode.",
        ),
        (
            "How do I type a date?",
            "Day first: 9/12/26, 9 dec and 9 December 2026 are the same. In boxes with Today and "
            "Yesterday, -3 means three days ago.",
        ),
    ),
)

_TOPICS: dict[str, Topic] = {
    "requests": Topic(
        "Help with requests",
        (
            "What young people, and those who speak for them, ask of us: by the form, phone, "
            "email, post or in person. The one that must be answered first stands first.",
            "Each is to be answered by the end of the next working day; a complaint within 30 "
            "days. What someone with a code says about sharing is in force at once, and is here "
            "only among those that are answered.",
        ),
        (
            (
                "More than one person could be meant. What do I do?",
                "Nothing on either record. Ask whoever sent it, then choose.",
            ),
            (
                "I matched the wrong person.",
                "While the request is not answered, give the right reference: what was recorded "
                "on the other record is taken out. Afterwards take it out on the page Choices of "
                "the wrong record, and record it on the right one.",
            ),
        ),
    ),
    "people": Topic(
        "Help with the list of people",
        (
            "The sentence under the heading says exactly whom the list shows. Each filter in "
            "force stands above the table; choose it to take it away.",
            "Choose a heading that is a link to put the list in that order.",
        ),
    ),
    "files": Topic(
        "Help with files",
        (
            "Send in a list from a school or college as an Excel workbook or a CSV. Every row "
            "ends in one place, and nothing changes on anyone's record until someone approves it.",
            "A row with a doubt waits for a person; it never holds up the others.",
        ),
        (
            (
                "I sent the same file twice. What happens?",
                "Nothing. The service sees that it has been sent before, and says when.",
            ),
        ),
    ),
    "returns": Topic(
        "Help with the month's return",
        (
            "Work down the steps. Each number is a link to the young people behind it.",
            "An error that must be mended stops the final return, not a trial.",
        ),
    ),
}


def add_help(page: str, topic: Topic) -> None:
    """Give help for the page with this URL name."""
    _TOPICS[page] = topic


def topic(page: str) -> Topic:
    """Help for the page with this URL name; the general help where there is none."""
    return _TOPICS.get(page, START)
