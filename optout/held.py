"""What the record holds of what a correction is about: the fact, and what was said of it before."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, Q

from caseload.forms.parts import ACTIVITIES, PARTS, Part
from caseload.models import Address, ContactPoint, Fact, Name, YoungPerson
from caseload.queries.lineage import Lineage, lineage
from optout import proposals
from optout.models import Correction, Request

OF_SLUG: dict[str, Part] = {part.slug: part for part in (*PARTS, ACTIVITIES)}
"""Every part that a correction may be about."""


@dataclass
class Held:
    """What a correction is about, as the record has it now."""

    part: Part | None
    fact: Any = None
    """The fact that it would alter; ``None`` where it adds one."""
    same: list[Fact] = field(default_factory=list)
    """Versions that said what the fact says, itself among them: what is wrong, if it is."""
    seen: int = 0
    """Number of the last change to this part: written meanwhile, it is higher."""


def held_by(correction: Correction, on: date) -> Held:
    """What a correction is about, followed to what is believed now.

    Once decided, it is what was believed when it was decided.
    """
    part = OF_SLUG.get(correction.part)
    person = correction.request.person
    if part is None or person is None:
        return Held(None)
    found = lineage(person, part.model)
    fact = _followed(correction, found, on)
    return Held(part, fact, versions_alike(found, fact), last_change(person, part.model))


def _followed(correction: Correction, found: Lineage, on: date) -> Any:
    if correction.version is None:
        return None
    at = next((one for one in found.versions if one.pk == correction.version), None)
    if correction.state != Correction.State.OPEN:
        return at
    if at is None:  # of a record that was merged into this one
        return meant(correction.request, found, on)
    return found.believed(found.place_of(at))


def versions_alike(found: Lineage, fact: Fact | None) -> list[Fact]:
    """Versions of a fact that say the same but for when: what anyone was sent of it."""
    if fact is None:
        return []
    said = fact.content()
    return [one for one in found.versions if one.content() == said]


def last_change(person: YoungPerson, model: type[Fact]) -> int:
    """Number of the last change to one part of a record; 0 where it has none."""
    every = getattr(model, "every", model._default_manager)
    last = every.filter(person=person).aggregate(r=Max("recorded_id"), s=Max("superseded_id"))
    return max(last["r"] or 0, last["s"] or 0)


def changed_since(
    person: YoungPerson, model: type[Fact], moment: int, *, but: frozenset[int]
) -> bool:
    """Whether a part was written after a change number, by any other change than ``but``."""
    every = getattr(model, "every", model._default_manager)
    later = Q(recorded__gt=moment) & ~Q(recorded__in=but)
    taken = Q(superseded__gt=moment) & ~Q(superseded__in=but)
    return bool(every.filter(person=person).filter(later | taken).exists())


def meant(request: Request, found: Lineage, on: date) -> Any:
    """The fact that a request is most likely about, of those believed; ``None`` for a new one."""
    facts = [one for one in found.current if one.ends_on is None or one.ends_on >= on]
    words = str(request.said.get("words", ""))
    kind = proposals.read(proposals.CONTACTS, words).get("kind")
    for fact in facts:
        if isinstance(fact, ContactPoint) and (
            fact.whose != ContactPoint.Whose.OWN or fact.kind != kind or request.kind == "reach"
        ):
            continue
        if isinstance(fact, Name) and fact.kind != Name.Kind.LEGAL:
            continue
        if isinstance(fact, Address) and fact.kind != Address.Kind.HOME:
            continue
        return fact
    return None
