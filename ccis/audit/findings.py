"""What a check of the trail found and counted, in words. No word of it is personal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

MOST_IDS = 20
"""So many ids are named in a finding; the rest are counted."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed. No words of it are personal."""

    kind: str
    words: str
    seal: int | None = None
    rows: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For a program that reads."""
        return {"finding": self.kind, "seal": self.seal, "rows": self.rows, "words": self.words}


@dataclass
class Outcome:
    """What was checked and counted. ``facts`` are worth knowing and no fault."""

    seals: int = 0
    rows: int = 0
    first_seal: int | None = None
    last_seal: int | None = None
    last_sealed_at: datetime | None = None
    erased: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    unpublished: int = 0
    faults: int = 0
    facts: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For a program that reads; times in ISO form."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in vars(self).items()
        }

    def sentences(self, *, now: datetime) -> Iterator[str]:
        """What was checked, and what is worth knowing, in words."""
        if self.last_seal is None:
            yield "There is no seal in the database."
        elif self.first_seal is None:
            yield "No seal was made since then."
        else:
            yield (
                f"Checked {counted(self.rows, 'line')} in {counted(self.seals, 'seal')}, "
                f"{self.first_seal:,} to {self.last_seal:,}."
            )
        if self.erased:
            yield f"Details erased: {self.erased:,}. Their lines are as they were sealed."
        if self.unsealed and self.oldest_unsealed:
            age = max(timedelta(), now - self.oldest_unsealed)
            yield (
                f"Not sealed yet: {counted(self.unsealed, 'line')}, "
                f"the oldest {age.total_seconds() / 60:,.0f} minutes old."
            )
        if self.unpublished:
            yield f"Not in the published copy: {counted(self.unpublished, 'seal')}."
        yield from self.facts
        yield f"Faults: {self.faults:,}." if self.faults else "No fault was found."


def out_of_time(seal: int, ids: Sequence[int]) -> Finding:
    """Lines of a seal that say they were written at another time than it."""
    words = "whose time does not fit, as if put in afterwards with another time"
    return about("out-of-time", seal, ids, words)


def about(kind: str, seal: int | None, ids: Sequence[int], words: str) -> Finding:
    """A finding about lines: how many, what of them, and the ids of the first."""
    named = ", ".join(str(one) for one in ids[:MOST_IDS])
    more = f" and {len(ids) - MOST_IDS} more" if len(ids) > MOST_IDS else ""
    of = f"Seal {seal}: " if seal else ""
    return Finding(
        kind,
        f"{of}{counted(len(ids), 'line')} {words}: {named}{more}.",
        seal,
        tuple(ids[:MOST_IDS]),
    )


def counted(number: int, thing: str) -> str:
    """ "1 line", "2,000 lines"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
