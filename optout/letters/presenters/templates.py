"""What the pages of templates and of the list say."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import short_date
from optout.letters import rules
from optout.letters.models import ProviderList, Template, Version
from optout.letters.texts import STANDARD_SUBJECT, STANDARD_TEXT
from optout.outbox.rules import SERVICE

STANDARD = Path(rules.__file__).parent / "standard.txt"
FOR_ENROLMENT = STANDARD.with_name("standard-enrolment.txt")
"""The words that the service came with: for most purposes, and for enrolling (LDOR-09)."""
EXAMPLE = {
    "first name": "Amara",
    "full name": "Amara Oduya",
    "code": "K7MP 3XQD 9RTH",
}
"""Someone invented, for whom a template is shown."""


def row(template: Template) -> dict[str, Any]:
    """One template of the list."""
    versions = list(template.versions.all())
    newest = versions[0] if versions else None
    languages = sorted({one.get_language_display() for one in versions})
    return {
        "name": template.name,
        "href": reverse("letters:template", args=[template.ref]),
        "version": str(newest.number) if newest else "not published",
        "published": short_date(newest.published_at) if newest else "",
        "announces": rules.columns_in_words(newest.columns) if newest else "",
        "languages": ", ".join(languages),
    }


def version(one: Version) -> dict[str, Any]:
    """A version: what it announces and who signs, and its words as someone would read them."""
    said = {
        name: getattr(one, name) for name in ("body", "columns", "columns_said", "sender", "team")
    }
    said |= {name: getattr(one, name) for name in ("phone", "email", "signed_by", "web_address")}
    return {
        "number": one.number,
        "details": summary(
            [
                summary_row("Language", one.get_language_display()),
                summary_row("Sharing is for", one.get_purpose_display()),
                summary_row(
                    "It announces",
                    [
                        said
                        for said in (rules.columns_in_words(one.columns), one.columns_said)
                        if said
                    ],
                ),
                summary_row(
                    "Asks for consent",
                    "Yes, nothing is shared without it" if one.asks_consent else "No",
                ),
                summary_row("Text with it", one.text or "None"),
                summary_row("Subject of an email with it", one.email_subject or "None"),
                summary_row("Its text and email are", one.get_kind_display()),
                summary_row("From", one.sender.splitlines()),
                summary_row("Signed", f"{one.signed_by}, {one.team}"),
                summary_row("Phone and email", [one.phone, one.email]),
                summary_row("Pages for young people", one.web_address),
                summary_row(
                    "Published",
                    f"{short_date(one.published_at)}"
                    f"{f' by {one.published_by.name}' if one.published_by else ''}: {one.why}",
                ),
            ]
        ),
        "pieces": example(said),
    }


def example(said: dict[str, Any]) -> list[rules.Piece]:
    """The words of a version as someone invented would read them."""
    host = said["web_address"].split("://", 1)[-1].rstrip("/")
    today = timezone.localdate()
    values = {
        **EXAMPLE,
        "date": date_in_words(today),
        "sharing date": date_in_words(today),
        "columns": said["columns_said"] or rules.columns_in_words(said["columns"]),
        "choices address": f"{host}/choices",
        "list address": f"{host}/who-we-share-with",
        "privacy address": f"{host}/privacy",
        "council": (said["sender"].splitlines() or [""])[0],
        **{name: said[name] for name in ("phone", "email", "team")},
        "signed by": said["signed_by"],
    }
    return rules.filled(rules.pieces_of(said["body"]), values)


def version_row(one: Version, *, current: bool) -> dict[str, Any]:
    """One version of the list of versions."""
    return {
        "number": one.number,
        "language": one.get_language_display(),
        "published": short_date(one.published_at),
        "by": one.published_by.name if one.published_by else "",
        "why": one.why,
        "current": current,
    }


def changes(before: Version, after: Version) -> list[dict[str, str]]:
    """What one version changed of the one before: lines taken out and put in."""
    said = []
    for line in difflib.unified_diff(_lines(before), _lines(after), n=0, lineterm=""):
        if line.startswith(("---", "+++", "@@")) or not line[1:].strip():
            continue
        said.append({"word": "Taken out" if line[0] == "-" else "Put in", "text": line[1:]})
    return said


def _lines(one: Version) -> list[str]:
    return [
        f"Sharing is for: {one.get_purpose_display()}",
        f"It announces: {rules.columns_in_words(one.columns)}",
        *filter(None, (one.columns_said, one.code_said)),
        f"Asks for consent: {'yes' if one.asks_consent else 'no'}",
        f"Text: {one.text}",
        f"Subject of an email: {one.email_subject}",
        f"Class: {one.get_kind_display()}",
        f"Signed: {one.signed_by}, {one.team}",
        f"Reached by: {one.phone}, {one.email}, {one.web_address}",
        *one.sender.splitlines(),
        *one.body.splitlines(),
    ]


def to_write(
    newest: Version | None, authority: Authority, *, purpose: str = rules.SUPPORT
) -> dict[str, Any]:
    """What the form of a new version begins with: the newest one, or the standard letter."""
    if newest is None:
        enrolling = purpose == rules.ENROLMENT
        return {
            "language": "en",
            "purpose": purpose,
            "columns": ["name", "address", "phone"],
            "body": (FOR_ENROLMENT if enrolling else STANDARD).read_text(),
            "text": STANDARD_TEXT,
            "email_subject": STANDARD_SUBJECT,
            "kind": SERVICE,
            "sender": authority.title,
            "after": "0",
        }
    names: tuple[str, ...] = (
        "language",
        "purpose",
        "columns",
        "columns_said",
        "code_said",
        "asks_consent",
        "body",
        "sender",
        "phone",
        "email",
    )
    names += ("signed_by", "team", "web_address", "text", "email_subject", "kind")
    return {**{name: getattr(newest, name) for name in names}, "after": str(newest.number)}


def placeholders() -> list[list[str]]:
    """What may stand in braces, what takes its place, and whether a letter must have it."""
    return [
        [f"{{{name}}}", words, "Yes" if name in rules.REQUIRED else "No"]
        for name, words in rules.PLACEHOLDERS.items()
    ]


def list_rows(lists: Iterable[ProviderList]) -> list[list[str]]:
    """Versions of the list, newest first."""
    return [
        [
            str(one.version),
            short_date(one.made_at),
            one.made_by.name if one.made_by else "The service",
            one.why,
        ]
        for one in lists
    ]
