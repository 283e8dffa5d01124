"""What the text or email that goes with a letter says: no database, no clock (LC-01, pages §5.4).

It accompanies the posted letter and never takes its place: the notice is the letter's alone
(docs/adr/0041).
"""

import re
from collections.abc import Iterable, Mapping

from optout.letters.rules import PLACEHOLDERS, Piece, Run

POST, TEXT, EMAIL, EITHER = "", "text", "email", "either"
ALSO_BY = {
    POST: "By post alone",
    TEXT: "By post, and a text to those who have a mobile number",
    EMAIL: "By post, and an email to those who have an address",
    EITHER: "By post, and a text, or an email where there is no mobile number",
}
"""How a batch goes out."""

CODE = "{code}"
"""Stands for the personal code until the message goes."""

STANDARD_TEXT = (
    "{council} has sent you a letter about free help with courses and jobs. To choose who we share "
    "with, or to say no: {choices address}, code {code}. Questions: {phone}."
)
STANDARD_SUBJECT = "A letter for you from {council}"

IN_A_TEXT = ("choices address", "code", "phone")
"""What a text must say: where to say no, with what, and whom to ask."""

IN_A_SUBJECT = frozenset({"council", "team"})
"""All that the subject of an email may hold: it shows on a locked phone."""

LONGEST_TEXT = 612
"""Characters of four texts on end."""

_NAMED = re.compile(r"\{([^{}]*)\}")


def problems_of_text(text: str) -> list[str]:
    """What is wrong with the words of a text; nothing of one that is empty."""
    if not text:
        return []
    named = {name.strip() for name in _NAMED.findall(text)}
    found = [f"We do not know {{{name}}}" for name in sorted(named - set(PLACEHOLDERS))]
    found += [
        f"It must say {{{name}}}: {PLACEHOLDERS[name][0].lower()}{PLACEHOLDERS[name][1:]}"
        for name in IN_A_TEXT
        if name not in named
    ]
    return found


def problems_of_subject(subject: str) -> list[str]:
    """What is wrong with the subject of an email."""
    named = {name.strip() for name in _NAMED.findall(subject)}
    return [f"A subject cannot hold {{{name}}}" for name in sorted(named - IN_A_SUBJECT)]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Words with what stands in braces filled in; what is not known stays."""
    return _NAMED.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def as_email(pieces: Iterable[Piece], *, code_label: str) -> str:
    """The words of a letter as an email says them, its code first."""
    said = [f"{code_label} {CODE}"]
    for piece in pieces:
        if piece.kind == "list":
            said.append("\n".join(f"* {_plain(item)}" for item in piece.items))
        else:
            said.append(_plain(piece.runs))
    return "\n\n".join(said)


def _plain(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)
