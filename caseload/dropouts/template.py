"""The return as a workbook, column for column that of the pan-London document (LDOR-01, 02)."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ccis.files.cells import DATE_FORMAT, clean_text, new_workbook

TITLE: Final = (
    "Education and training providers: notification to local authority of 16 to 19 year old "
    "joiners and leavers"
)
REASON: Final = "Reason for notification"

COLUMNS: Final[Sequence[tuple[str, str, int]]] = (
    ("uln", "ULN", 14),
    ("family", "Family Name", 20),
    ("given", "First Name", 18),
    ("birth", "DOB", 12),
    ("address", "Address", 34),
    ("postcode", "Post Code", 11),
    ("email", "Contact e-mail", 26),
    ("phone", "phone number", 16),
    ("joiner", "Joiner", 12),
    ("leaver", "Leaver", 12),
    ("at_risk", "at risk of dropping out", 14),
    ("destination", "Destination if known", 26),
)
"""Our column, its heading in the document, and its width."""

PLACE: Final[Sequence[tuple[str, str, int]]] = (
    ("provider", "Provider", 30),
    ("dfe_number", "DfENo", 10),
    ("ukprn", "UKPRN", 11),
)
"""At which provider each person is, after the document's columns: in a workbook that an authority
passes on, which tells of several, and whose face names the authority."""

DATES: Final = frozenset({"birth", "joiner", "leaver", "at_risk"})
FIRST_REASON, LAST_REASON = 8, 10

NOTES: Final[Mapping[str, str]] = {
    "uln": "10 digits. Leave it empty if you do not know it.",
    "birth": "Day first, like 14/03/2010.",
    "address": "Its parts between commas.",
    "postcode": "The whole postcode, or the word none for someone without an address.",
    "joiner": "The first day, or an x. Mark one of the three.",
    "leaver": "The last day, or an x. Mark one of the three.",
    "at_risk": "The day, or an x, for someone who may leave. Mark one of the three.",
    "destination": "For a leaver: what they do now.",
}


@dataclass(frozen=True)
class Sender:
    """Whose return it is, as stands on its face."""

    provider: str
    number: str
    contact: str
    phone: str
    email: str
    council: str = ""
    """Whom to ask for help: the council's name and address."""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Label and answer, in the document's order."""
        return [
            ("Provider Name", self.provider),
            ("Provider Number", self.number),
            ("Contact Name", self.contact),
            ("Tel", self.phone),
            ("e-mail", self.email),
        ]


def workbook(
    sender: Sender, rows: Iterable[Mapping[str, Any]] = (), *, says_where: bool = False
) -> bytes:
    """The return, with the sender filled in and a line for each of ``rows``.

    A row gives our columns, dates as ``date``; text stays text, whatever it begins with. With
    ``says_where`` each row names its provider too.
    """
    columns = (*COLUMNS, *PLACE) if says_where else COLUMNS
    out = io.BytesIO()
    with new_workbook(out, in_memory=True) as book:
        page = book.add_worksheet("Return")
        bold = book.add_format({"bold": True})
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#DDE7F0"}
        )
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": DATE_FORMAT})
        page.write_string(0, 0, TITLE, bold)
        page.write_string(0, len(COLUMNS) - 1, "LDOR", bold)
        for at, (label, answer) in enumerate(sender.lines, start=2):
            page.write_string(at, 0, label, bold)
            page.write_string(at, 1, clean_text(answer))
        page.write_string(2, 6, "Complete this return each month, and send it in the portal.")
        page.write_string(4, 6, f"For help or assistance contact {clean_text(sender.council)}")
        top = len(sender.lines) + 3
        across = book.add_format({"bold": True, "align": "center_across", "bg_color": "#DDE7F0"})
        page.write_string(top, FIRST_REASON, REASON, across)
        for column in range(FIRST_REASON + 1, LAST_REASON + 1):
            page.write_blank(top, column, None, across)
        for column, (key, heading, width) in enumerate(columns):
            page.set_column(column, column, width, day if key in DATES else text)
            page.write_string(top + 1, column, heading, head)
            if key in NOTES:
                page.write_comment(top + 1, column, NOTES[key], {"author": "", "x_scale": 2})
        page.freeze_panes(top + 2, 0)
        for number, row in enumerate(rows, start=top + 2):
            for column, (key, _, _) in enumerate(columns):
                value = row.get(key)
                if isinstance(value, date):
                    page.write_datetime(number, column, value, day)
                elif value:
                    page.write_string(number, column, clean_text(str(value)), text)
    return out.getvalue()
