"""One making of a return: how far it is, and what came of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ccis.govuk.progress import Progress, Step, StepState
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, number, percentage
from returns import editions
from returns.editions import Edition
from returns.models import Build, BuildKind, BuildState
from returns.people import FIGURES
from returns.presenters.places import to_build, to_month, word_for
from returns.presenters.words import (
    URGENCIES,
    asked_by,
    gaps_in_words,
    kind_of,
    link,
    reference_of,
    size_in_words,
    status_words,
    title_of,
    urgency_tag,
)
from returns.rules import share
from returns.steps import STEPS

STALLED_AFTER = 120
"""Seconds without a sign of a worker, after which the page offers to carry on."""


# How far it is


def progress(build: Build, at: datetime) -> Progress:
    """How far a making has come, in steps."""
    reached = _steps_done(build)
    left = ""
    if build.record_count and build.done_count:
        done = f"{number(build.done_count)} of {number(build.record_count)}"
        left = f"{done} records done in this step"
    return Progress(
        done=reached,
        total=len(STEPS),
        thing="steps",
        check=to_build(build),
        steps=tuple(_steps(build, reached)),
        left=left,
        finished=build.state in (BuildState.DONE, BuildState.REFUSED),
        stopped=_stopped(build, at),
        carry_on=to_build(build, "carry-on"),
        result=to_build(build),
    )


def _steps_done(build: Build) -> int:
    state = BuildState(build.state)
    if state == BuildState.DONE:
        return len(STEPS)
    if state in (BuildState.STOPPED, BuildState.REFUSED):
        state = BuildState(build.step_reached or BuildState.ASKED)
    return STEPS.index(state) if state in STEPS else 0


def _steps(build: Build, reached: int) -> Iterable[Step]:
    for at, step in enumerate(STEPS):
        state: StepState = "waiting"
        if at < reached:
            state = "done"
        elif at == reached and build.is_under_way:
            state = "now"
        yield Step(step.label, state)


def _stopped(build: Build, at: datetime) -> str:
    """Why it stands still; empty while it goes on or when it is over."""
    if build.state == BuildState.STOPPED:
        return build.stopped_because or "It has stopped. Nothing is lost."
    if build.is_stalled(at=at, after_seconds=STALLED_AFTER):
        return "No worker has been seen on it for two minutes. Nothing is lost."
    return ""


# What came of it


def what_it_is(build: Build) -> dict[str, Any]:
    """Its inputs: what would make the same file again."""
    edition = editions.load(build.edition)
    who = asked_by(build, "the service")
    compared = "None: it is the first" if build.baseline is None else title_of(build.baseline)
    rows = [
        row("Reference", reference_of(build)),
        row("Made", f"{date_and_time(build.finished_at)}, asked for by {who}"),
        row("As at", build.month.end.strftime("%-d %B %Y")),
        row("As known", f"At change {number(build.moment or 0)}: nothing recorded later is in it"),
        row("Edition", f"{edition.label}, {gaps_in_words(edition)}"),
        row("Final return before it", compared),
        row("Date of sending in its header", build.date_of_send.strftime("%-d %B %Y")),
        row("Software", f"{build.supplier_name} {build.software_version}"),
    ]
    if build.replaced_by is not None:
        rows.append(row("Replaced by", title_of(build.replaced_by)))
    return summary(rows)


def the_file(build: Build) -> dict[str, Any]:
    """The file: hash, size, whether it was made again the same."""
    return summary(
        [
            row("Records", number(build.record_count)),
            row("Size", size_in_words(build.size)),
            row("SHA-256", build.sha256),
            row("Made again", made_again(build)),
        ]
    )


def made_again(build: Build) -> str:
    """What came of making it again to compare."""
    if build.rebuilt_at is None:
        return "Not yet"
    when = date_and_time(build.rebuilt_at)
    if build.rebuilt_same:
        return f"The same, byte for byte, on {when}"
    return f"Not the same, on {when}. Do not send it. Tell whoever looks after the service"


def statuses(build: Build, edition: Edition) -> dict[str, Any]:
    """Records by cohort status, each a link to the people, with the sum."""
    rows = [
        {
            "text": status_words(edition, status),
            "count": count,
            "href": to_build(build, "build-people", status=status) if build.records_kept else "",
        }
        for status, count in _in_order(build.counts, list(edition.codes.cohort_status))
    ]
    return {"rows": rows, "total": build.record_count}


def _in_order(counts: dict[str, int], order: list[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: order.index(item[0]))


def findings(build: Build) -> list[dict[str, Any]]:
    """Findings by priority, each a link to them."""
    keys = {"1": 1, "2": 2, "3": 3, "unknown": None}
    is_final = build.kind == BuildKind.FINAL and build.state == BuildState.DONE
    has_findings = build.replaced_by_id is None or is_final
    return [
        {
            "tag": urgency_tag(keys[key]),
            "count": build.finding_counts[key],
            "href": to_month(build.month, "errors", priority=key, build=word_for(build))
            if has_findings
            else "",
        }
        for key in URGENCIES
        if build.finding_counts.get(key)
    ]


def headline(build: Build) -> list[dict[str, Any]]:
    """The headline figures, each a link to the people."""
    counts = build.figures.get("headline", {})
    keys = (
        ("neet", "neet"),
        ("not_known", "not-known"),
        ("neet_or_not_known", "neet-or-not-known"),
        ("participating", "participating"),
    )
    return [
        {
            "text": FIGURES[figure],
            "count": counts[key],
            "share": percentage(_share(counts, key)),
            "href": to_build(build, "build-people", figure=figure) if build.records_kept else "",
        }
        for key, figure in keys
        if counts
    ]


def _share(counts: dict[str, int], key: str) -> float | None:
    exact = share(counts[key], counts["base"])
    return None if exact is None else float(exact)


def seconds(build: Build) -> list[list[str]]:
    """How long each step took."""
    return [
        [step.label, f"{build.seconds[step.value]:,.1f}"]
        for step in STEPS
        if step.value in build.seconds
    ]


def gone(build: Build) -> dict[str, str]:
    """What a page says of a build whose records were dropped."""
    words = f"the {kind_of(build)} of {build.month.label} ({reference_of(build)})"
    return {"title": words, "bring_back": to_build(build, "bring-back")}


def archive_row(build: Build) -> dict[str, Any]:
    """One row of the archive."""
    return {
        "build": build,
        "href": to_build(build),
        "made": date_and_time(build.finished_at or build.asked_at),
        "by": asked_by(build),
        "records": "" if build.record_count is None else number(build.record_count),
        "again": made_again(build) if build.rebuilt_at else "",
    }


def replaced_link(build: Build) -> dict[str, Any] | None:
    """Where what replaced it is."""
    if build.replaced_by is None:
        return None
    return link(title_of(build.replaced_by), to_build(build.replaced_by))
