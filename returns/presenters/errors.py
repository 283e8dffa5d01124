"""What the checks found, in words, with where to mend it."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from caseload.models import YoungPerson
from caseload.presenters.facts import HELD_BACK as NOT_SHOWN
from ccis.calendar.periods import Period
from ccis.govuk.lists import Column
from ccis.govuk.words import plural, short_date
from returns import editions, people
from returns.editions import record
from returns.editions.model import Rule
from returns.models import Build, Finding
from returns.presenters.people import rows_of
from returns.presenters.places import to_month
from returns.presenters.words import URGENCIES, urgency_tag
from returns.queries import RuleFindings

RULE_COLUMNS = (
    Column("Name", sort="name"),
    Column("In the return"),
    Column("What you can do"),
)

SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "caseload:names": ("given_name", "middle_name", "family_name"),
    "caseload:particulars": ("gender", "dob", "ethnicity"),
    "caseload:addresses": (
        "address_line_1", "address_line_2", "address_line_3", "address_line_4",
        "town", "county", "postcode", "lead_lea",
    ),
    "caseload:identifiers": ("uln", "upn", "previous_id"),
    "caseload:guarantee": (
        "guarantee_indicator", "y11_guarantee_status", "y11_guarantee_lea",
        "y12_guarantee_status", "y12_guarantee_lea",
    ),
    "caseload:need": ("level_of_need",),
    "caseload:send": ("send_flag", "sen_support_flag"),
    "caseload:circumstances": ("characteristics",),
    "caseload:destination": ("intended_destination",),
    "caseload:schools": ("lea_at_year_11",),
    "caseload:activities": (
        "activity_code", "start_date", "ascertained", "verified", "review", "due_to_lapse",
        "currency_lapsed", "establishment_number", "establishment_name", "ukprn", "neet_start",
        "predicted_end", "educated_lea",
    ),
}  # fmt: skip
"""The page of a record on which a value of the return is mended, by the page's name."""

MENDED_AT: Final = {column: name for name, columns in SECTIONS.items() for column in columns}

HELD_BACK: Final = frozenset({"characteristics"})
"""Columns whose values stand on a person's own page alone, where opening them is recorded."""

ADDRESS: Final = frozenset(
    {"address_line_1", "address_line_2", "address_line_3", "address_line_4", "town", "county",
     "postcode"}
)  # fmt: skip
"""Columns that are kept for the return alone, of whoever does not let us contact them (PIA-08)."""

HELD_FOR_RETURN: Final = f"Sent, and {NOT_SHOWN}"


def sentence(build: Build) -> str:
    """ "53 errors in 49 young people.", or that there are none."""
    count = sum(build.finding_counts.values())
    if not count:
        return "No errors DfE would raise."
    return format_html(
        "<strong>{}</strong> in {}.",
        plural(count, "error"),
        plural(build.people_with_findings, "young person", "young people"),
    )


def views(period: Period, current: str, word: str) -> list[dict[str, Any]]:
    """The two ways of looking: by rule, by person."""
    return [
        {"text": text, "href": to_month(period, name, build=word), "current": key == current}
        for key, text, name in (
            ("rule", "By rule", "errors"),
            ("person", "By person", "errors-people"),
        )
    ]


def by_rule(found: Sequence[RuleFindings], period: Period, word: str) -> list[dict[str, Any]]:
    """Rows of the table of rules."""
    return [
        {
            "key": next((key for key in URGENCIES if key == str(one.priority)), "unknown"),
            "code": one.code,
            "message": one.words,
            "mend": one.rule.mend if one.rule else "",
            "tag": urgency_tag(one.priority),
            "people": one.people,
            "href": to_month(period, "rule", one.code, build=word),
        }
        for one in found
    ]


def person_rows(
    shown: Sequence[YoungPerson], build: Build, period: Period, word: str
) -> list[dict[str, Any]]:
    """Rows of the people with errors, each error a link to its rule."""
    found = people.findings_of(build, [person.pk for person in shown])
    edition = editions.load(build.edition)

    def more(person: YoungPerson) -> dict[str, Any]:
        findings = {one.code: one for one in found.get(person.pk, [])}
        return {
            "errors": [
                {
                    "text": edition.rules[one.code].words,
                    "tag": urgency_tag(one.priority),
                    "href": to_month(period, "rule", one.code, build=word),
                }
                for one in findings.values()
            ]
        }

    return rows_of(shown, build, more)


def rule_rows(
    shown: Sequence[YoungPerson], build: Build, rule: Rule, *, address_hidden: Collection[int]
) -> list[dict[str, Any]]:
    """Rows of the people whom one rule concerns: what is sent of them, and where to mend it.

    ``address_hidden`` are the ids of those whose address is not shown to the reader.
    """
    ids = [person.pk for person in shown]
    found = people.findings_of(build, ids, rule.code)
    columns = _columns(rule)
    values = people.rows_of(build, ids, columns) if columns else {}

    def more(person: YoungPerson) -> dict[str, Any]:
        findings = found.get(person.pk, [])
        return {
            "says": [
                _says(one, values.get(person.pk), hides_address=person.pk in address_hidden)
                for one in findings
            ],
            "mend_at": _mend_at(findings, person),
        }

    return rows_of(shown, build, more)


def _columns(rule: Rule) -> list[str]:
    named = [record.BY_ELEMENT[one].name for one in rule.elements if one in record.BY_ELEMENT]
    return list(dict.fromkeys(named))


def _says(finding: Finding, values: dict[str, Any] | None, *, hides_address: bool) -> str:
    """What the return has in the element that is wrong: "PredictedEndDate: none"."""
    column = record.BY_ELEMENT.get(finding.element)
    if not finding.value_present:
        return f"{finding.element}: none"
    if column is None or column.name in HELD_BACK or values is None:
        return f"{finding.element}: see the record"
    if hides_address and column.name in ADDRESS:
        return f"{finding.element}: {HELD_FOR_RETURN}"
    return f"{finding.element}: {value_in_words(values[column.name])}"


def value_in_words(value: Any) -> str:
    """A value of a record as the page shows it."""
    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return short_date(value) if hasattr(value, "isoformat") else str(value)


def _mend_at(findings: Sequence[Finding], person: YoungPerson) -> str:
    """The page of the record where the first of the findings is mended."""
    for finding in findings:
        column = record.BY_ELEMENT.get(finding.element)
        name = MENDED_AT.get(column.name) if column else None
        if name:
            return page_of_record(name, person)
    return page_of_record("caseload:person", person)


def page_of_record(name: str, person: YoungPerson) -> str:
    """The address of a page of a record; the person's first page where there is no such one."""
    try:
        return reverse(name, args=[person.ref])
    except NoReverseMatch:
        return reverse("caseload:person", args=[person.ref])
