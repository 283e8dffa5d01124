"""Rows that hold a sealed identity: only those who are named see them (LAW-10)."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from caseload.intake.models import InboundFile, InboundRow
from caseload.models import IDENTITY, SealedIdentity
from caseload.queries.sealed import says_any, sealed_words

WHO = frozenset(model._meta.model_name for model in IDENTITY)
"""Kinds of facts, as a proposal names them, that say who someone is."""


def close_rows(people: Collection[int]) -> None:
    """Close the rows of all files that hold what is sealed of these people, and open the rest."""
    meant = Q(person__in=people) | Q(sealed_for__in=people)
    for pk in people:
        meant |= Q(candidates__contains=[{"person": pk}])
    _close(InboundRow.objects.filter(meant))


def close_staged(file: InboundFile, numbers: Collection[int]) -> None:
    """Close those of the rows just looked at that hold a sealed identity."""
    if not SealedIdentity.objects.standing().exists():
        return
    rows = InboundRow.objects.filter(file=file, number__in=numbers)
    meant = rows.exclude(person=None, candidates=[])
    asked = set(rows.filter(person__isnull=False).values_list("person", flat=True))
    for candidates in meant.filter(person=None).values_list("candidates", flat=True):
        asked |= {one["person"] for one in candidates}
    words = sealed_words(asked)
    if not words:
        return
    either = Q(person__in=words)
    for pk in words:
        either |= Q(candidates__contains=[{"person": pk}])
    _close(rows.filter(either))


def _close(rows: Iterable[InboundRow]) -> None:
    found = list(rows)
    people = {pk for row in found for pk in _meant(row)}
    words = sealed_words(people)
    for row in found:
        holds = next(
            (pk for pk in _meant(row) if pk in words and _says(row, words[pk])),
            None,
        )
        if holds is None and row.sealed_for_id is None:
            continue
        row.sealed_for_id = holds
        if holds is not None:
            row.proposal = without_identity(row.proposal)
            row.likely.all().delete()
        row.save(update_fields=["sealed_for", "proposal"])


def without_identity(proposal: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a row would change, less who someone is: what was sealed is not brought back."""
    return [one for one in proposal if one.get("fact") not in WHO]


def _meant(row: InboundRow) -> list[int]:
    found = [row.person_id] if row.person_id else [one["person"] for one in row.candidates]
    return [*found, row.sealed_for_id] if row.sealed_for_id else found


def _says(row: InboundRow, words: frozenset[str]) -> bool:
    return says_any(words, [*row.sent, *row.read.values()])
