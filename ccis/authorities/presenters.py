"""What pages say about authorities, sub-regions and policies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ccis.authorities.choices import CHOICES, answers, choice_named
from ccis.authorities.models import Authority, PolicyProfile, SubRegion
from ccis.authorities.policy import Policy
from ccis.govuk.lists import Listed
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, number, short_date


def authority_row(authority: Authority, on: date) -> dict[str, Any]:
    """One row of the list; ``successors`` and ``sub_regions`` should be prefetched."""
    is_past = authority.closed_on is not None and authority.closed_on < on
    return {
        "name": authority.title,
        "register_name": authority.name if authority.council_name else "",
        "code": authority.code,
        "ons_code": authority.ons_code,
        "region": authority.region,
        "from": short_date(authority.opened_on),
        "until": short_date(authority.closed_on),
        "now": ", ".join(successor.name for successor in authority.successors.all()),
        "units": ", ".join(unit.name for unit in authority.sub_regions.all()),
        "is_served": authority.is_served,
        "is_past": is_past,
    }


def presented(listed: Listed, filters: dict[str, str], on: date) -> Listed:
    """A page of the list of authorities, its sentence and its rows in words."""
    rows = [authority_row(authority, on) for authority in listed.rows]
    return replace(listed, rows=rows, sentence=sentence(listed.total, filters))


def sentence(total: int, filters: dict[str, str]) -> SafeString:
    """What the list shows, in words."""
    count = "1 authority" if total == 1 else f"{number(total)} authorities"
    parts = {
        "region": "in {}",
        "state": "{}",
        "find": "whose name or code is like {}",
    }
    said = [
        parts[name].format(words.lower() if name == "state" else words)
        for name, words in filters.items()
    ]
    return format_html(
        "<strong>{}</strong>{}{}.", count, ": " if said else ", past and present", ", ".join(said)
    )


def sub_region_rows(units: Sequence[SubRegion]) -> list[dict[str, Any]]:
    """The rows of the list of sub-regions."""
    return [
        {
            "ref": unit.ref,
            "name": unit.name,
            "members": ", ".join(member.title for member in unit.authorities.all()),
            "contact": unit.contact_name or unit.contact_email,
        }
        for unit in units
    ]


def policy_summary(policy: Policy) -> dict[str, Any]:
    """Every choice with its answer and effect."""
    chosen = answers(policy)
    return summary(
        row(choice.question, [choice.in_words(chosen[choice.name]), choice.effect])
        for choice in CHOICES
    )


def versions(profiles: Sequence[PolicyProfile]) -> list[list[str]]:
    """Rows of the table of versions, newest first: number, when, who, why, what changed."""
    first = answers(Policy())
    befores = [*(profile.values for profile in profiles[1:]), first]
    return [
        [
            str(profile.version),
            date_and_time(profile.made_at),
            profile.made_by.name if profile.made_by else "The service",
            profile.why,
            "; ".join(_changed(before, profile.values)) or "Nothing",
        ]
        for profile, before in zip(profiles, befores, strict=False)
    ]


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What changed between two versions, in words; choices no longer offered are left out."""
    said, first = [], answers(Policy())
    for name, value in after.items():
        choice = choice_named(name)
        was = before.get(name, first.get(name))
        if choice is not None and was != value:
            said.append(f"{choice.question} {choice.in_words(was)} became {choice.in_words(value)}")
    return said
