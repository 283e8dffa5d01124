"""The words of an agreement: a version of the authority's text, filled with what was agreed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ccis.calendar.words import date_in_words
from optout.letters import rules as letters
from sharing.agreements import rules
from sharing.agreements.models import AnnexA, Party, Version

TEMPLATE = Path(__file__).with_name("agreement.typ")
"""How an agreement is set as a PDF."""

PLACEHOLDERS: Mapping[str, str] = {
    "council": "The council's name",
    "organisation": "The organisation's name",
    "start": "The day it starts",
    "end": "Its last day",
    "review": "The day by which it is reviewed",
    "columns": "What may be shared",
    "files": "Whether a list may leave the service as an encrypted file",
    "term": "Working days to reach someone",
    "clock": "What counts as receipt",
    "calendar": "Whose bank holidays",
    "frequency": "How often the organisation reports",
}
"""What may stand in braces."""

ALWAYS = ("council", "organisation", "start", "end", "review")
REQUIRED = {"provider": (*ALWAYS, "columns", "term"), "school": ALWAYS}
"""What every agreement of a kind must say (LC-20, LC-22)."""

OPENS, CLOSES = "[processor]", "[/processor]"
"""Lines around what is said only where a party is a processor (LC-33)."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def problems(body: str, kind: str = "provider") -> list[str]:
    """What is wrong with the words of a kind of agreement, each with its line.

    Nothing when they may be used.
    """
    found: list[str] = []
    named: set[str] = set()
    opened = False
    for number, line in enumerate(body.splitlines(), start=1):
        for name in _PLACEHOLDER.findall(line):
            named.add(name)
            if name not in PLACEHOLDERS:
                found.append(f"Line {number}: we do not know {{{name}}}")
        left = _PLACEHOLDER.sub("", line)
        if "{" in left or "}" in left:
            found.append(f"Line {number}: a brace is opened or closed alone")
        if line.strip() == OPENS:
            opened = True
        if line.strip() == CLOSES and opened:
            opened = False
    if opened:
        found.append(f"{OPENS} is opened and nothing closes it")
    if OPENS not in body:
        found.append(f"It must say what a processor is bound to, between {OPENS} and {CLOSES}")
    found += [
        f"It must say {{{name}}}: {PLACEHOLDERS[name].lower()}"
        for name in REQUIRED[kind]
        if name not in named
    ]
    return found


def without_processor(body: str, *, has_processor: bool) -> str:
    """The words with what is said of processors, or without it."""
    if has_processor:
        return body.replace(OPENS, "").replace(CLOSES, "")
    pattern = f"{re.escape(OPENS)}.*?{re.escape(CLOSES)}"
    return re.sub(pattern, "", body, flags=re.DOTALL)


def pieces(body: str, version: Version) -> list[letters.Piece]:
    """The clauses of a version, filled."""
    parties = list(version.parties.all())
    has_processor = any(
        rules.PROCESSOR in (one.role_of_given, one.role_of_reported) for one in parties
    )
    made = letters.pieces_of(without_processor(body, has_processor=has_processor))
    return letters.filled(made, values(version))


def values(version: Version) -> dict[str, str]:
    """What takes the place of each placeholder."""
    agreement = version.agreement
    files = (
        "It may also be given there as an encrypted file, whose password goes another way."
        if version.files_allowed
        else "It is not given as a file."
    )
    return {
        "council": agreement.authority.title,
        "organisation": agreement.provider.name,
        "start": _day(version.starts_on),
        "end": _day(version.ends_on),
        "review": _day(version.review_on),
        "columns": columns_in_words(version.columns) or "nothing",
        "files": files,
        "term": str(version.term_days),
        "clock": _lower(rules.CLOCKS[version.clock]),
        "calendar": _lower(rules.CALENDARS[version.calendar]),
        "frequency": _lower(rules.FREQUENCIES[version.frequency]),
    }


def columns_in_words(columns: Iterable[str]) -> str:
    """``name, address and phone number``, in the order of the catalogue."""
    chosen = set(columns)
    return letters.in_a_row(
        _lower(words) for name, words in rules.COLUMNS.items() if name in chosen
    )


def document(version: Version, body: str, *, signed: str = "") -> dict[str, Any]:
    """All of a version as ``agreement.typ`` reads it.

    ``signed``: how the organisation signed on screen; empty where paper is to be signed.
    """
    agreement = version.agreement
    annex = AnnexA.objects.filter(version=version).first()
    people = agreement.people.filter(ended_at=None)
    return {
        "title": agreement.title,
        "council": agreement.authority.title,
        "organisation": agreement.provider.name,
        "number": version.number,
        "reference": f"{agreement.ref[:4]}-{agreement.ref[4:]}",
        "pieces": [asdict(one) for one in pieces(body, version)],
        "parties": [_party(one, version, signed) for one in version.parties.all()],
        "purposes": [
            [rules.PURPOSES[one.purpose], rules.BASES[one.basis], one.gateway.name]
            for one in version.purposes.select_related("gateway")
        ],
        "notices": [str(one) for one in version.notices.all()],
        "opt_out": dict(rules.NATIONAL_OPT_OUT).get(version.national_opt_out, "Not answered"),
        "annex": _annex(annex),
        "people": [
            [one.name, one.job, ", ".join(filter(None, (one.email, one.phone)))] for one in people
        ],
    }


def _party(party: Party, version: Version, signed: str) -> dict[str, Any]:
    agreement = version.agreement
    is_council = party.side == Party.Side.AUTHORITY
    return {
        "name": agreement.authority.title if is_council else agreement.provider.name,
        "rows": [
            ["For what the council shares", rules.ROLES.get(party.role_of_given, "")],
            ["For what is reported back", rules.ROLES.get(party.role_of_reported, "")],
            ["Who answers for the information", party.asset_owner],
            ["Published privacy statement", party.privacy_statement],
            ["Security standard", rules.STANDARDS.get(party.standard, "To be confirmed")],
        ],
        "signatory": party.signatory,
        "job": party.signatory_job,
        "signed": "" if is_council else signed,
    }


def _annex(annex: AnnexA | None) -> list[list[str]]:
    if annex is None:
        return [
            ["Description of the data", ""],
            ["Specific activities", ""],
            ["Will you contact the people? How?", ""],
            ["Legal basis for receiving and using it", ""],
        ]
    contact = f"Yes. {annex.contact_details}" if annex.contacts_people else "No"
    return [
        ["Description of the data", annex.description],
        ["Specific activities", annex.activities],
        ["Will you contact the people? How?", contact],
        ["Legal basis for receiving and using it", annex.legal_basis],
    ]


def _day(on: Any) -> str:
    return date_in_words(on) if on else "a day to be agreed"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
