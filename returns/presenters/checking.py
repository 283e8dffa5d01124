"""A file that was checked, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.calendar.periods import Period
from ccis.govuk.progress import Progress, Step, StepState
from ccis.govuk.summary import row, summary
from ccis.govuk.tags import DONE, LATE, UNDER_WAY
from ccis.govuk.words import date_and_time, number, plural
from returns import editions
from returns.editions import Edition
from returns.editions.model import URGENCY, Header, Rule
from returns.models import CheckFinding, CheckState, FileCheck
from returns.presenters.words import size_in_words, tag, urgency_tag


@dataclass(frozen=True)
class Belongs:
    """Of which edition a file is by its month, when it was checked by another."""

    edition: str
    words: str


def belongs_to(header: Header, checked_by: Edition) -> Belongs | None:
    """What the file itself claims, if that is another edition than it was checked by.

    A file does not name its edition; its month says which was in force.
    """
    return None if header.period_end is None else _of_month(header.period_end, checked_by)


def _of_month(period_end: date, checked_by: Edition) -> Belongs | None:
    own = editions.for_period(period_end)
    if own.name == checked_by.name:
        return None
    month = Period.of(period_end).label
    if period_end < own.valid_from:
        return Belongs(
            own.name,
            f"The file is for {month}, before every edition here; the oldest is {own.name}.",
        )
    return Belongs(own.name, f"The file is for {month}, when edition {own.name} was in force.")


def not_asked_in_words(not_asked: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence for each reason for which rules were not asked."""
    for reason, codes in not_asked.items():
        yield f"Not asked, because {reason}: {', '.join(codes)}."


def urgency_of(priority: int | None) -> str:
    """What a priority asks of people."""
    return URGENCY.get(priority, "Priority not known")


# On the page

STEPS = (
    (CheckState.READING, "Reading the file"),
    (CheckState.CHECKING, "Asking every rule of the edition"),
)


def to_check(check: FileCheck | None = None, name: str = "checked", **query: str) -> str:
    """The address of a page of a checked file; without one, of the page that takes files."""
    if check is None:
        return reverse("returns:check")
    words = "&".join(f"{word}={value}" for word, value in query.items() if value)
    return reverse(f"returns:{name}", args=[check.ref]) + (f"?{words}" if words else "")


def clock(check: FileCheck, at: datetime) -> str:
    """How long it is kept, text first: "Kept for 23 hours more, until 22 November 2026, 9:12am"."""
    left = int((check.keep_until - at).total_seconds())
    hours, minutes = left // 3600, max(left // 60, 1)
    more = plural(hours, "hour") if hours else plural(minutes, "minute")
    until = date_and_time(check.keep_until)
    return f"Kept for {more} more, until {until}. Then the file and what was found are destroyed."


def progress(check: FileCheck) -> Progress:
    """How far the checking has come."""
    names = [state for state, _ in STEPS]
    done = len(STEPS) if check.state == CheckState.DONE else 0
    if check.state in names:
        done = names.index(CheckState(check.state))
    return Progress(
        done=done,
        total=len(STEPS),
        thing="steps",
        check=to_check(check),
        steps=tuple(_steps(check, done)),
        left=f"{plural(check.record_count, 'record')} read" if check.record_count else "",
        finished=check.state == CheckState.DONE,
        stopped=check.stopped_because if check.state == CheckState.STOPPED else "",
        carry_on=to_check(check, "check-again"),
        result=to_check(check),
    )


def _steps(check: FileCheck, done: int) -> Iterator[Step]:
    for place, (_, text) in enumerate(STEPS):
        state: StepState = "waiting"
        if place < done:
            state = "done"
        elif place == done and check.is_under_way:
            state = "now"
        yield Step(text, state)


def list_row(check: FileCheck) -> dict[str, Any]:
    """A file of the last day in the list."""
    found = sum(count for _, count, _ in check.counts)
    state = tag("Checked", DONE)
    if check.is_under_way:
        state = tag("Under way", UNDER_WAY)
    elif check.state == CheckState.STOPPED:
        state = tag("Stopped", LATE)
    return {
        "reference": show_reference(check.ref),
        "href": to_check(check),
        "file": check.file_name,
        "by": check.asked_by.name,
        "at": date_and_time(check.asked_at),
        "edition": check.edition,
        "state": state,
        "found": number(found) if check.state == CheckState.DONE else "",
    }


def result(check: FileCheck) -> dict[str, Any]:
    """What was found: of the file, by rule, and what was not asked."""
    edition = editions.load(check.edition)
    of_file = check.findings.filter(place=None).order_by("pk")
    return {
        "sentence": _sentence(check),
        "about": _about(check),
        "other": _other(check, edition),
        "of_file": [finding_row(one, edition.rules) for one in of_file],
        "rules": [_rule_row(check, edition.rules[code], n) for code, _, n in check.counts if n],
        "not_asked": list(not_asked_in_words(check.not_asked)),
        "all": to_check(check, "check-findings"),
    }


def _sentence(check: FileCheck) -> str:
    found = sum(count for _, count, _ in check.counts)
    if not check.was_read and not check.record_count:
        return "The file cannot be read."
    records = plural(check.record_count, "record")
    if not found:
        return f"No errors found in {records}."
    return f"{plural(found, 'error')}, in {number(check.records_found)} of {records}."


def _about(check: FileCheck) -> dict[str, Any]:
    says = check.says
    period_end = says.get("period_end")
    month = Period.of(date.fromisoformat(period_end)).label if period_end else "It does not say"
    software = " ".join(filter(None, (says.get("supplier"), says.get("version"))))
    sent_by = f"{check.asked_by.name}, {date_and_time(check.asked_at)}"
    return summary(
        [
            row("File", f"{check.file_name}, {size_in_words(check.size)}"),
            row("Sent in by", sent_by),
            row("Checked by edition", check.edition),
            row("It says it is for", month),
            row("It says it covers", ", ".join(says.get("authorities", [])) or "It does not say"),
            row("It says it was made by", software or "It does not say"),
            row("Records", number(check.record_count)),
        ]
    )


def _other(check: FileCheck, edition: Edition) -> Belongs | None:
    period_end = check.says.get("period_end")
    return _of_month(date.fromisoformat(period_end), edition) if period_end else None


def _rule_row(check: FileCheck, rule: Rule, records: int) -> dict[str, Any]:
    return {
        "code": rule.code,
        "message": rule.words,
        "mend": rule.mend,
        "tag": urgency_tag(rule.priority),
        "records": records,
        "href": to_check(check, "check-findings", rule=rule.code),
    }


def words_of(finding: CheckFinding, rules: Mapping[str, Rule]) -> str:
    """What is wrong, in words."""
    rule = rules.get(finding.code)
    message = rule.message if rule else finding.code
    if finding.place is None:
        return finding.detail or message
    return f"{message}: {finding.detail}" if finding.detail else message


def finding_row(finding: CheckFinding, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """One finding in a list: by id, never by name."""
    value = "" if finding.value_present else ", no value"
    return {
        "place": "The file" if finding.place is None else number(finding.place),
        "id": finding.young_persons_id or ("" if finding.place is None else "none"),
        "message": f"{words_of(finding, rules)} ({finding.code})",
        "tag": urgency_tag(finding.priority),
        "element": f"{finding.element}{value}",
    }
