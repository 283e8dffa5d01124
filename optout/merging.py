"""What merging two records does with what was said and asked (PIA-14): no is never lost by it."""

from django.utils import timezone

from caseload.merging.registry import (
    Handler,
    Notice,
    Pair,
    Way,
    give_notice,
    register,
    repointed,
)
from caseload.models import YoungPerson
from optout.models import Statement
from optout.queries import standing


def words_that_differ(pair: Pair) -> list[Notice]:
    """A no on one record and a later yes on the other: nobody may settle that by merging.

    The yes would take back the no, as it does when both stand on one record. The young person is
    asked, and their word recorded on both records, before the merge.
    """
    people = YoungPerson.objects.filter(pk__in=[pair.stays_id, pair.goes_id])
    stands = {person.pk: standing(person, on=timezone.localdate()) for person in people}
    says_no = {pk for pk, found in stands.items() if found.all or found.some}
    lifted = set(
        Statement.objects.believed()
        .filter(person__in=stands, lifts=True)
        .values_list("person_id", flat=True)
    )
    if not any(lifted - {one} for one in says_no):
        return []
    return [
        Notice(
            "One record says no to sharing, and the other a yes that took back a no. Ask the young "
            "person, and record what they say on both, before you merge",
            stops=True,
        )
    ]


register(
    repointed("optout.statement", "what was said about sharing was said by this person"),
    repointed("optout.request", "what was asked was asked by this person"),
    repointed("optout.personalcode", "a letter that was sent still leads to their record"),
    Handler("optout.message", Way.KEPT, "a message goes with its request"),
    Handler("optout.correction", Way.KEPT, "a correction goes with its request"),
)
give_notice("sharing choices", words_that_differ)
