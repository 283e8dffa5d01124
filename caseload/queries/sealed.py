"""What was sealed of who someone was, for those who are named, and to know it again (LAW-10)."""

import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from caseload.models import IDENTITY, Identifier, Name, Particulars, SealedIdentity, YoungPerson
from ccis.accounts.models import User


def sealed_facts(person: YoungPerson, user: User) -> list[Any]:
    """Sealed versions of someone, and of records merged into theirs, that a user was named to
    see; the newest first, what says the same once."""
    named = YoungPerson.objects.named_for(user).filter(_one_record([person.pk]))
    ids = list(named.values_list("pk", flat=True))
    found: dict[tuple[Any, ...], Any] = {}
    for model in IDENTITY if ids else ():
        related = {Identifier: ("kind",), Particulars: ("gender", "ethnicity")}.get(model, ())
        versions = model.every.filter(person__in=ids, sealed__isnull=False)
        for version in versions.select_related(*related, "sealed__by").order_by("-pk"):
            found.setdefault(said_by(version), version)
    return list(found.values())


def reasons(facts: Iterable[Any]) -> dict[int, str]:
    """Why each was sealed, in words, by the id of the change that sealed it."""
    seals = SealedIdentity.objects.filter(change__in={fact.sealed_id for fact in facts})
    return {seal.change_id: seal.get_why_display() for seal in seals}


def said_by(fact: Any) -> tuple[Any, ...]:
    """What a version says of who someone is: two that say the same are sealed together."""
    if isinstance(fact, Name):
        return (Name, fold(fact.given), fold(fact.family))
    if isinstance(fact, Identifier):
        return (Identifier, fact.kind_id, fact.value)
    return (Particulars, fact.date_of_birth, fact.gender_id, fact.ethnicity_id)


def said_when_sealed(people: Collection[int]) -> set[tuple[Any, ...]]:
    """What was sealed of some people, as ``said_by`` has it."""
    found = [model.every.filter(person__in=people, sealed__isnull=False) for model in IDENTITY]
    return {said_by(fact) for facts in found for fact in facts}


def sealed_words(people: Collection[int]) -> dict[int, frozenset[str]]:
    """By person, the folded words that only what was sealed of them says; nobody else is there.

    A record that was merged and the one that stays are asked about together.
    """
    if not people or not SealedIdentity.objects.standing().exists():
        return {}
    stays = dict(
        YoungPerson.objects.filter(_one_record(people)).values_list("pk", "merged_into_id")
    )
    said: dict[int, set[str]] = {}
    for model in IDENTITY:
        for fact in model.every.filter(person__in=stays, sealed__isnull=False):
            said.setdefault(stays[fact.person_id] or fact.person_id, set()).update(words_of(fact))
    if not said:
        return {}
    for model in IDENTITY:
        for fact in model.objects.believed().filter(person__in=stays):
            said.get(stays[fact.person_id] or fact.person_id, set()).difference_update(
                words_of(fact)
            )
    return {pk: frozenset(said[stays[pk] or pk]) for pk in stays if said.get(stays[pk] or pk)}


def _one_record(people: Collection[int]) -> Q:
    """Records, those merged into them, and the ones that they were merged into."""
    merged = YoungPerson.objects.filter(pk__in=people, merged_into__isnull=False)
    stays = {*people, *merged.values_list("merged_into_id", flat=True)}
    return Q(pk__in=stays) | Q(merged_into__in=stays)


def words_of(fact: Any) -> set[str]:
    """The folded words by which a version is known again in what others send."""
    if isinstance(fact, Name):
        whole = (fact.given, fact.middle, fact.family)
        said = [*whole, *" ".join(whole).split(), fact.full, f"{fact.family}{fact.given}"]
    elif isinstance(fact, Identifier):
        said = [fact.value]
    else:
        born = fact.date_of_birth
        said = [born.isoformat(), f"{born:%d%m%Y}"] if born else []
    return {folded for word in said if (folded := fold(word))}


def says_any(words: frozenset[str], values: Iterable[Any]) -> bool:
    """Whether any of some values, whole or by a word of it, is one of these words."""
    if not words:
        return False
    for value in values:
        text = str(value) if value is not None else ""
        if fold(text) in words or any(fold(word) in words for word in text.split()):
            return True
    return False


def fold(text: str) -> str:
    """Lower case, no accents, letters and digits only."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())
