"""Help with the pages of the return, in the words of those who use them (pages §2.1)."""

from ccis.govuk.help_topics import Topic, add_help

MONTH = Topic(
    "Help with the month's return",
    (
        "Work down the steps. Each number is a link to the young people behind it.",
        "A trial shows errors and figures, and may be made as often as you like. An error that "
        "must be mended stops the final return, not a trial.",
        "A return knows what was recorded by the moment it was begun. What is recorded later "
        "comes into the next one that is made.",
    ),
    (
        (
            "I mended an error. Why is it still there?",
            "Errors are those of the newest trial. Make another to see what is left.",
        ),
        (
            "What does made again mean?",
            "The service can make any past return once more from the same inputs. The hash shows "
            "that every byte is the same.",
        ),
    ),
)

ERRORS = Topic(
    "Help with errors",
    (
        "Must mend: the Department would refuse the record, so the final return waits. Should "
        "mend: it would come back as a question. To know: there may be nothing to do.",
        "Open a rule to see everyone whom it concerns, then open the record to mend it.",
    ),
)

FIGURES = Topic(
    "Help with figures",
    (
        "Figures are of young people aged 16 and 17 at the start of the academic year who live "
        "here, on the last day of a month, from the return of that month.",
        "Someone whose information has lapsed counts as not known, unless they are NEET.",
        "Those who do not see returns are shown no number under 5, nor one that would give "
        "it away.",
    ),
)

EXPLAIN = Topic(
    "Help with a person in the return",
    (
        "In because, out because: the page says which facts decided it, and where they came from.",
        "Each value that is sent stands beside the file and row, or the officer, that it came "
        "from.",
    ),
)


def add_topics() -> None:
    """Give help for the pages of the return, by the name of their address."""
    for topic, pages in (
        (MONTH, ("month", "make", "build", "download", "archive", "cohort", "compare")),
        (ERRORS, ("errors", "errors-people", "rule")),
        (FIGURES, ("figures",)),
        (EXPLAIN, ("explain",)),
    ):
        for page in pages:
            add_help(page, topic)
