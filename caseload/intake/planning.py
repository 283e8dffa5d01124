"""What accepting a row would write: worked out from what the row says and what we hold.

Nothing here asks the database. A plan is a list of *instructions*, plain data that is kept with
the row, shown to people as "what would change", and carried out as sets by
``actions.applying``. An instruction is a dictionary:

- ``fact``: the table, as ``activity`` or ``address``;
- ``does``: begins, changes, ends, corrects, gives way, confirms: for words and counts;
- ``supersedes``: the id of the version that is believed no longer, if any;
- ``keep``: whether the new version repeats what the superseded one says, but for ``values``;
- ``from`` and ``until``: first and last day, ``until`` left out while it goes on;
- ``values``: columns of the new version; without it and without ``keep`` none is made;
- ``verified_on``: for an activity, that it was confirmed on a day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as altered
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias

from ccis.calendar.academic import academic_year_end, year_group
from ccis.calendar.words import date_in_words

Instruction: TypeAlias = dict[str, Any]

DAY = timedelta(days=1)

NOT_KNOWN = "not-known"
COMPULSORY = "compulsory"
EDUCATION = "education"


class CannotPlan(Exception):
    """What a row says does not fit what we hold, and a person must decide. In words."""


class Version(NamedTuple):
    """A believed version of a fact. ``stop`` is the first day on which it is no longer true."""

    pk: int
    start: date
    stop: date | None
    values: dict[str, Any]

    def holds_on(self, day: date) -> bool:
        """Whether it was true on a day."""
        return self.start <= day and (self.stop is None or day < self.stop)

    @property
    def until(self) -> date | None:
        """The last day on which it was true."""
        return self.stop - DAY if self.stop is not None else None


# -- instructions --------------------------------------------------------------------------------


def begin(
    fact: str, values: dict[str, Any], start: date, until: date | None = None, **more: Any
) -> Instruction:
    """Something true from a day on."""
    return _written({"fact": fact, "does": "begins", "values": values, **more}, start, until)


def replace(
    fact: str,
    version: Version,
    *,
    does: str,
    start: date,
    until: date | None,
    values: dict[str, Any] | None = None,
    keep: bool = True,
    **more: Any,
) -> Instruction:
    """A version restated: other days, or some other values."""
    return _written(
        {
            "fact": fact,
            "does": does,
            "supersedes": version.pk,
            "keep": keep,
            "values": values or {},
            **more,
        },
        start,
        until,
    )


def give_way(fact: str, version: Version) -> Instruction:
    """A version that is believed no longer, with nothing in its place."""
    return {"fact": fact, "does": "gives way", "supersedes": version.pk}


def end(fact: str, version: Version, *, until: date, **values: Any) -> Instruction:
    """A version that stops being true after a day."""
    return replace(fact, version, does="ends", start=version.start, until=until, values=values)


def _written(instruction: Instruction, start: date, until: date | None) -> Instruction:
    instruction["from"] = start.isoformat()
    if until is not None:
        instruction["until"] = until.isoformat()
    return instruction


def changes_something(instructions: Iterable[Instruction]) -> bool:
    """Whether anything but a confirmation would be written."""
    return any(instruction["does"] != "confirms" for instruction in instructions)


# -- one fact of a kind at a time ----------------------------------------------------------------

Same: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], bool]


def say_from(
    fact: str,
    held: Sequence[Version],
    *,
    on: date,
    values: dict[str, Any],
    is_same: Same,
    keep: bool = False,
) -> list[Instruction]:
    """Say that something is so from a day on, where one version is true at a time.

    ``held`` are the believed versions of this kind, oldest first. What is held from a later
    day is newer than what is said, and stays. With ``keep`` the values that are not said are
    taken over from the version before.
    """
    present = next((version for version in held if version.holds_on(on)), None)
    if present is None:
        later = next((version for version in held if version.start > on), None)
        return [begin(fact, values, on, later.start - DAY if later else None)]
    if is_same(present.values, values):
        return []
    if any(version.start > on for version in held):
        return []
    if present.start == on:
        return [
            replace(
                fact,
                present,
                does="changes",
                start=on,
                until=present.until,
                values=values,
                keep=keep,
            )
        ]
    carried = {**present.values, **values} if keep else values
    return [
        end(fact, present, until=on - DAY),
        {**begin(fact, carried, on, present.until), "does": "changes", "was": present.pk},
    ]


# -- what someone is doing -----------------------------------------------------------------------


class HeldActivity(NamedTuple):
    """A believed version of an activity, with what planning asks about it."""

    pk: int
    start: date
    stop: date | None
    spell: int
    code: str
    group: str
    label: str
    provider: int | None
    course: str
    level: str
    predicted_end: date | None
    verified_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it went on on a day."""
        return self.start <= day and (self.stop is None or day < self.stop)

    @property
    def until(self) -> date | None:
        """Its last day."""
        return self.stop - DAY if self.stop is not None else None

    @property
    def as_version(self) -> Version:
        """The same, as the helpers above want it."""
        return Version(self.pk, self.start, self.stop, {})


@dataclass(frozen=True, slots=True)
class SaidActivity:
    """What a row says that someone does or did.

    Without ``start`` only an end is told. ``after`` is the code of what they did next, when
    the row says it. ``seen_on`` is the day on which the sender vouches for it.
    """

    code: str
    group: str
    provider: int | None
    start: date | None
    until: date | None
    seen_on: date
    birth: date | None = None
    course: str = ""
    level: str = ""
    predicted_end: date | None = None
    leaving_reason: str = ""
    after: str = ""
    after_group: str = NOT_KNOWN
    establishment: str = ""


def plan_activity(held: Sequence[HeldActivity], said: SaidActivity) -> list[Instruction]:
    """Work out what a told activity changes. ``held`` is believed, oldest first.

    Seen again and the same is a confirmation. A new one ends the one that goes on; an end
    opens "not known" from the next day unless the row says what came next. Raises
    ``CannotPlan`` where it would undo something else that we hold to be known.
    """
    same = _same_spell(held, said)
    if same is not None:
        return _told_again(held, same, said)
    if said.start is None:
        raise CannotPlan("We hold nothing here that this could be the end of")
    return _told_anew(held, said, said.start)


def _same_spell(held: Sequence[HeldActivity], said: SaidActivity) -> HeldActivity | None:
    """The spell that the row is about: same place, same code, days that overlap."""
    for activity in reversed(held):
        if activity.provider != said.provider or (
            said.start is not None and activity.code != said.code
        ):
            continue
        if said.start is None:
            if said.until and activity.start <= said.until:
                return activity
            continue
        over = activity.stop is not None and activity.stop <= said.start
        ahead = said.until is not None and activity.start > said.until
        if not over and not ahead:
            return activity
    return None


def _told_again(
    held: Sequence[HeldActivity], same: HeldActivity, said: SaidActivity
) -> list[Instruction]:
    values = _corrections(same, said)
    if said.until is None:
        if same.stop is not None and same.stop <= said.seen_on:
            raise CannotPlan(
                f"We hold that this ended on {date_in_words(same.stop - DAY)}, "
                "and this row does not say that it ended"
            )
        return _goes_on(same, said, values)
    if said.until < same.start:
        raise CannotPlan(f"It would end before it began, on {date_in_words(same.start)}")
    if said.leaving_reason and same.stop is None:
        values["leaving_reason"] = said.leaving_reason
    if same.stop is None:
        return [
            end("activity", same.as_version, until=said.until, **values),
            _afterwards(said, said.until + DAY, None),
        ]
    return _other_end(held, same, said, said.until, values)


def _goes_on(same: HeldActivity, said: SaidActivity, values: dict[str, Any]) -> list[Instruction]:
    confirmed = _confirmation(same, said)
    if not values:
        return confirmed
    corrected = replace(
        "activity",
        same.as_version,
        does="corrects",
        start=same.start,
        until=same.until,
        values=values,
    )
    return [corrected, *confirmed]


def _confirmation(same: HeldActivity, said: SaidActivity) -> list[Instruction]:
    if said.seen_on < same.start or (same.verified_on and same.verified_on >= said.seen_on):
        return []
    return [
        {
            "fact": "verification",
            "does": "confirms",
            "values": {"spell": same.spell, "verified_on": said.seen_on.isoformat()},
        }
    ]


def _corrections(same: HeldActivity, said: SaidActivity) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if said.course and said.course != same.course:
        values["course"] = said.course
    if said.level and said.level != same.level:
        values["course_level"] = said.level
    if said.predicted_end and said.predicted_end != same.predicted_end:
        values["predicted_end_on"] = said.predicted_end.isoformat()
    return values


def _other_end(
    held: Sequence[HeldActivity],
    same: HeldActivity,
    said: SaidActivity,
    until: date,
    values: dict[str, Any],
) -> list[Instruction]:
    """It is held to have ended: on the same day, or else the end moves."""
    stop = until + DAY
    if same.stop == stop:
        if not values:
            return []
        return [
            replace(
                "activity",
                same.as_version,
                does="corrects",
                start=same.start,
                until=until,
                values=values,
            )
        ]
    moved = replace(
        "activity", same.as_version, does="ends", start=same.start, until=until, values=values
    )
    following = next((other for other in held if other.start >= (same.stop or stop)), None)
    if following is None:
        return [moved, _afterwards(said, stop, None)]
    if following.start == same.stop and following.group == NOT_KNOWN:
        if following.stop is not None and following.stop <= stop:
            raise CannotPlan(_already(following))
        return [
            moved,
            replace(
                "activity",
                following.as_version,
                does="changes",
                start=stop,
                until=following.until,
            ),
        ]
    if following.start < stop:
        raise CannotPlan(_already(following))
    if following.start == stop:
        return [moved]
    return [moved, _afterwards(said, stop, following.start - DAY)]


def _told_anew(held: Sequence[HeldActivity], said: SaidActivity, start: date) -> list[Instruction]:
    """A spell that we do not hold yet. What begins after the sender saw it is newer, and stays."""
    stop = said.until + DAY if said.until else None
    newer = next((o for o in held if o.start > said.seen_on and o.start > start), None)
    if stop is None and newer is not None:
        held = [other for other in held if other.start < newer.start]
    instructions: list[Instruction] = []
    for other in held:
        if other.start < start:
            instructions += _end_before(other, start, said)
        elif stop is None or other.start < stop:
            instructions += _within(other, stop)
    if stop is not None:
        return [*instructions, _new(said, start), *_gap_after(held, said, stop)]
    if newer is not None:
        said = altered(said, until=newer.start - DAY)
    return [*instructions, _new(said, start)]


def _end_before(other: HeldActivity, start: date, said: SaidActivity) -> list[Instruction]:
    """What went on when the new one began."""
    if not other.holds_on(start):
        return []
    if said.until is not None and other.group not in (NOT_KNOWN, COMPULSORY):
        goes_on = other.stop is None or other.stop > said.until + DAY
        if goes_on and not other.group.startswith("neet"):
            raise CannotPlan(_already(other))
    return [end("activity", other.as_version, until=start - DAY)]


def _within(other: HeldActivity, stop: date | None) -> list[Instruction]:
    """What began on the same day or later: only "not known" gives way to knowledge."""
    if other.group != NOT_KNOWN:
        raise CannotPlan(_already(other))
    if stop is not None and (other.stop is None or other.stop > stop):
        return [
            replace("activity", other.as_version, does="changes", start=stop, until=other.until)
        ]
    return [give_way("activity", other.as_version)]


def _gap_after(held: Sequence[HeldActivity], said: SaidActivity, stop: date) -> list[Instruction]:
    """What comes after an end, where nothing is held from then on."""
    start = said.start or stop
    moved = [o for o in held if start <= o.start < stop and (o.stop is None or o.stop > stop)]
    if moved:
        return []
    following = next((other for other in held if other.start >= stop), None)
    if following is None:
        return [_afterwards(said, stop, None)]
    if following.start == stop:
        return []
    return [_afterwards(said, stop, following.start - DAY)]


def _new(said: SaidActivity, start: date) -> Instruction:
    values: dict[str, Any] = {
        "code_id": said.code,
        "provider_id": said.provider,
        "establishment_name": said.establishment,
        "course": said.course,
        "course_level": said.level,
        "ascertained_on": max(said.seen_on, start).isoformat(),
        "leaving_reason": said.leaving_reason,
    }
    predicted = said.predicted_end or usual_end(said.group, start, said.seen_on)
    if predicted is not None and (said.until is None or predicted >= said.until):
        values["predicted_end_on"] = predicted.isoformat()
    made = begin("activity", {k: v for k, v in values.items() if v}, start, said.until)
    if start <= said.seen_on and (said.until is None or said.until >= said.seen_on):
        made["verified_on"] = said.seen_on.isoformat()
    return made


def usual_end(group: str, start: date, seen_on: date) -> date | None:
    """The end to expect of education when none is told: of its academic year (docs/nccis.md §4)."""
    if group not in (COMPULSORY, EDUCATION):
        return None
    return academic_year_end(max(start, seen_on))


def _afterwards(said: SaidActivity, start: date, until: date | None) -> Instruction:
    """What they did next, when it is told; "not known" otherwise."""
    code = said.after or not_known_code(said.birth, start)
    values: dict[str, Any] = {
        "code_id": code,
        "ascertained_on": max(said.seen_on, start).isoformat(),
    }
    group = said.after_group if said.after else COMPULSORY if code == "150" else NOT_KNOWN
    predicted = usual_end(group, start, start)
    if predicted is not None:
        values["predicted_end_on"] = predicted.isoformat()
    return begin("activity", values, start, until)


def not_known_code(birth: date | None, on: date) -> str:
    """Not known, as the return has it: 150 up to Year 11, 810 after (docs/nccis.md §5.1)."""
    return "150" if birth is not None and year_group(birth, on) <= 11 else "810"


def _already(other: HeldActivity) -> str:
    return f"They were already “{other.label}” from {date_in_words(other.start)}"
