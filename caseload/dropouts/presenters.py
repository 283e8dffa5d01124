"""Drop-outs in words: months, receipts, errors, routes (pages §2.6, §4.11)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse

from caseload.dropouts.forms import DAY, REASONS
from caseload.dropouts.models import Notification, PassingOn, Route
from caseload.dropouts.queries import AtHome, CameOf, MonthShown, rows_to_mend
from caseload.dropouts.rules import MonthState
from caseload.intake.kinds.base import Level
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.presenters import files as file_presenter
from caseload.intake.rules import FileState
from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from ccis.calendar.words import date_in_words
from ccis.files.values import as_text
from ccis.files.writing import CellProblem
from ccis.govuk.progress import Progress
from ccis.govuk.summary import row, summary
from ccis.govuk.tags import DONE, LATE, NONE, SOON
from ccis.govuk.words import clock_date, date_and_time, number, plural

STATE_COLOURS = {
    MonthState.SENT: DONE,
    MonthState.NIL: DONE,
    MonthState.TO_MEND: SOON,
    MonthState.LATE: LATE,
    MonthState.DUE: SOON,
    MonthState.NOT_ASKED: NONE,
    MonthState.RUNNING: NONE,
}

WHO_DECIDES = ("officers here say", "the sub-regional unit says", "a contractor says")
"""By the policy's choice, at the end of a sentence's beginning."""

STOPPED = (
    "Something went wrong on our side. What you sent is safe, and the council has been told. "
    "You need not send it again."
)

How = Notification.How


def address(name: str, month: Period, *rest: object) -> str:
    """The address of a page of a month."""
    return reverse(f"dropouts:{name}", args=[month, *rest])


def month_rows(months: Iterable[MonthShown], *, takes_files: bool) -> list[dict[str, Any]]:
    """Months as rows of a table: what is due, how it stands, what can be done."""
    return [
        {
            "text": one.told.month.label,
            "href": address("month", one.told.month),
            "due": clock_date(one.told.due_on) if one.told.due_on else "no fixed day",
            "tag": {"text": one.state.value, "colour": STATE_COLOURS[one.state]},
            "people": _people(one),
            "links": month_links(one, takes_files=takes_files),
        }
        for one in months
    ]


def _people(one: MonthShown) -> str:
    told = one.told
    parts = [
        (told.joiners, "joined"),
        (told.leavers, "left"),
        (told.at_risk, "at risk"),
    ]
    said = [f"{number(count)} {word}" for count, word in parts if count]
    return ", ".join(said) or "nobody"


def month_links(one: MonthShown, *, takes_files: bool) -> list[dict[str, str]]:
    """What can be done about a month."""
    month = one.told.month
    links = []
    if one.book is not None:
        links.append({"text": to_mend(one.book), "href": address("errors", month)})
        if one.book.file is not None and one.book.file.state == FileState.WITH_SENDER:
            return links
    if takes_files:
        again = one.state in (MonthState.SENT, MonthState.NIL)
        words = "Send another workbook" if again else "Send the workbook"
        links.append({"text": words, "href": address("file", month)})
    if one.state in (MonthState.LATE, MonthState.DUE, MonthState.NOT_ASKED, MonthState.RUNNING):
        links.append({"text": "Nothing to report", "href": address("nil", month)})
    return links


def to_mend(book: Notification) -> str:
    """The words that lead to what is to be mended in a workbook."""
    file = book.file
    if file is None or file.state == FileState.REFUSED:
        return "See what was wrong with it"
    return "Mend the rows" if book.sent_at is None else f"Mend {plural(rows_to_mend(file), 'row')}"


def still_to_mend(one: Notification) -> str:
    """How many rows of a workbook stayed when the others were sent; empty for none."""
    left = rows_to_mend(one.file) if one.file is not None and one.sent_at else 0
    return f"{plural(left, 'row')} still to mend" if left else ""


def sent_rows(sent: Iterable[Notification], book: Notification | None) -> list[dict[str, str]]:
    """Receipts of a month, as rows of a table; ``book`` is the one to mend."""
    return [
        {
            "reference": show_reference(one.ref),
            "href": reverse("dropouts:receipt", args=[one.ref]),
            "what": one.get_how_display(),
            "sent": date_and_time(one.sent_at or one.at),
            "by": one.by.name,
            "tag": (still_to_mend(one) if one == book else "") if one.sent_at else stands(one),
        }
        for one in sent
    ]


def stands(one: Notification) -> str:
    """How a notification that has not gone stands."""
    state = one.file.state if one.file else ""
    if state == FileState.WITH_SENDER:
        return "Not sent: rows to mend"
    if state == FileState.REFUSED:
        return "Not used: too many errors"
    if state == FileState.SET_ASIDE:
        return "Set aside: not sent"
    return "Being checked"


# -- a receipt -------------------------------------------------------------------------------------


def receipt(one: Notification, came: CameOf | None) -> dict[str, Any]:
    """What was received, when, from whom; and, where the council shows it, what came of it."""
    source = one.source
    rows = [
        row("Reference", show_reference(one.ref)),
        row("Month", Period.of(one.month).label),
        row("What", one.get_how_display()),
        row("From", f"{source.title}, {one.by.name}"),
        row("To", source.authority.title),
        row("Received", date_and_time(one.sent_at or one.at)),
    ]
    if one.file is not None and one.file.row_count:
        people = one.file.row_count
        left = rows_to_mend(one.file) if one.sent_at else 0
        said = f"{number(people - left)} sent, {number(left)} not: rows to mend"
        rows.append(row("People in it", said if left else number(people)))
    if one.sent_at is None:
        rows.append(row("How it stands", stands(one)))
    elif came is not None:
        rows.append(row("What came of it", came_in_words(came)))
    return summary(rows)


def came_in_words(came: CameOf) -> list[str]:
    """What came of a notification's people, in numbers that add up and name nobody."""
    said = [
        (came.used, "used"),
        (came.waiting, "with the council, who will look at it"),
        (came.passed_on, "passed on to the council where they live"),
        (came.not_read, "to mend before it can be used"),
        (came.not_used, "not used"),
    ]
    return [f"{number(count)} {words}" for count, words in said if count]


def where_it_went(
    homes: Mapping[str, AtHome],
    councils: Mapping[str, Authority],
    routes: Mapping[str, Route | None],
    ours: Authority,
    taken: Mapping[str, Collection[str]],
) -> list[str]:
    """To whom a notification goes, by where its people live, a sentence each.

    ``taken`` has the reasons that councils (codes) take, to which it goes at once. Nothing is said
    of what was passed on yet: who waits is somebody whom we may hold.
    """
    said = []
    for code, told in homes.items():
        home = councils.get(code)
        if home is None or home == ours:
            route = routes.get(ours.code)
            contact = f", {route.name}" if route else ""
            said.append(f"{_who(told.total())}: {ours.title}{contact}")
            continue
        live = f"{home.title}, where they live"
        wanted = taken.get(code, REASONS)
        goes = sum(people for reasons, people in told.items() if reasons & set(wanted))
        if goes:
            said.append(f"{_who(goes)}: {live}, by way of {ours.title}")
        if others := told.total() - goes:
            said.append(f"{_who(others)}: not passed on, as {live}, does not ask for it")
    return said


def _who(people: int) -> str:
    return plural(people, "person", "people")


# -- one person ------------------------------------------------------------------------------------


def answers(kept: Mapping[str, str]) -> dict[str, Any]:
    """What was answered about one person, each with the page that changes it."""
    reason = kept.get("reason_is", "")

    def change(name: str) -> str:
        return reverse(f"dropouts:{name}")

    def given(name: str) -> str:
        return kept.get(name) or "Not given"

    rows = [
        row("What has happened", REASONS.get(reason, ""), change=change("new")),
        row("First name", kept.get("given", ""), change=change("who")),
        row("Family name", kept.get("family", ""), change=change("who")),
        row("Date of birth", _day(kept.get("birth", "")), change=change("born")),
        row("ULN", given("uln"), change=change("born")),
        row(DAY.get(reason, "The day"), _day(kept.get("day", "")), change=change("when")),
    ]
    if reason == "leaver":
        rows.append(row("What they do now", given("destination"), change=change("when")))
    rows += [
        row("Address", given("address"), change=change("home-step")),
        row("Postcode", given("postcode"), change=change("home-step")),
        row("Email", given("email"), change=change("reach")),
        row("Phone number", given("phone"), change=change("reach")),
    ]
    return summary(rows)


def _day(text: str) -> str:
    return date_in_words(date.fromisoformat(text)) if text else ""


def person_of(kept: Mapping[str, str]) -> dict[str, Any]:
    """The answers as our columns."""
    told: dict[str, Any] = {
        key: kept[key]
        for key in ("uln", "family", "given", "address", "postcode", "email", "phone")
        if kept.get(key)
    }
    told["birth"] = date.fromisoformat(kept["birth"])
    told[kept["reason_is"]] = date.fromisoformat(kept["day"])
    if kept["reason_is"] == "leaver" and kept.get("destination"):
        told["destination"] = kept["destination"]
    return told


# -- a workbook that is checked --------------------------------------------------------------------


def progress(file: InboundFile, month: Period) -> Progress:
    """How far the checking of a workbook has come, with the way to what it found."""
    shown = file_presenter.progress(file)
    return replace(
        shown,
        check=address("progress", month),
        result=address("errors", month),
        carry_on="",
        stopped=STOPPED if shown.stopped else "",
    )


def of_sender(problems: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """What a sender is told of: what their own cells say, and nothing that our record does."""
    told = list(problems)
    unread = any(problem["code"] == "mark not known" for problem in told)
    for problem in told:
        said_already = unread and problem["code"] == "no reason"
        if not problem.get("asked") and problem["level"] != Level.NOTE and not said_already:
            yield problem


def must_mend(problems: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What of a row must be mended before it can be sent."""
    return [one for one in of_sender(problems) if one["level"] == Level.HARD]


def lines_by_row(rows: Iterable[InboundRow]) -> list[dict[str, Any]]:
    """One line for each thing to mend: row, column, what the cell says, what to do."""
    lines = []
    for one in rows:
        for problem in must_mend(one.problems):
            position = problem["position"]
            within = position is not None and position < len(one.sent)
            cell = as_text(one.sent[position]) if within else ""
            letter, heading = problem["letter"], problem["heading"]
            lines.append(
                {
                    "row": one.number,
                    "column": f"{letter} {heading}" if letter else "The whole row",
                    "cell": cell or "(empty)",
                    "todo": problem["message"],
                }
            )
    return lines


def lines_by_error(rows: Iterable[InboundRow]) -> list[dict[str, Any]]:
    """One line for each kind of error: how many rows, where, how to mend; most first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in rows:
        for problem in must_mend(one.problems):
            key = (problem["code"], problem["letter"])
            line = found.setdefault(
                key,
                {
                    "error": problem["code"][:1].upper() + problem["code"][1:],
                    "column": f"{problem['letter']} {problem['heading']}".strip()
                    or "The whole row",
                    "rows": [],
                    "todo": problem["message"],
                },
            )
            if one.number not in line["rows"]:
                line["rows"].append(one.number)
    lines = sorted(found.values(), key=lambda line: (-len(line["rows"]), line["rows"][0]))
    for line in lines:
        numbers: Sequence[int] = line["rows"]
        shown = ", ".join(map(str, numbers[:10]))
        line["count"] = len(numbers)
        line["where"] = f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown
    return lines


def cell_problems(
    rows: Iterable[tuple[int, Iterable[Mapping[str, Any]]]],
) -> Iterator[CellProblem]:
    """What to mark in the sender's own workbook."""
    for at, problems in rows:
        for problem in of_sender(problems):
            yield CellProblem(
                row=at,
                position=problem["position"],
                message=problem["message"],
                must_mend=problem["level"] == Level.HARD,
            )


# -- routes and passing on -------------------------------------------------------------------------


def route_row(route: Route, *, waiting: int = 0) -> dict[str, Any]:
    """A line of the matrix as the document draws it, with who drew it and when."""
    return {
        "home": route.home.title,
        "code": route.home.code,
        "to": route.get_to_display(),
        "name": route.name,
        "email": route.email,
        "unit": route.unit.name if route.unit else "",
        "way": route.exchange or route.get_way_display(),
        "made": f"{route.made_by.name}, {date_and_time(route.made_at)}",
        "ended": f"{route.ended_by.name}, {date_and_time(route.ended_at)}"
        if route.ended_by
        else "",
        "change": reverse("dropouts:route", args=[route.ref]),
        "waiting": waiting,
    }


def passed_rows(passed: Iterable[PassingOn]) -> list[dict[str, str]]:
    """What was passed on, newest first."""
    return [
        {
            "reference": show_reference(one.ref),
            "href": reverse("dropouts:passed", args=[one.ref]) if one.way == "exchange" else "",
            "home": one.home.title,
            "people": number(len(one.rows)),
            "told": one.told,
            "when": date_and_time(one.sent_at) if one.sent_at else "Not sent",
            "how": one.how or one.get_way_display(),
        }
        for one in passed
    ]
