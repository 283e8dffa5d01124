"""Decisions about files and rows that arrive: no database, no clock."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum


class FileState(StrEnum):
    """Where a file stands. The lawful steps are in ``NEXT_STATES``."""

    RECEIVED = "received"
    READING = "reading"
    NEEDS_COLUMNS = "needs-columns"
    CHECKING = "checking"
    WITH_SENDER = "with-sender"
    MATCHING = "matching"
    READY = "ready"
    APPLYING = "applying"
    LOOK_AGAIN = "look-again"
    STOPPED = "stopped"
    DONE = "done"
    REFUSED = "refused"
    SET_ASIDE = "set-aside"

    @property
    def label(self) -> str:
        """The state's name as it stands on screen (pages §5.2)."""
        return STATE_LABELS[self]


S = FileState

STATE_LABELS: dict[FileState, str] = {
    S.RECEIVED: "Received",
    S.READING: "Being read",
    S.NEEDS_COLUMNS: "Needs columns matched",
    S.CHECKING: "Being checked",
    S.WITH_SENDER: "With its sender",
    S.MATCHING: "Being matched",
    S.READY: "Ready to review",
    S.APPLYING: "Being applied",
    S.LOOK_AGAIN: "Look again",
    S.STOPPED: "Stopped, safe to carry on",
    S.DONE: "Done",
    S.REFUSED: "Refused",
    S.SET_ASIDE: "Set aside",
}

NEXT_STATES: dict[FileState, frozenset[FileState]] = {
    S.RECEIVED: frozenset({S.READING, S.SET_ASIDE}),
    S.READING: frozenset({S.CHECKING, S.NEEDS_COLUMNS, S.REFUSED, S.STOPPED}),
    S.NEEDS_COLUMNS: frozenset({S.CHECKING, S.SET_ASIDE}),
    S.CHECKING: frozenset({S.MATCHING, S.WITH_SENDER, S.REFUSED, S.STOPPED}),
    S.WITH_SENDER: frozenset({S.MATCHING, S.SET_ASIDE}),
    S.MATCHING: frozenset({S.READY, S.LOOK_AGAIN, S.DONE, S.STOPPED}),
    S.READY: frozenset({S.APPLYING, S.CHECKING, S.MATCHING, S.DONE, S.SET_ASIDE}),
    S.APPLYING: frozenset({S.READY, S.LOOK_AGAIN, S.DONE, S.STOPPED}),
    S.LOOK_AGAIN: frozenset({S.APPLYING, S.MATCHING, S.READY, S.DONE, S.SET_ASIDE}),
    S.STOPPED: frozenset({S.READING, S.CHECKING, S.MATCHING, S.APPLYING}),
    S.DONE: frozenset({S.MATCHING}),
    S.REFUSED: frozenset(),
    S.SET_ASIDE: frozenset(),
}
"""From each state, where it may go. ``docs/states.md`` is drawn from this."""

WORKING: frozenset[FileState] = frozenset({S.READING, S.CHECKING, S.MATCHING, S.APPLYING})
"""A worker has it."""

WITH_PEOPLE: frozenset[FileState] = frozenset({S.READY, S.LOOK_AGAIN})
"""People decide about its rows; nothing else touches them meanwhile."""

FINAL: frozenset[FileState] = frozenset(state for state, after in NEXT_STATES.items() if not after)


class Arrival(StrEnum):
    """By which way a file came in; all the same from there on."""

    BROWSER = "browser"
    API = "api"
    FOLDER = "folder"
    COMMAND = "command"
    PORTAL = "portal"
    SCREEN = "screen"
    PASSED = "passed"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """The way in words, after "sent in"."""
        return {
            "browser": "by hand",
            "api": "by the sender's software",
            "folder": "by its drop folder",
            "command": "by command",
            "portal": "in the portal",
            "screen": "on screen, about one person",
            "passed": "by another authority",
            "review": "in the portal, as the at-risk review",
        }[self.value]


OF_SENDERS: frozenset[Arrival] = frozenset(
    {Arrival.API, Arrival.FOLDER, Arrival.PORTAL, Arrival.SCREEN, Arrival.REVIEW}
)
"""Ways by which only the sender itself sends."""

IN_PORTAL: frozenset[Arrival] = frozenset({Arrival.PORTAL, Arrival.SCREEN})
"""Ways by which somebody of the sender's has a page to mend on."""


class Outcome(StrEnum):
    """The one place of a row (pages §3.5): before applying, and after."""

    UNDECIDED = "undecided"
    CANNOT_READ = "cannot-read"
    NEEDS_PERSON = "needs-person"
    ASK_SCHOOL = "ask-school"
    WILL_CHANGE = "will-change"
    WILL_ADD = "will-add"
    NO_CHANGE = "no-change"
    WAITS = "waits"
    ELSEWHERE = "elsewhere"
    LOOK_AGAIN = "look-again"
    SET_ASIDE = "set-aside"
    CHANGED = "changed"
    ADDED = "added"
    UNCHANGED = "unchanged"
    SENT_ON = "sent-on"
    NOT_USED = "not-used"

    @property
    def label(self) -> str:
        """The outcome's name as it stands on screen (pages §5.2)."""
        return OUTCOME_LABELS[self]


O = Outcome  # noqa: E741

OUTCOME_LABELS: dict[Outcome, str] = {
    O.UNDECIDED: "Not yet looked at",
    O.CANNOT_READ: "Cannot be read",
    O.NEEDS_PERSON: "Needs a person",
    O.ASK_SCHOOL: "Ask the school",
    O.LOOK_AGAIN: "Look again",
    O.WILL_CHANGE: "Will change",
    O.WILL_ADD: "Will add",
    O.NO_CHANGE: "No change",
    O.WAITS: "Waits until the end of Year 11",
    O.ELSEWHERE: "Belongs elsewhere",
    O.SET_ASIDE: "Set aside",
    O.CHANGED: "Changed",
    O.ADDED: "Added",
    O.UNCHANGED: "Unchanged",
    O.SENT_ON: "Sent on",
    O.NOT_USED: "Not used",
}
"""In the order of the review page (pages §3.5)."""

IN_A_SUM: dict[Outcome, str] = {
    O.UNDECIDED: "not yet looked at",
    O.NEEDS_PERSON: "need a person",
    O.LOOK_AGAIN: "to look at again",
    O.WAITS: "wait until the end of Year 11",
    O.ELSEWHERE: "belong elsewhere",
}
"""How several rows are said to stand, where that differs from one."""

READY_OUTCOMES: frozenset[Outcome] = frozenset({O.WILL_CHANGE, O.WILL_ADD, O.NO_CHANGE})
"""Rows that approving applies."""

OPEN_OUTCOMES: frozenset[Outcome] = READY_OUTCOMES | {
    O.UNDECIDED,
    O.NEEDS_PERSON,
    O.ASK_SCHOOL,
    O.LOOK_AGAIN,
}
"""Rows that still want something done; a file with none is done."""

UNSURE_OUTCOMES: frozenset[Outcome] = frozenset({O.NEEDS_PERSON, O.ASK_SCHOOL, O.LOOK_AGAIN})
"""Rows that a person decides about, one by one."""

UNUSED_OUTCOMES: frozenset[Outcome] = frozenset({O.CANNOT_READ, O.SET_ASIDE, O.NOT_USED})
"""Rows of which nothing comes to the record: what they say no to is settled by somebody."""

AFTER_APPLYING: dict[Outcome, Outcome] = {
    O.WILL_CHANGE: O.CHANGED,
    O.WILL_ADD: O.ADDED,
    O.NO_CHANGE: O.UNCHANGED,
}


class Reason(StrEnum):
    """Why a row needs a person, waits or stands aside: counted and grouped by this."""

    NO_MATCH = "no-match"
    SEVERAL_PEOPLE = "several-people"
    SEVERAL_ROWS = "several-rows"
    CONTRADICTS = "contradicts"
    LIKELY = "likely"
    PROVIDER_UNKNOWN = "provider-unknown"
    PROVIDER_MISSING = "provider-missing"
    PLEASE_CHECK = "please-check"
    CONFLICT = "conflict"
    MOVED_ON = "changed-since"
    SAME_ROW = "same-row"
    JOINED = "joined"
    TOO_YOUNG = "too-young"
    BY_HAND = "by-hand"
    LEARNS_ELSEWHERE = "learns-elsewhere"
    DUE = "due"

    @property
    def label(self) -> str:
        """The reason in a few words, for counts."""
        return REASON_LABELS[self]


class SchoolAnswer(StrEnum):
    """What a school says of someone whom we do not know (ISA-03)."""

    NEW = "new"
    FIRST = "first"
    MISTAKE = "mistake"

    @property
    def label(self) -> str:
        """The answer in words."""
        return {"new": "New to the authority", "first": "First setting", "mistake": "A mistake"}[
            self.value
        ]


REASON_LABELS: dict[Reason, str] = {
    Reason.NO_MATCH: "no match",
    Reason.SEVERAL_PEOPLE: "more than one possible person",
    Reason.SEVERAL_ROWS: "more than one row for one person",
    Reason.CONTRADICTS: "something else disagrees",
    Reason.LIKELY: "someone we hold is like them",
    Reason.PROVIDER_UNKNOWN: "provider not in the directory",
    Reason.PROVIDER_MISSING: "does not say where",
    Reason.PLEASE_CHECK: "to check",
    Reason.CONFLICT: "does not fit what we hold",
    Reason.MOVED_ON: "record changed since",
    Reason.SAME_ROW: "same as another row",
    Reason.JOINED: "joined with another row of the same person",
    Reason.TOO_YOUNG: "below the years taken",
    Reason.BY_HAND: "set aside by someone",
    Reason.LEARNS_ELSEWHERE: "learns outside the area",
    Reason.DUE: "waiting time over",
}


SPOKEN_FOR: frozenset[Reason] = frozenset({Reason.SAME_ROW, Reason.JOINED})
"""Why a row stands aside whose like in the same file says the same."""


class CannotMove(Exception):
    """A file cannot go from one state to another."""


def check_step(before: FileState, after: FileState) -> None:
    """Raise ``CannotMove`` unless ``NEXT_STATES`` has the step."""
    if after not in NEXT_STATES[before]:
        raise CannotMove(f"A file that is {before} cannot become {after}")


def state_after_work(counts: Mapping[Outcome, int]) -> FileState:
    """Where a file stands once matching, applying or deciding has come to an end.

    ``counts`` says how many rows have each outcome.
    """
    if counts.get(O.LOOK_AGAIN):
        return S.LOOK_AGAIN
    return S.READY if any(counts.get(outcome) for outcome in OPEN_OUTCOMES) else S.DONE


def is_over_threshold(*, errors: int, rows: int, percent: int) -> bool:
    """Whether so many rows have errors that the file is refused whole (pages §3.6)."""
    return errors * 100 > rows * percent


STALLED_AFTER = timedelta(seconds=90)
"""A worker that says nothing for so long is taken to be gone."""

ORIGINAL_KEPT_FOR = timedelta(days=90)
"""An original is about many people, and its rows are the lasting evidence (design §4)."""


def is_stalled(state: FileState, *, beat_at: datetime | None, at: datetime) -> bool:
    """Whether a step is under way on which no worker has been seen for a while."""
    if state not in WORKING:
        return False
    return beat_at is None or at - beat_at > STALLED_AFTER


AUTUMN, SPRING, SUMMER = (10, 1), (1, 3), (5, 3)
"""Months of the school census, and which Thursday of the month its day is."""

THURSDAY = 3


def census_day_before(on: date) -> date:
    """The last school census day on or before a day.

    The first Thursday of October, the third of January and of May.
    """
    days = [
        _thursday(year, month, nth)
        for year in (on.year - 1, on.year)
        for month, nth in (AUTUMN, SPRING, SUMMER)
    ]
    return max(day for day in days if day <= on)


def _thursday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(THURSDAY - first.weekday()) % 7 + 7 * (nth - 1))


CHUNK_LASTS = timedelta(seconds=1)
"""What a transaction of applying should last: half of what it may (design §9)."""


FEWEST_ROWS = 100
"""What takes its time whatever the number of rows does not make chunks smaller and smaller."""


def next_chunk(size: int, *, took: timedelta, most: int) -> int:
    """How many rows to take next, after ``size`` took so long; no more than twice as many, and
    never fewer than ``FEWEST_ROWS`` because of the time."""
    share = CHUNK_LASTS / took if took else 2.0
    return max(1, min(size, FEWEST_ROWS, most), min(most, int(size * min(share, 2.0))))
