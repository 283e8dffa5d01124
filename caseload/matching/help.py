"""Help with the pages of matching, in the words of the people who use them."""

from ccis.govuk.help_topics import Topic, add_help

MATCHING = Topic(
    "Help with matching",
    (
        "A row waits here when it may be about someone whom we hold, and no rule could decide. "
        "Compare the two, and say whether they are one person.",
        "What differs stands first, and is marked. “Why, step by step” says what each field adds.",
    ),
    (
        (
            "What does “Not sure” do?",
            "Nothing is decided. The row stays, and the next one comes.",
        ),
        (
            "How do I turn the single keys off?",
            "By the button under the answers. The keys only work while you are in that part of "
            "the page, and your browser remembers your choice.",
        ),
        (
            "Can I take an answer back?",
            "The last one, for a day, until its row has been applied. After that, put the record "
            "right instead.",
        ),
    ),
)

for page in ("queue", "match"):
    add_help(page, MATCHING)
