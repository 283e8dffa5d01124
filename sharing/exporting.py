"""Columns of the two ledgers as files, and what may be asked of them."""

from collections.abc import Iterable, Iterator

from ccis.access.references import show_reference
from ccis.calendar.words import local_date
from ccis.leaving.kinds import kind_of
from ccis.leaving.models import LeftFile
from optout.letters.rules import PURPOSES
from sharing.models import Disclosure
from sharing.rules import HEADINGS

DISCLOSURES = [
    "Disclosure",
    "Young person",
    "Organisation",
    "Purpose",
    "What they were given",
    "Released",
    "Received",
    "Ended or ends",
    "Why it ended",
    "Destruction confirmed",
    "Lawful basis",
    "Agreement",
    "Letter",
    "List",
]
FILES = ["File", "Kind", "Of", "When", "Who took it", "Why", "Young people", "Bytes", "SHA-256"]


def disclosure_rows(found: Iterable[Disclosure]) -> Iterator[list[object]]:
    """A row each: references and no names, so that the file tells no more than it must."""
    for one in found:
        yield [
            show_reference(one.ref),
            show_reference(one.person.ref),
            one.provider.name,
            PURPOSES.get(one.purpose, one.get_kind_display()),
            "; ".join(HEADINGS[column] for column in one.columns),
            local_date(one.released_at),
            local_date(one.received_at) if one.received_at else "",
            local_date(one.ends_at),
            one.get_ended_because_display() if one.ended_because else "",
            local_date(one.destroyed_at) if one.destroyed_at else "",
            one.basis,
            show_reference(one.version.agreement.ref) if one.version else "",
            show_reference(one.letter.batch.ref) if one.letter else "",
            show_reference(one.on_list.ref) if one.on_list else "",
        ]


def file_rows(found: Iterable[LeftFile]) -> Iterator[list[object]]:
    """A row each."""
    for one in found:
        yield [
            show_reference(one.ref),
            kind_of(one.kind).words,
            one.of,
            one.at.isoformat(timespec="seconds"),
            one.by.email if one.by else "",
            one.why,
            "" if one.people is None else one.people,
            one.size,
            one.sha256,
        ]
