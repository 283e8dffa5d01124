"""Incidents in words: the clock, what is done and what is missing, who is affected."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from ccis.access.references import show_reference
from ccis.calendar.words import moment_in_words
from ccis.govuk import tags
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import date_and_time, number, plural, short_date
from sharing.incidents import queries, rules
from sharing.incidents.models import Action, Decision, Incident, Note
from sharing.incidents.rules import Pace
from sharing.rules import in_words

COLOURS = {
    Pace.RUNS: tags.NONE,
    Pace.SOON: tags.SOON,
    Pace.TODAY: tags.TODAY,
    Pace.LATE: tags.LATE,
    Pace.TOLD: tags.DONE,
    Pace.TOLD_LATE: tags.LATE,
    Pace.NOT_NEEDED: tags.NONE,
}
RISK_COLOURS = {rules.UNLIKELY: tags.NONE, rules.RISK: tags.SOON, rules.HIGH: tags.LATE}
WHOM = {rules.REGULATOR: "The regulator", rules.PEOPLE: "The people affected"}


def how_long(time: timedelta) -> str:
    """``41 hours``, ``50 minutes``, ``4 days and 2 hours``: never more than it is."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return plural(minutes, "minute")
    hours = minutes // 60
    if hours <= 72:
        return plural(hours, "hour")
    days, rest = divmod(hours, 24)
    return f"{plural(days, 'day')} and {plural(rest, 'hour')}" if rest else plural(days, "day")


def clock(found: rules.Clock) -> dict[str, Any]:
    """The 72 hours: text first, then the moment that they end (pages §3.10)."""
    long = how_long(found.by)
    left = {
        Pace.LATE: f"Late by {long}",
        Pace.TOLD: f"The regulator was told {long} after we became aware",
        Pace.TOLD_LATE: f"The regulator was told, late by {long}",
        Pace.NOT_NEEDED: "The regulator need not be told",
    }.get(found.pace, f"{long} left to tell the regulator")
    ends = moment_in_words(found.ends_at)
    return {
        "left": left,
        "ends": ends if found.pace in (Pace.RUNS, Pace.SOON, Pace.TODAY) else "",
        "why": f"The 72 hours ended {ends}" if found.pace is Pace.LATE else "",
        "tag": {"text": found.pace.value, "colour": COLOURS[found.pace]},
    }


def rows(incidents: Iterable[Incident], at: datetime) -> list[dict[str, Any]]:
    """Incidents for a table."""
    made = []
    for one in incidents:
        newest = queries.newest_reckoning(one)
        made.append(
            {
                "title": one.title,
                "href": reverse("incidents:incident", args=[one.ref]),
                "kind": one.get_kind_display(),
                "organisation": one.provider.name if one.provider else "None",
                "aware": date_and_time(one.aware_at),
                "clock": clock(queries.clock_of(one, at)),
                "people": number(newest.people) if newest else "Not yet known",
                "closed": short_date(one.closed_at) if one.closed_at else "",
            }
        )
    return made


def details(one: Incident) -> dict[str, Any]:
    """What an incident is."""
    rows = [
        summary_row("Kind", one.get_kind_display()),
        summary_row("Organisation", one.provider.name if one.provider else "None"),
        summary_row("Found by", f"{one.found_by} ({one.get_finder_display().lower()})"),
        summary_row("We became aware", moment_in_words(one.aware_at)),
        summary_row(
            "Recorded",
            f"{moment_in_words(one.recorded_at)} by {one.recorded_by.name}"
            f"{', who reported it' if one.reported else ''}",
        ),
        summary_row("Reference", show_reference(one.ref)),
    ]
    if one.closed_at and one.closed_by:
        rows.append(
            summary_row("Closed", f"{moment_in_words(one.closed_at)} by {one.closed_by.name}")
        )
    return summary(rows)


# -- the task list ---------------------------------------------------------------------------------


def steps(one: Incident, standing: rules.Standing) -> list[dict[str, Any]]:
    """What there is to do, in order, each with where it stands."""

    def step(words: str, name: str, state: dict[str, str], *args: str) -> dict[str, Any]:
        return {
            "title": {"text": words},
            "href": reverse(f"incidents:{name}", args=[one.ref, *args]),
            "status": {"tag": tags.tag(state["text"], state["colour"])},
        }

    def stage(name: str) -> dict[str, Any]:
        return step(rules.STAGES[name], "note", _there(name in standing.stages), name)

    return [
        *(stage(name) for name in rules.STAGES if name not in (rules.ESCALATED, rules.LESSONS)),
        step("Who is affected, and the risk to each", "people", _people(standing)),
        step("Tell signatories and data managers", "told", _left(standing.to_notify, "to tell")),
        stage(rules.ESCALATED),
        step("Tell the regulator?", "decide", _decided(standing.regulator), rules.REGULATOR),
        step("Tell the people affected?", "decide", _people_told(standing), rules.PEOPLE),
        step("Actions", "actions", _left(standing.actions, "to do")),
        stage(rules.LESSONS),
    ]


def _there(is_there: bool) -> dict[str, str]:
    if is_there:
        return {"text": "Written", "colour": tags.DONE}
    return {"text": "Not started", "colour": tags.NONE}


def _people(standing: rules.Standing) -> dict[str, str]:
    if not standing.counted:
        return {"text": "Not started", "colour": tags.NONE}
    if standing.not_assessed:
        return {"text": f"{number(standing.not_assessed)} to assess", "colour": tags.SOON}
    return {"text": plural(standing.people, "person", "people"), "colour": tags.DONE}


def _left(count: int, words: str) -> dict[str, str]:
    if count:
        return {"text": f"{number(count)} {words}", "colour": tags.SOON}
    return {"text": "None left", "colour": tags.DONE}


def _decided(decided: rules.Decided | None) -> dict[str, str]:
    if decided is None:
        return {"text": "Not decided", "colour": tags.SOON}
    if not decided.tell:
        return {"text": "No", "colour": tags.DONE}
    if decided.done:
        return {"text": "Told", "colour": tags.DONE}
    return {"text": "Yes, not told yet", "colour": tags.TODAY}


def _people_told(standing: rules.Standing) -> dict[str, str]:
    if standing.people_told is None and standing.told:
        return _left(standing.not_told, "to tell")
    return _decided(standing.people_told)


def how_many_told(standing: rules.Standing) -> str:
    """How many of those affected were told, and how many not; nothing before anybody was."""
    if not standing.told:
        return ""
    told = plural(standing.told, "person was", "people were")
    return f"{told} told, {number(standing.not_told)} not"


# -- what was written down -------------------------------------------------------------------------


def notes(found: Iterable[Note]) -> list[dict[str, Any]]:
    """Facts by stage, oldest first in each; stages of which nothing is known are left out."""
    held: dict[str, list[dict[str, str]]] = {stage: [] for stage in rules.STAGES}
    for one in found:
        held[one.stage].append(
            {"words": one.words, "who": f"{one.by.name}, {moment_in_words(one.at)}"}
        )
    return [
        {"heading": rules.STAGES[stage], "notes": written}
        for stage, written in held.items()
        if written
    ]


def decisions(found: Iterable[Decision]) -> list[dict[str, Any]]:
    """What was decided about telling, newest first."""
    return [
        {
            "heading": f"{WHOM[one.about]}: {'to be told' if one.tell else 'not told'}",
            "words": [
                *([rules.GROUNDS[one.about][one.ground]] if one.ground else []),
                one.why,
                *([f"Told {moment_in_words(one.told_at)}: {one.told_how}"] if one.told_at else []),
                *([f"Why later than 72 hours: {one.why_late}"] if one.why_late else []),
            ],
            "who": f"{one.by.name}, {moment_in_words(one.at)}",
        }
        for one in found
    ]


def actions(found: Iterable[Action], at: datetime) -> list[dict[str, Any]]:
    """Actions, what is due first in front."""
    made = []
    for one in found:
        late = one.done_at is None and one.due_on < at.date()
        state = {"text": "Late", "colour": tags.LATE} if late else _state(one)
        made.append(
            {
                "what": one.what,
                "owner": one.owner.name,
                "due": short_date(one.due_on),
                "tag": state,
                "done": one.done_how,
                "href": ""
                if one.done_at
                else reverse("incidents:action-done", args=[one.incident.ref, one.ref]),
            }
        )
    return made


def _state(one: Action) -> dict[str, str]:
    if one.done_at:
        return {"text": "Done", "colour": tags.DONE}
    return {"text": "To do", "colour": tags.NONE}


def sought(data: Mapping[str, Any], organisations: Mapping[str, str]) -> str:
    """By what the people affected were found, in words."""
    asked = queries.sought_of(data)
    words = []
    if asked.list:
        words.append(f"list {show_reference(asked.list)}")
    if asked.file:
        words.append(f"file {show_reference(asked.file)}")
    if asked.provider:
        words.append(organisations.get(asked.provider, show_reference(asked.provider)))
    if asked.since:
        words.append(f"live on or after {short_date(asked.since)}")
    if asked.until:
        words.append(f"released on or before {short_date(asked.until)}")
    if asked.columns:
        words.append(f"any of {in_words(asked.columns)}")
    found = f"By the ledger: {', '.join(words)}" if words else ""
    others = f"{number(len(asked.people))} by reference" if asked.people else ""
    return "; ".join(one for one in (found, others) if one)


def risk_tag(level: str | None) -> dict[str, str]:
    """The risk to somebody."""
    if level is None:
        return {"text": "Not assessed", "colour": tags.SOON}
    words = {rules.UNLIKELY: "Unlikely", rules.RISK: "Risk", rules.HIGH: "High"}
    return {"text": words[level], "colour": RISK_COLOURS[level]}


def on_sharing(authority: Any, at: datetime) -> list[dict[str, Any]]:
    """What the page of sharing says of open incidents: how many, and of those late."""
    counted = Incident.objects.filter(authority=authority).still_open().aggregate(open=Count("pk"))
    late = Incident.objects.filter(Q(authority=authority)).late(at).count()
    address = reverse("incidents:incidents")
    cards = [{"number": counted["open"], "text": "Open incidents", "href": address}]
    if late:
        cards.append({"number": late, "text": "Incidents late for the regulator", "href": address})
    return cards
