"""Spells of activity as a table and as a bar."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from caseload import rules
from caseload.models import Activity, Verification, YoungPerson
from caseload.presenters import facts
from caseload.queries.lineage import Lineage
from ccis.calendar.words import short_date

WIDTH, HEIGHT = 720, 44
SHADES = ("#1d70b8", "#5694ca", "#003078", "#85994b")
NOT_KNOWN_SHADE = "#b1b4b6"


def page(
    held: Lineage,
    verifications: list[Verification],
    person: YoungPerson,
    *,
    on: date,
    may_edit: bool,
) -> dict[str, Any]:
    """All that the page of activities shows."""
    confirmed: dict[int, date] = {}
    for verification in verifications:
        if verification.superseded_id is None:
            day = verification.verified_on
            confirmed[verification.spell] = max(day, confirmed.get(verification.spell, day))
    rows = [
        _row(spell, held, person, confirmed.get(spell.spell), on, may_edit)
        for spell in held.current
    ]
    return {
        "rows": rows,
        "corrected": [
            {
                "value": in_words(version),
                "whence": facts.whence(version),
                "corrected": facts.corrected(version.superseded),
            }
            for version in held.corrected
        ],
        "bar": bar(held.current, on),
        "bar_words": bar_words(held.current),
        "gaps": gaps(held.current),
        "add": reverse("caseload:activity-new", args=[person.ref]) if may_edit else "",
    }


def _row(
    spell: Activity,
    held: Lineage,
    person: YoungPerson,
    confirmed_on: date | None,
    on: date,
    may_edit: bool,
) -> dict[str, Any]:
    place = [person.ref, held.place_of(spell)]
    is_now = spell.ends_on is None or spell.ends_on >= on
    return {
        "what": spell.code.label,
        "code": spell.code_id,
        "headline": rules.headline(spell.code_id, spell.code.group),
        "is_not_known": spell.code.group == rules.NOT_KNOWN,
        "where": facts.where(spell),
        "course": ", ".join(filter(None, (spell.course, spell.course_level))),
        "start": _day(spell.starts_on),
        "end": _day(spell.ends_on),
        "is_now": is_now and (spell.starts_on is None or spell.starts_on <= on),
        "confirmed": _day(confirmed_on),
        "expected_end": _day(spell.predicted_end_on),
        "review": _day(spell.review_on),
        "review_is_late": bool(is_now and spell.review_on and spell.review_on < on),
        "found_out": _day(spell.ascertained_on),
        "reason": spell.leaving_reason,
        "whence": facts.whence(spell),
        "correct": reverse("caseload:activities-correct", args=place) if may_edit else "",
        "confirm": reverse("caseload:activities-confirm", args=place)
        if may_edit and is_now
        else "",
        "wrong": reverse("caseload:activities-wrong", args=place)
        if may_edit and spell.recorded.file_ref
        else "",
        "end_link": reverse("caseload:activities-end", args=place)
        if may_edit and spell.ends_on is None
        else "",
    }


def _day(day: date | None) -> str:
    return short_date(day) if day else ""


def in_words(spell: Activity) -> str:
    """A spell in a line: what, where, when."""
    return f"{facts.value_of(spell)}, {facts.days(spell)}"


def gaps(current: list[Activity]) -> list[str]:
    """The times between spells in which nothing is recorded, in words."""
    spells = sorted(current, key=lambda spell: spell.starts_on or date.min)
    found = []
    for before, after in pairwise(spells):
        if before.ends_on and after.starts_on:
            first, last = before.ends_on + timedelta(days=1), after.starts_on - timedelta(days=1)
            if first <= last:
                found.append(f"Nothing is recorded from {short_date(first)} to {short_date(last)}.")
    return found


def bar_words(current: list[Activity]) -> str:
    """What the bar shows, in words."""
    starts = [spell.starts_on for spell in current if spell.starts_on]
    if not starts:
        return ""
    return (
        f"From {short_date(min(starts))}, the earliest on the left. Grey is not known; where "
        "nothing is drawn, nothing is recorded."
    )


def bar(current: list[Activity], on: date) -> SafeString | str:
    """The spells of one person side by side, each as long as it lasted; the table says the same."""
    spells = sorted(
        (spell for spell in current if spell.starts_on), key=lambda spell: spell.starts_on or on
    )
    if not spells:
        return ""
    first = spells[0].starts_on or on
    last = max(max(spell.ends_on or on for spell in spells), on, first + timedelta(days=1))
    scale = WIDTH / ((last - first).days + 1)
    shades: dict[str, str] = defaultdict(lambda: SHADES[len(shades) % len(SHADES)])
    pieces = format_html_join(
        "",
        '<rect x="{}" y="0" width="{}" height="{}" fill="{}" stroke="#ffffff" stroke-width="2">'
        "<title>{}</title></rect>",
        (
            (
                round(((spell.starts_on or first) - first).days * scale, 1),
                round(max((_end(spell, last) - (spell.starts_on or first)).days * scale, 2), 1),
                HEIGHT,
                NOT_KNOWN_SHADE
                if spell.code.group == rules.NOT_KNOWN
                else shades[spell.code.group],
                in_words(spell),
            )
            for spell in spells
        ),
    )
    return format_html(
        '<svg class="ccis-spells" viewBox="0 0 {} {}" width="100%" height="{}" role="img" '
        'preserveAspectRatio="none" aria-label="Activities from {} to {}; the table says the '
        'same">{}</svg>',
        WIDTH,
        HEIGHT,
        HEIGHT,
        short_date(first),
        short_date(last),
        pieces,
    )


def _end(spell: Activity, last: date) -> date:
    return (spell.ends_on or last) + timedelta(days=1)
