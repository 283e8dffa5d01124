"""Which records may be one person's: looked for each night, and named by people (PIA-14)."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from caseload.errors import CannotRecord
from caseload.matching import answers
from caseload.matching.models import MatchModel
from caseload.matching.rules import Band
from caseload.matching.scoring import DUPLICATES, Likely, model_for, score_people
from caseload.merging.models import Two
from caseload.models import YoungPerson
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.models import TrailEntry
from ccis.authorities.models import Authority

LOOKED = "duplicates looked for"
RECENTLY = timedelta(days=28)

LOOKING = 71_014
"""First key of the advisory lock of whoever looks for an authority; then the authority."""

FOUND = """
DROP TABLE IF EXISTS pg_temp.pairs_found;
CREATE TEMPORARY TABLE pairs_found (
    ref text, first_id bigint, second_id bigint, weight float, probability float, steps jsonb,
    band text
) ON COMMIT DROP
"""

GONE = """
DELETE FROM merging_two t
WHERE t.authority_id = %(authority)s AND t.named_by_id IS NULL
  AND NOT EXISTS (SELECT FROM pairs_found f
                  WHERE f.first_id = t.first_id AND f.second_id = t.second_id)
"""

KEEP = """
INSERT INTO merging_two (ref, authority_id, first_id, second_id, model_id, weight, probability,
                         steps, band, found_at)
SELECT ref, %(authority)s, first_id, second_id, %(model)s, weight, probability, steps, band, %(at)s
FROM pairs_found
ON CONFLICT (first_id, second_id) DO UPDATE
SET model_id = excluded.model_id, weight = excluded.weight, probability = excluded.probability,
    steps = excluded.steps, band = excluded.band
WHERE (merging_two.model_id, merging_two.weight, merging_two.steps)
      IS DISTINCT FROM (excluded.model_id, excluded.weight, excluded.steps)
"""


@transaction.atomic
def look(authority: Authority, *, at: datetime) -> int:
    """Find the pairs of an authority anew, as one set; gives how many there are.

    Done twice it changes nothing. What someone said to be two people is not found again, and
    pairs that someone named stay until they are answered.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOOKING, authority.pk])
        (is_free,) = cursor.fetchone()
    if not is_free:
        return 0
    model = model_for(DUPLICATES)
    apart = said_apart(authority)
    found = [
        one
        for one in score_people(authority)
        if one.band != Band.NONE and (one.row, one.person) not in apart
    ]
    _keep(authority, model, found, at=at)
    trail.record(LOOKED, by=None, at=at, authority=authority, found=len(found))
    return len(found)


def last_look(authority: Authority, *, at: datetime) -> datetime | None:
    """When an authority was last looked through, if that was within the last weeks."""
    looks = TrailEntry.objects.filter(verb=LOOKED, authority_id=authority.pk, at__gte=at - RECENTLY)
    return looks.order_by("-at").values_list("at", flat=True).first()


def forget_found(people: Collection[int]) -> None:
    """Forget the pairs that the score found of some people: what it went by may be sealed now."""
    either = Q(first__in=people) | Q(second__in=people)
    Two.objects.filter(either, named_by=None).delete()


def said_apart(authority: Authority) -> set[tuple[int, int]]:
    """Pairs said to be two people, by ids, the smaller first.

    What was said of a record that was merged since holds for the one that stays.
    """
    merged = YoungPerson.objects.of(authority).filter(merged_into__isnull=False)
    stays: dict[int, int] = dict(merged.values_list("pk", "merged_into_id"))
    pairs = set(answers.pairs_apart(authority))
    moved = ({stays.get(one, one), stays.get(other, other)} for one, other in pairs)
    return pairs | {(min(both), max(both)) for both in moved if len(both) == 2}


def _keep(
    authority: Authority, model: MatchModel, found: Sequence[Likely], *, at: datetime
) -> None:
    given: dict[str, Any] = {"authority": authority.pk, "model": model.pk, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        with cursor.copy("COPY pairs_found FROM STDIN") as copy:
            for one in found:
                copy.write_row(
                    (new_reference(), one.row, one.person, one.weight, one.probability,
                     json.dumps(one.steps), one.band.value)
                )  # fmt: skip
        cursor.execute(GONE, given)
        cursor.execute(KEEP, given)


@transaction.atomic
def name(person: YoungPerson, other: YoungPerson, *, by: User, at: datetime) -> Two:
    """Keep that someone thinks two records to be one person's. Gives the pair, old or new.

    Raises ``CannotRecord`` for the same record twice, or records of two authorities.
    """
    if person.pk == other.pk:
        raise CannotRecord("That is this record. Enter the reference of another", field="other")
    if person.lead_authority_id != other.lead_authority_id:
        raise CannotRecord("That record is kept by another authority", field="other")
    first, second = sorted((person, other), key=lambda one: one.pk)
    pair, is_new = Two.objects.get_or_create(
        first=first,
        second=second,
        defaults={"authority": first.lead_authority, "found_at": at, "named_by": by},
    )
    if is_new:
        trail.record_many(
            "records named as one person's",
            [first.pk, second.pk],
            kind=YoungPerson._meta.label_lower,
            by=by,
            at=at,
            authority=first.lead_authority,
        )
    return pair


@transaction.atomic
def not_the_same(pair: Two, *, by: User, at: datetime) -> None:
    """The two are two people: remembered, and the pair is gone."""
    answers.not_the_same(pair.first, pair.second, by=by, at=at)
    Two.objects.filter(pk=pair.pk).delete()
