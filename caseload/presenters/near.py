"""People near one to be added, side by side, and the answers to check (pages §3.8)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload import rules
from caseload.models import EthnicityCode, GenderCode
from caseload.presenters import results
from caseload.queries.near import NearMatch
from caseload.queries.summaries import Summary
from ccis.calendar.words import date_in_words
from ccis.govuk.summary import row, summary
from providers.models import Provider

SAME, ONLY_HERE, DIFFERENT = "Same", "Only here", "Different"


def card(match: NearMatch, who: dict[str, Any], on: date) -> dict[str, Any]:
    """One near match beside what was typed: the rows of a comparison."""
    held = match.summary
    name = held.name
    rows = [
        _row("First name", who["given"], name.given if name else ""),
        _row("Family name", who["family"], name.family if name else ""),
        _dates(who["date_of_birth"], held.date_of_birth),
    ]
    if who["postcode"]:
        rows.append(_postcodes(who["postcode"], held))
    return {
        **results.row(held, on, match.reasons),
        "sides": ["What you typed", "On the record"],
        "rows": rows,
    }


def _row(field: str, typed: str, held: str) -> dict[str, Any]:
    alike = rules.name_likeness(_plain(typed), _plain(held))
    if typed == held or alike == "":
        agree = SAME
    elif not held or not typed:
        agree = ONLY_HERE
    else:
        agree = alike[0].upper() + alike[1:] if alike else DIFFERENT
    return {"field": field, "values": [typed, held], "agree": agree, "differs": agree != SAME}


def _postcodes(typed: str, held: Summary) -> dict[str, Any]:
    if held.home is not None and held.home.is_held_back:
        values = [typed, "Held back"]
        return {"field": "Postcode", "values": values, "agree": "Held back", "differs": False}
    return _row("Postcode", typed, held.home.postcode if held.home else "")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _dates(typed: date | None, held: date | None) -> dict[str, Any]:
    values = [date_in_words(day) if day else "" for day in (typed, held)]
    agree = ONLY_HERE
    if typed and held:
        alike = rules.dates_alike(typed, held)
        agree = DIFFERENT if alike is None else (alike.capitalize() or SAME)
    return {
        "field": "Date of birth",
        "values": values,
        "agree": agree,
        "differs": agree != SAME,
    }


def answers(who: dict[str, Any], minimum: dict[str, Any], born: date | None) -> dict[str, Any]:
    """Everything that was answered, with links to change it."""
    first, second = reverse("caseload:person-new"), reverse("caseload:person-new-details")
    school = Provider.objects.filter(pk=minimum["school"] or 0).first()
    gender = GenderCode.objects.filter(code=minimum["gender_id"]).first()
    ethnicity = EthnicityCode.objects.filter(code=minimum["ethnicity_id"]).first()
    address = [minimum[name] for name in ("line_1", "line_2", "town", "postcode")]
    return summary(
        [
            row("First name", who["given"], change=first),
            row("Middle names", minimum["middle"], change=second),
            row("Family name", who["family"], change=first),
            row("Date of birth", date_in_words(born) if born else "", change=first),
            row("Address", [line for line in address if line], change=second),
            row("Phone number", minimum["phone"], change=second),
            row("School or college", school.name if school else "", change=second),
            row("Gender", gender.label if gender else "", change=second),
            row("Ethnic origin", ethnicity.label if ethnicity else "", change=second),
        ]
    )
