"""What a file told and that proved wrong: noted, and told to its sender (LA-10)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from caseload.errors import CannotRecord
from caseload.models import Fact, FoundWrong, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority


def came_by_file(fact: Fact) -> bool:
    """Whether a fact came by a row of a file, whose sender can be told."""
    return bool(fact.recorded.file_ref)


@transaction.atomic
def note_wrong(*, fact: Fact, what: str, words: str, by: User, at: datetime) -> FoundWrong:
    """Note that a fact which came by a file is wrong. Raises ``CannotRecord`` for any other."""
    if not came_by_file(fact):
        raise CannotRecord("This did not come by a file, so there is no sender to tell")
    made = FoundWrong.objects.create(
        person=fact.person,
        came_by=fact.recorded,
        source_row=fact.source_row,
        what=what,
        words=words,
        found_by=by,
        found_at=at,
    )
    trail.record(
        "found wrong in a file",
        by=by,
        at=at,
        authority=fact.person.lead_authority,
        subject=fact.person,
        found=made.pk,
        file=fact.recorded.file_ref,
    )
    return made


@transaction.atomic
def told_sender(
    *, found: Collection[FoundWrong], how: str, by: User, at: datetime, authority: Authority
) -> int:
    """Record that the sender was told of these, and how. Gives how many were not told before."""
    new = FoundWrong.objects.select_for_update().filter(
        pk__in=[one.pk for one in found], told_at=None
    )
    people = list(new.order_by("pk").values_list("person_id", flat=True))
    if not people:
        raise CannotRecord("The sender has been told of all of these")
    FoundWrong.objects.filter(pk__in=[one.pk for one in found], told_at=None).update(
        told_by=by, told_at=at, told_how=how
    )
    trail.record_many(
        "sender told what is wrong",
        people,
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=authority,
    )
    return len(people)
