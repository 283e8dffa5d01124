"""A source in words: what it may send, whether it is in time, how its files do (pages §2.3)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from caseload.intake.expecting import Came
from caseload.intake.kinds import KINDS
from caseload.intake.models import ColumnMemory, InboundFile
from caseload.intake.portal.rules import Term
from caseload.intake.presenters.files import address as file_address
from caseload.intake.presenters.files import kind_label
from caseload.intake.rules import Arrival
from caseload.intake.scorecards import Month, Scorecard
from caseload.intake.source_forms import WEEKDAYS
from caseload.intake.source_models import Source, SourceToken
from ccis.access.references import show_reference
from ccis.calendar.words import MONTHS, date_in_words, local_date
from ccis.govuk.charts import Chart, Series
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, number, percentage, points, short_date

GREY, GREEN, YELLOW, RED = "grey", "green", "yellow", "red"


def address(source: Source, name: str = "source", **kwargs: Any) -> str:
    """The address of one of a source's pages."""
    return reverse(f"intake:{name}", kwargs={"ref": source.ref, **kwargs})


def kinds_in_words(kinds: Iterable[str]) -> str:
    """What may be sent, in words."""
    names = [KINDS[kind].label if kind in KINDS else kind for kind in kinds]
    return ", ".join(names) or "Any kind of file"


def expected_in_words(source: Source) -> str:
    """When a file is expected: ``By the 10th of each month``, ``By Friday of each week``."""
    if not source.expects or source.expected_day is None:
        return "At no fixed time"
    if source.expects == Source.Expects.WEEK:
        by = f"By {WEEKDAYS[source.expected_day - 1]} of each week"
    elif source.expected_day == 31:
        by = "By the last day of each month"
    else:
        by = f"By day {source.expected_day} of each month"
    months = [MONTHS[month] for month in sorted(source.expected_months)]
    if not months:
        return by
    listed = " and ".join(filter(None, (", ".join(months[:-1]), months[-1])))
    return f"{by.replace('each month', listed)}{', in ' + listed if 'week' in by else ''}"


def in_time(month: Month) -> str:
    """How the files that were due in a month came: ``In time``, ``3 in time, 1 late``."""
    if not month.came:
        return "Nothing due"
    counted = Counter(month.came)
    if len(month.came) == 1:
        (only,) = counted
        return {Came.NEVER: "Did not come", Came.NOT_YET: "Not due yet"}.get(
            only, only.value.capitalize()
        )
    words = {Came.NEVER: "did not come", Came.NOT_YET: "not due yet"}
    return ", ".join(
        f"{counted[came]} {words.get(came, came.value)}" for came in Came if counted[came]
    )


def owed_tag(card: Scorecard, today: date) -> dict[str, str] | None:
    """Whether a file is awaited now, as a tag."""
    due = card.owed_since
    if due is None:
        return None
    if due < today:
        return {"text": f"Late: due {short_date(due)}", "colour": RED}
    return {"text": f"Due {short_date(due)}", "colour": YELLOW if (due - today).days < 4 else GREY}


def list_row(card: Scorecard, last: Any, today: date) -> dict[str, Any]:
    """A source as a row of the list."""
    month = card.present
    return {
        "title": card.source.title,
        "href": address(card.source),
        "kinds": kinds_in_words(card.source.kinds),
        "expected": expected_in_words(card.source),
        "tag": owed_tag(card, today),
        "last": short_date(local_date(last)) if last else "none yet",
        "errors": percentage(month.error_rate) if month.rows else "no rows",
        "matched": percentage(month.match_rate) if month.used else "no rows",
    }


def review_line(source: Source, reviewed: Mapping[int, InboundFile | None], term: Term) -> str:
    """Whether a school has reviewed who is at risk this term; nothing for one not asked to."""
    if source.pk not in reviewed:
        return ""
    file, words = reviewed[source.pk], "not sent"
    if file is not None:
        sent = "sent" if file.came_by == Arrival.REVIEW else "not sent, but a return"
        nobody = ", nobody at risk" if file.row_count == 0 else ""
        words = f"{sent} {short_date(local_date(file.received_at))}{nobody}"
    return f"At-risk review, {term.label}: {words}"


def details(source: Source) -> dict[str, Any]:
    """What was agreed with a source."""
    directory = " (from the directory)" if source.address and not source.email else ""
    reminded = ""
    if source.reminded_at:
        by = source.reminded_by.name if source.reminded_by else "the service"
        reminded = f"{date_and_time(source.reminded_at)}, by {by}"
    return summary(
        [
            row("May send", kinds_in_words(source.kinds)),
            row("Expected", expected_in_words(source)),
            row("Reminders go to", f"{source.address}{directory}" if source.address else ""),
            row("Last reminded", reminded or "Never"),
            row("Drop folder", source.folder if source.has_folder else "None"),
        ]
    )


def file_line(file: InboundFile) -> dict[str, str]:
    """One of its files, in a line."""
    return {
        "href": file_address(file),
        "reference": show_reference(file.ref),
        "received": date_and_time(file.received_at),
        "kind": kind_label(file),
        "state": file.state_label.lower(),
    }


# -- the scorecard -------------------------------------------------------------------------------

HEADS = ["Month", "In time", "Files", "Refused", "Rows", "Errors", "Matched"]


def table(card: Scorecard) -> list[list[str]]:
    """The months, newest first, from the first in which there was anything to say."""
    return [
        [
            f"{MONTHS[month.month.month]} {month.month.year}",
            in_time(month),
            number(month.files),
            number(month.refused),
            number(month.rows),
            percentage(month.error_rate) if month.rows else "no rows",
            percentage(month.match_rate) if month.used else "no rows",
        ]
        for month in reversed(_told(card.months))
    ]


def _told(months: Sequence[Month]) -> Sequence[Month]:
    first = next((at for at, one in enumerate(months) if one.files or one.came), len(months) - 1)
    return months[first:]


def chart(card: Scorecard) -> Chart | None:
    """Errors and matches by month; ``None`` while no row came."""
    months = [month for month in card.months if month.rows]
    if not months:
        return None
    return Chart(
        kind="line" if len(months) > 2 else "bar",
        title=_finding(months),
        labels=tuple(f"{one.month:%b} {one.month.year % 100:02}" for one in months),
        series=(
            Series("Errors", tuple(_rounded(one.error_rate) for one in months)),
            Series("Matched", tuple(_rounded(one.match_rate) for one in months)),
        ),
        unit="%",
        source="Errors: rows that could not be used before they were mended. Matched: rows about "
        "someone whom we held, of those that could be used.",
        name="source-by-month",
    )


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)


def _finding(months: Sequence[Month]) -> str:
    first, last = months[0], months[-1]
    name = f"{MONTHS[first.month.month]} {first.month.year}"
    if len(months) == 1:
        return f"Errors in {percentage(first.error_rate)} of rows in {name}"
    change = points((last.error_rate or 0) - (first.error_rate or 0))
    said = "have not changed" if change == "no change" else f"are {change}"
    return f"Errors {said} since {name}"


# -- tokens and columns --------------------------------------------------------------------------


def token_row(token: SourceToken, on: date) -> dict[str, Any]:
    """A token, without anything that would let anyone in."""
    if token.revoked_at is not None:
        by = token.revoked_by.name if token.revoked_by else "the service"
        state = f"Taken back {short_date(local_date(token.revoked_at))} by {by}"
    elif not token.works(on=on):
        state = f"Ended {short_date(token.expires_on)}"
    else:
        state = f"Works until {short_date(token.expires_on)}"
    return {
        "name": token.name,
        "reference": show_reference(token.ref),
        "kinds": kinds_in_words(token.kinds),
        "made": f"{short_date(local_date(token.made_at))} by {token.made_by.name}",
        "state": state,
        "used": date_and_time(token.used_at) if token.used_at else "never",
        "revoke": address(token.source, "token-revoke", token=token.ref)
        if token.works(on=on)
        else "",
    }


def memories(found: Iterable[ColumnMemory]) -> list[dict[str, Any]]:
    """The headings that were matched, by kind of file, each with who matched it and when."""
    made: dict[str, dict[str, Any]] = {}
    for one in found:
        kind = KINDS.get(one.kind)
        group = made.setdefault(
            one.kind, {"kind": one.kind, "label": kind.label if kind else one.kind, "rows": []}
        )
        known = {column.key: column.heading for column in kind.columns} if kind else {}
        who = one.by.name if one.by else "not recorded"
        when = f", {date_in_words(local_date(one.at))}" if one.at else ""
        group["rows"].append(
            [one.heading, known.get(one.column, one.column) or "Left out", f"{who}{when}"]
        )
    return list(made.values())
