"""A person is in the files that have a row about them: looks at those are looks at them too."""

from collections.abc import Iterable

from caseload.intake.models import InboundFile, InboundRow
from caseload.queries.looks import Collection, Kind, register
from ccis.access.references import show_reference


def _refs(ids: Iterable[int]) -> dict[int, str]:
    found = InboundFile.objects.filter(pk__in=list(ids)).values_list("pk", "ref")
    return {number: show_reference(ref) for number, ref in found}


def count_looks_at_files() -> None:
    """Have lines about files shown to whoever asks who looked at a person in them."""
    register(
        Collection(
            subject_kind=InboundFile._meta.label_lower,
            verbs={"rows seen": Kind.FILE, "file downloaded": Kind.DOWNLOAD},
            ids_with=lambda person: InboundRow.objects.filter(person=person).values("file_id"),
            refs=_refs,
            name="file",
        )
    )
