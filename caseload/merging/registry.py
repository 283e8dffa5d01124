"""What a merge does with each table that points to a person: said by the app that it belongs to.

A test walks the model graph and fails for a table of which nobody has said it, so that a new one
cannot be forgotten. An app calls ``register`` from its ``ready``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Kept = dict[str, Any]
"""What a handler has to know to undo what it did: ids and numbers, as JSON."""


class Way(StrEnum):
    """What becomes of the rows of a table."""

    RESTATED = "restated"
    """Facts: said again of the record that stays, in a change; superseded and restated to undo."""
    REPOINTED = "repointed"
    """Rows: put to the record that stays, and back to undo."""
    KEPT = "kept"
    """Left as they are: they tell what was at the time."""
    OWN = "own"
    """The merge's own business, done by the action itself."""


@dataclass(frozen=True)
class Pair:
    """The two records of a merge, by their ids."""

    stays_id: int
    goes_id: int


@dataclass(frozen=True)
class Handler:
    """What a merge does with one table: ``model`` is its label, as in ``intake.inboundrow``.

    ``merge`` is called inside the merge's transaction with both rows locked and gives what
    ``undo`` will want to know. ``because`` says in words why it is right.
    """

    model: str
    way: Way
    because: str
    merge: Callable[[Pair], Kept] | None = None
    undo: Callable[[Pair, Kept], None] | None = None


@dataclass(frozen=True)
class Notice:
    """Something that whoever merges should know first; one that ``stops`` must be settled."""

    text: str
    stops: bool = False


Asks = Callable[[Pair], list[Notice]]


@dataclass
class _Registry:
    handlers: dict[str, Handler] = field(default_factory=dict)
    notices: dict[str, Asks] = field(default_factory=dict)


_registry = _Registry()


def register(*handlers: Handler) -> None:
    """Say what a merge does with some tables. Raises ``ValueError`` where it was said before."""
    for handler in handlers:
        before = _registry.handlers.get(handler.model)
        if before is not None and before.because != handler.because:
            raise ValueError(f"what a merge does with {handler.model} is said twice")
        _registry.handlers[handler.model] = handler


def handlers() -> list[Handler]:
    """All that was registered, by the label of the table."""
    return [_registry.handlers[label] for label in sorted(_registry.handlers)]


def give_notice(name: str, asks: Asks) -> None:
    """Have a merge ask an app what should be known first: what is shared, an unfinished return."""
    _registry.notices[name] = asks


def notices(pair: Pair) -> list[Notice]:
    """What should be known before two records are merged; what stops it first."""
    told = [
        notice for name in sorted(_registry.notices) for notice in _registry.notices[name](pair)
    ]
    return sorted(told, key=lambda notice: not notice.stops)


def repointed(model: str, because: str, *, column: str = "person_id") -> Handler:
    """A handler for rows that are put to the record that stays."""

    def merge(pair: Pair) -> Kept:
        rows = _rows(model).filter(**{column: pair.goes_id})
        ids = sorted(rows.values_list("pk", flat=True))
        rows.filter(pk__in=ids).update(**{column: pair.stays_id})
        return {"ids": ids}

    def undo(pair: Pair, kept: Kept) -> None:
        moved = _rows(model).filter(pk__in=kept["ids"], **{column: pair.stays_id})
        moved.update(**{column: pair.goes_id})

    return Handler(model, Way.REPOINTED, because, merge, undo)


def _rows(model: str) -> Any:
    from django.apps import apps

    return apps.get_model(model)._default_manager.all()
