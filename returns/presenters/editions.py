"""Editions in words: what is known of them, and what is not."""

from typing import Any, Final

from ccis.calendar.words import MONTHS, date_in_words
from ccis.govuk.summary import row, summary
from returns import editions
from returns.editions import Edition
from returns.editions.model import GROUP_LABELS, Period
from returns.presenters.words import gaps_in_words, urgency_of, urgency_tag

LIST_NAMES: Final = {
    "activity": "Activities",
    "cohort_status": "Cohort statuses",
    "gender": "Gender",
    "ethnicity": "Ethnicity",
    "level_of_need": "Level of need",
    "characteristic": "Circumstances",
    "intended_destination": "Intended destinations",
    "guarantee_status": "September Guarantee",
    "non_la": "Places that are no authority in England",
    "element": "Elements",
    "period": "Currency",
    "rule": "Checks",
}
"""What each list of an edition is called."""

CHANGES: Final = {"added": "Added", "removed": "Taken out", "changed": "Changed"}

SURE: Final = {"strong": "well vouched for", "medium": "less sure"}


def in_force(edition: Edition) -> str:
    """From when until when it holds."""
    since = f"From {date_in_words(edition.valid_from)}"
    return f"{since} to {date_in_words(edition.valid_to)}" if edition.valid_to else since


def all_editions() -> list[dict[str, Any]]:
    """A row for each edition, the newest first."""
    newest = editions.newest().name
    return [
        {
            "name": one.name,
            "label": one.label,
            "in_force": in_force(one),
            "gaps": gaps_in_words(one),
            "rules": len(one.rules),
            "is_newest": one.name == newest,
        }
        for one in (editions.load(name) for name in reversed(editions.available()))
    ]


def edition_before(edition: Edition) -> Edition | None:
    """The edition that it follows."""
    names = editions.available()
    at = names.index(edition.name)
    return editions.load(names[at - 1]) if at else None


def differences(before: Edition, edition: Edition) -> list[list[str]]:
    """What it has added, taken out and changed, a row each."""
    return [
        [
            f"{LIST_NAMES.get(one.what, one.what)}: {one.key}",
            _named(edition if one.change != "removed" else before, one.what, one.key),
            CHANGES[one.change],
        ]
        for one in editions.diff(before, edition)
    ]


def _named(edition: Edition, what: str, key: str) -> str:
    if what == "rule":
        return edition.rules[key].message
    if what == "period":
        return period_in_words(edition.periods.get(key))
    entries = getattr(edition.codes, what, {})
    return str(getattr(entries.get(key), "label", ""))


def activities(edition: Edition) -> list[list[str]]:
    """The activities with how long each is trusted, and how sure that is."""
    made = []
    for one in edition.codes.activity.values():
        period = edition.periods.get(one.code)
        sure = SURE.get(period.sure, period.sure) if period else "not known"
        made.append([one.code, one.label, GROUP_LABELS[one.group], period_in_words(period), sure])
    return made


def period_in_words(period: Period | None) -> str:
    """How long what is known of an activity is trusted (docs/nccis.md §4)."""
    if period is None:
        return "Not known"
    match period.basis:
        case "academic-year-end":
            words = "To the end of the academic year"
        case "verified":
            months = "1 month" if period.months == 1 else f"{period.months} months"
            words = f"{months} after it was confirmed"
        case "review":
            words = f"{period.days} days after the review date"
        case _:
            return "Does not lapse"
    return f"{words}, and never past its expected end" if period.capped else words


def code_lists(edition: Edition) -> list[dict[str, Any]]:
    """The other code lists, each as rows of code and words."""
    names = [name for name in LIST_NAMES if hasattr(edition.codes, name) and name != "activity"]
    return [
        {
            "title": LIST_NAMES[name],
            "rows": [[one.code, one.label] for one in getattr(edition.codes, name).values()],
        }
        for name in names
    ]


def rules(edition: Edition) -> list[dict[str, Any]]:
    """The checks by how bad they are, each with its message and what to do."""
    grouped: dict[int | None, list[list[str]]] = {1: [], 2: [], 3: [], None: []}
    for rule in edition.rules.values():
        about = ", ".join(rule.elements)
        note = f" {rule.note}" if rule.note else ""
        grouped[rule.priority].append([rule.code, rule.message, f"{rule.mend}.{note}", about])
    return [
        {"words": urgency_of(priority), "tag": urgency_tag(priority), "rows": rows}
        for priority, rows in grouped.items()
        if rows
    ]


def elements(edition: Edition) -> list[list[str]]:
    """The elements in the order in which they are written."""
    return [
        [str(at), one.name, " / ".join(one.path), one.format, str(one.length or "")]
        for at, one in enumerate(edition.layout.elements, start=1)
    ]


def ages(edition: Edition) -> dict[str, Any]:
    """Who is in, by age and season (docs/nccis.md §5)."""
    ages = edition.cohort
    season = f"{MONTHS[ages.guarantee_first_month]} to {MONTHS[ages.guarantee_last_month]}"
    return summary(
        [
            row("Figures count", f"Academic ages {ages.core_from_age} to {ages.core_to_age}"),
            row("Also sent", f"Year 11, academic age {ages.final_compulsory_age}"),
            row(
                "With an EHC plan",
                f"Academic ages {ages.send_from_age} to {ages.send_to_age}",
            ),
            row("September Guarantee", f"Years 11 and 12 from {season}; a year group on after"),
        ]
    )
