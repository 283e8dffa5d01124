"""The workbench: the steps of a month's return, and its figures (pages §4.7)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ccis.calendar.periods import Period
from ccis.calendar.words import short_date
from ccis.govuk.tags import DONE, LATE, NONE, UNDER_WAY
from ccis.govuk.words import date_and_time, number, percentage, plural, points
from returns import editions
from returns.answers import Answer
from returns.models import Build, BuildKind, BuildState
from returns.people import Sum
from returns.presenters.places import to_build, to_month, word_for
from returns.presenters.words import URGENCIES, Tag, as_at, link, tag
from returns.rules import change, share

Words = dict[str, Any]

NOT_STARTED = tag("Not started", NONE)


@dataclass(frozen=True)
class Files:
    """Files received since the month began: how many, how many with something left to do."""

    received: int
    open: int
    href: str = ""
    """Where they are; empty where there is no such page, or not for this reader."""


@dataclass(frozen=True)
class Month:
    """All that the workbench says of a month."""

    period: Period
    files: Files
    latest: Build | None = None
    best: Build | None = None
    checked: Build | None = None
    trial: Build | None = None
    final: Build | None = None
    previous: Build | None = None
    sum: Sum | None = None
    answer: Answer | None = None
    may_make: bool = False


@dataclass(frozen=True)
class Step:
    """One row of the task list; ``words`` are pieces of text, some of them links."""

    number: int
    text: str
    tag: Tag
    words: list[Words]
    links: list[Words] = field(default_factory=list)
    button: Words | None = None


def steps(month: Month) -> list[Step]:
    """The steps that are built, in order."""
    return [
        _files(month),
        _cohort(month),
        _errors(month),
        _trial(month),
        _made(month),
        _answered(month),
    ]


def _files(month: Month) -> Step:
    files, since = month.files, short_date(month.period.start)
    links = [link("Files", files.href)] if files.href else []
    if not files.received:
        return Step(1, "Files in", tag("To do", NONE), [link(f"None since {since}")], links)
    words = [link(f"{plural(files.received, 'file')} since {since}")]
    if files.open:
        words.append(link(f", {number(files.open)} with something left to do"))
        return Step(1, "Files in", tag("In hand", UNDER_WAY), words, links)
    return Step(1, "Files in", tag("Done", DONE), words, links)


def _cohort(month: Month) -> Step:
    title, build, added = "Cohort", month.best, month.sum
    if build is None:
        return Step(2, title, NOT_STARTED, [link("Make a trial to count it")])
    links = [link("See the cohort", to_month(month.period, "cohort"))]
    if added is None or month.previous is None:
        count = sum(build.counts.get(status, 0) for status in ("P", "G"))
        href = to_build(build, "build-people", status="P,G")
        words = [link(plural(count, "person", "people"), href), link(". ")]
        words.append(link("Nothing to compare with yet."))
        return Step(2, title, tag("Done", DONE), words, links)
    words = sum_words(added, build, month.previous)
    if added.gap:
        words.append(link(" This does not add up: a fault of ours."))
        return Step(2, title, tag("Does not add up", LATE), words, links)
    return Step(2, title, tag("Done", DONE), words, links)


def sum_words(added: Sum, build: Build, previous: Build) -> list[Words]:
    """ "9,974 in September + 0 joined - 16 left = 9,958", each number a link to the people."""

    def part(count: int, text: str, name: str) -> Words:
        href = to_month(build.month, "cohort-part", name, build=word_for(build)) if count else ""
        return link(f"{number(count)}{text}", href)

    kept = previous.records_kept
    before = to_build(previous, "build-people", status="P,G") if kept else ""
    return [
        link(number(added.before), before),
        link(f" in {previous.month.label} + "),
        part(added.joined, " joined", "joined"),
        link(" − "),
        part(added.left, " left", "left"),
        link(" = "),
        link(number(added.now), to_build(build, "build-people", status="P,G")),
    ]


def _errors(month: Month) -> Step:
    title, build = "Errors mended", month.checked
    if build is None:
        return Step(3, title, NOT_STARTED, [link("Make a trial to see errors")])
    links = [link("Errors", to_month(month.period, "errors"))]
    words = list(_counts(build))
    if build.must_mend:
        return Step(3, title, tag("Under way", UNDER_WAY), words, links)
    return Step(3, title, tag("Done", DONE), words or [link("No errors DfE would raise")], links)


def _counts(build: Build) -> Iterable[Words]:
    for key, text in URGENCIES.items():
        count = build.finding_counts.get(key, 0)
        if count:
            yield link(" · " if key != _first(build) else "")
            href = to_month(build.month, "errors", priority=key, build=word_for(build))
            yield link(f"{text} {number(count)}", href)


def _first(build: Build) -> str:
    return next((key for key in URGENCIES if build.finding_counts.get(key)), "")


def _trial(month: Month) -> Step:
    title, build = "Trial made", month.trial
    unfinished = _unfinished(month, BuildKind.TRIAL)
    button = None
    if month.may_make and unfinished is None and (month.final is None):
        text = "Make another trial" if build else "Make a trial"
        button = link(text, to_month(month.period, "make", kind="trial"))
    if unfinished is not None:
        return _going_on(4, title, unfinished)
    if build is None:
        return Step(4, title, NOT_STARTED, [], button=button)
    made = f"{date_and_time(build.finished_at)}, {as_at(build)}"
    links = [link("See", to_build(build), hidden="the trial")]
    if month.previous is not None:
        words = f"Compare with {month.previous.month.label}"
        links.append(link(words, to_month(month.period, "compare", **_with(month.previous))))
    return Step(4, title, tag("Done", DONE), [link(made)], links, button)


def _with(build: Build) -> dict[str, str]:
    return {"with": word_for(build)}


def _made(month: Month) -> Step:
    title, build = "Made", month.final
    unfinished = _unfinished(month, BuildKind.FINAL)
    if unfinished is not None:
        return _going_on(5, title, unfinished)
    if build is not None:
        made = f"{date_and_time(build.finished_at)}, {as_at(build)}"
        links = [link("See", to_build(build), hidden="the final return")]
        return Step(5, title, tag("Made", DONE), [link(made)], links)
    button = None
    if month.may_make:
        button = link("Make the return", to_month(month.period, "make", kind="final"))
    if month.checked is not None and month.checked.must_mend:
        href = to_month(month.period, "errors", priority="1")
        errors = plural(month.checked.must_mend, "error")
        words = [link("Waits for "), link(f"{errors} that must be mended", href)]
        return Step(5, title, NOT_STARTED, words, button=button)
    return Step(5, title, NOT_STARTED, [], button=button)


def _answered(month: Month) -> Step:
    title, answer = "DfE’s answer", month.answer
    links = [link("See", to_month(month.period, "answer"), hidden="what DfE answered")]
    if answer is None:
        return Step(6, title, NOT_STARTED, [link("Bring back the error report")], links)
    words = [link(f"{plural(answer.errors, 'error')}, {number(answer.found_here)} found here too")]
    if answer.waiting:
        words.append(link(f", {plural(answer.waiting, 'row')} to decide about"))
        return Step(6, title, tag("In hand", UNDER_WAY), words, links)
    return Step(6, title, tag("Answered", DONE), words, links)


def _unfinished(month: Month, kind: BuildKind) -> Build | None:
    """The newest making of the month, if it is of this kind and has not come to its end."""
    build = month.latest
    if build is None or build.kind != kind:
        return None
    return build if build.is_under_way or build.state == BuildState.STOPPED else None


def _going_on(at: int, title: str, build: Build) -> Step:
    links = [link("See how far it is", to_build(build))]
    if build.state == BuildState.STOPPED:
        return Step(at, title, tag("Stopped", LATE), [link("Safe to carry on")], links)
    return Step(at, title, tag("Under way", UNDER_WAY), [], links)


# Figures


CARDS = (
    ("neet", "neet", "NEET"),
    ("not_known", "not-known", "Not known"),
    ("neet_or_not_known", "neet-or-not-known", "NEET or not known"),
    ("participating", "participating", "Taking part"),
)


def cards(month: Month) -> list[dict[str, Any]]:
    """The month's figures, each a link to the people, with the change since last month."""
    build = month.best
    if build is None:
        return []
    made = [
        {
            "text": text,
            "number": percentage(_percent(build, key)),
            "note": _note(build, month.previous, key),
            "href": to_build(build, "build-people", figure=figure),
        }
        for key, figure, text in CARDS
    ]
    return [*made, *_guarantee(build)]


def _percent(build: Build, key: str) -> float | None:
    headline = build.figures["headline"]
    exact = share(headline[key], headline["base"])
    return None if exact is None else float(exact)


def _note(build: Build, previous: Build | None, key: str) -> str:
    headline = build.figures["headline"]
    count = f"{number(headline[key])} of {number(headline['base'])}"
    if previous is None:
        return count
    then = previous.figures["headline"]
    moved = change(
        share(headline[key], headline["base"]),
        share(then[key], then["base"]),
    )
    words = points(None if moved is None else float(moved))
    return f"{count}, {words} since {previous.month.label}"


def _guarantee(build: Build) -> Iterable[dict[str, Any]]:
    """The offer of learning, from April to August, when it is due."""
    if not in_season(build):
        return
    both = build.figures["guarantee"]["both"]
    if both["cohort"]:
        yield {
            "text": "September Guarantee, offer made",
            "number": f"{both['percent']['offer made']}%",
            "note": f"{number(both['groups']['offer made'])} of {number(both['cohort'])}",
        }


def in_season(build: Build) -> bool:
    """Whether the September Guarantee is counted in this month (docs/nccis.md §7.1)."""
    ages = editions.load(build.edition).cohort
    return ages.guarantee_first_month <= build.month.month <= ages.guarantee_last_month
