"""A person is in the final returns that named them, and in the comparisons in which they differ.

Looks at those are looks at them too.
"""

from collections.abc import Iterable

from caseload.queries.looks import Collection, Kind, register
from ccis.access.references import show_reference
from returns.models import Build, Difference, Reconciliation, SentStatus


def _refs(ids: Iterable[int]) -> dict[int, str]:
    found = Build.objects.filter(pk__in=list(ids)).values_list("pk", "ref")
    return {number: show_reference(ref) for number, ref in found}


def _moves(ids: Iterable[int]) -> dict[int, str]:
    found = Reconciliation.objects.filter(pk__in=list(ids)).values_list("pk", "ref")
    return {number: show_reference(ref) for number, ref in found}


def count_looks_at_returns() -> None:
    """Have lines about returns shown to whoever asks who looked at a person in them."""
    register(
        Collection(
            subject_kind=Build._meta.label_lower,
            verbs={"people of a return seen": Kind.LIST, "return downloaded": Kind.DOWNLOAD},
            ids_with=lambda person: SentStatus.objects.filter(person=person).values("build_id"),
            refs=_refs,
            name="return",
        )
    )
    register(
        Collection(
            subject_kind=Reconciliation._meta.label_lower,
            verbs={"move differences downloaded": Kind.DOWNLOAD},
            ids_with=lambda person: Difference.objects.filter(person=person).values(
                "reconciliation_id"
            ),
            refs=_moves,
            name="comparison",
        )
    )
