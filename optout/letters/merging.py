"""What merging two records does with letters (PIA-14)."""

from caseload.merging.registry import Handler, Way, register

register(
    Handler(
        "letters.letter",
        Way.KEPT,
        "a letter tells what was written to a record; until the record that stays is written to, "
        "no notice has run for it",
    )
)
