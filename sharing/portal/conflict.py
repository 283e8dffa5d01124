"""Two people answered about one person: field by field, which to keep (pages §3.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from ccis.calendar.words import date_in_words
from ccis.govuk.words import date_and_time
from sharing.outcomes.rules import CONFIRMED, DOING, Said
from sharing.template import OUTCOMES

KEEP = "keep-"
HELD, TYPED = "held", "typed"
LABELS = {
    "outcome": "What happened",
    "doing": "What they are doing",
    "where": "Where",
    "since": "Since",
    "notes": "Anything else",
}
OF_CONFIRMED = ("doing", "where", "since")


class Held(Protocol):
    """An answer that a colleague gave, however it was read."""

    @property
    def number(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def doing(self) -> str: ...
    @property
    def notes(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_name(self) -> str: ...


@dataclass(frozen=True)
class Two:
    """What is held now, and what was typed."""

    held: Held
    typed: Said

    def rows(self) -> list[dict[str, Any]]:
        """A row for each field whose answers differ."""
        return [
            {
                "name": f"{KEEP}{name}",
                "field": label,
                "held": _shown(name, getattr(self.held, name)),
                "typed": _shown(name, getattr(self.typed, name)),
                "chosen": TYPED,
            }
            for name, label in LABELS.items()
            if getattr(self.held, name) != getattr(self.typed, name)
        ]

    def settled(self, chosen: Mapping[str, Any]) -> Said:
        """The answer with each field as chosen; what was typed where nobody chose.

        What belongs to an outcome that was not kept goes with it.
        """
        kept = {
            name: getattr(self.held, name) for name in LABELS if chosen.get(f"{KEEP}{name}") == HELD
        }
        said = replace(self.typed, **kept)
        if said.outcome == CONFIRMED:
            empty = {
                name: getattr(self.held, name) for name in OF_CONFIRMED if not getattr(said, name)
            }
            return replace(said, **empty)
        return replace(said, doing="", where="", since=None)

    def says_the_same(self, said: Said) -> bool:
        """Whether an answer adds nothing to what is held."""
        return all(getattr(self.held, name) == getattr(said, name) for name in LABELS)

    @property
    def message(self) -> str:
        """Who answered meanwhile, and when."""
        at = date_and_time(self.held.at)
        return f"{self.held.by_name} answered this on {at}. Choose which to keep, field by field"


def _shown(name: str, value: str | date | None) -> str:
    if isinstance(value, date):
        return date_in_words(value)
    words = {"outcome": OUTCOMES, "doing": DOING}.get(name, {})
    return words.get(value or "", value or "")
