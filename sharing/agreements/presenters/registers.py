"""What the pages of registers and audits say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from ccis.calendar.words import moment_in_words, short_date
from ccis.govuk import tags
from sharing.agreements.models import (
    Agreement,
    AuditFinding,
    Gateway,
    PrivacyNotice,
    Programme,
    Wording,
)


@dataclass(frozen=True)
class Entry:
    """A line of a register: its words, whether it still counts, where its end is entered."""

    name: str
    about: str
    since: str
    source: str
    state: dict[str, str]
    href: str


def programmes(found: Iterable[Programme], *, on: date) -> list[Entry]:
    """Programmes, each with whether it still vouches for anyone."""
    return [
        Entry(
            name=one.name,
            about=_period(one.starts_on, one.ends_on),
            since="",
            source=one.source,
            state=(
                {"text": "Ended", "colour": tags.NONE}
                if one.ends_on is not None and one.ends_on < on
                else {"text": "Vouches", "colour": tags.DONE}
            ),
            href=reverse("agreements:programme-end", args=[one.ref]) if not one.ends_on else "",
        )
        for one in found
    ]


def gateways(found: Iterable[Gateway], *, on: date) -> list[Entry]:
    """Provisions of law, each with whether it may be chosen."""
    made = []
    for one in found:
        closed = not one.usable or (one.repealed_on is not None and one.repealed_on <= on)
        made.append(
            Entry(
                name=one.name,
                about=one.says,
                since=_day(one.repealed_on),
                source=one.source,
                state=(
                    {"text": "Not to be chosen", "colour": tags.NONE}
                    if closed
                    else {"text": "In force", "colour": tags.DONE}
                ),
                href=(
                    reverse("agreements:gateway-repeal", args=[one.ref])
                    if one.usable and not one.repealed_on
                    else ""
                ),
            )
        )
    return made


def notices(found: Iterable[PrivacyNotice]) -> list[list[str]]:
    """Privacy notices as rows."""
    return [
        [
            one.title,
            one.provider.name if one.provider else "The council",
            one.version,
            _period(one.given_from, one.given_until),
            one.says,
        ]
        for one in found
    ]


def wordings(found: Iterable[Wording]) -> list[list[str]]:
    """Versions of the wording as rows."""
    return [
        [
            str(one.number),
            moment_in_words(one.published_at),
            one.published_by.name if one.published_by else "The service",
            one.why,
        ]
        for one in found
    ]


def audits(agreement: Agreement) -> list[dict[str, object]]:
    """The audits of an agreement, newest first, each with its findings."""
    return [
        {
            "number": one.number,
            "held": f"{short_date(one.held_on)}, by {one.get_held_by_display().lower()}",
            "scope": one.scope,
            "conclusion": one.conclusion,
            "findings": [_finding(each) for each in one.findings.all()],
        }
        for one in agreement.audits.prefetch_related("findings")
    ]


def _finding(finding: AuditFinding) -> dict[str, object]:
    done = finding.done_on is not None
    return {
        "ref": finding.ref,
        "finding": finding.finding,
        "action": finding.action,
        "owner": finding.owner,
        "due": short_date(finding.due_on),
        "done": f"{_day(finding.done_on)}: {finding.done_how}" if done else "",
    }


def _day(on: date | None) -> str:
    return short_date(on) if on else ""


def _period(starts: date | None, ends: date | None) -> str:
    if starts and ends:
        return f"{short_date(starts)} to {short_date(ends)}"
    if ends:
        return f"Until {short_date(ends)}"
    return f"From {short_date(starts)}" if starts else "No dates"
