"""What people said: this record is that person, or is not; and these two are not one (ISA-02).

An answer to a row holds for the same record in the next file of the same source. What a record is
known by there is its own number, or else who it says it is; of either only a keyed digest is kept,
so that nothing personal is kept twice. Answers last as long as the person's record does.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.queries import source_key
from caseload.matching.models import Answer, Candidate
from caseload.matching.rules import MatchRule, known_by
from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority

SALT = "caseload.matching.answers"


# -- rows ----------------------------------------------------------------------------------------


def remember(
    row: InboundRow, people: Iterable[int], *, is_same: bool, by: User, at: datetime
) -> list[Answer]:
    """Keep what was said about a row and some people, in the caller's transaction.

    The caller holds the row and writes the line in the trail. What speaks against each person
    is kept with the answer, and how likely it was, by which the bands are set.
    """
    file = row.file
    source = source_key(file)
    record = record_of(source, row.read)
    against = {
        candidate["person"]: candidate["against"]
        for candidate in row.candidates
        if candidate["rule"] != MatchRule.DECIDED
    }
    likeliest = Candidate.objects.filter(row=row, is_best=True)
    likely = dict(likeliest.values_list("person_id", "probability"))
    return Answer.objects.bulk_create(
        Answer(
            authority_id=file.authority_id,
            source=source,
            record=record,
            row=row,
            person_id=person,
            is_same=is_same,
            against=against.get(person, []),
            probability=likely.get(person),
            by=by,
            at=at,
        )
        for person in people
    )


def take_back(row: InboundRow, *, by: User, at: datetime) -> list[Answer]:
    """Take back the last that was said about a row; those answers, none where nothing was.

    In the caller's transaction, which holds the row and writes the line in the trail.
    """
    given = Answer.objects.standing().filter(row=row)
    last = given.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return []
    answers = list(given.filter(at=last).select_for_update())
    given.filter(pk__in=[answer.pk for answer in answers]).update(
        taken_back_by=by, taken_back_at=at
    )
    return answers


def record_of(source: str, said: Mapping[str, Any], *, secret: str | bytes | None = None) -> str:
    """The digest by which a record of a source is known again; empty where too little is said.

    ``source`` is as ``caseload.intake.queries.source_key`` gives it, ``said`` what was read of a
    row: its column, value, dates as ISO text.
    """
    key = known_by(said)
    if key is None:
        return ""
    parts = "\0".join((source, *key))
    return salted_hmac(SALT, parts, secret=secret, algorithm="sha256").hexdigest()


KEYS = "SELECT number, nccis_id, upn, uln, given, family, birth, postcode FROM match_keys"
NAMES = ("young_persons_id", "upn", "uln", "given", "family", "birth", "postcode")

DECIDED = """
INSERT INTO match_decided (number, person_id, is_same, here, against)
WITH said AS (
    SELECT k.number, a.*, false AS here
    FROM match_records k JOIN matching_answer a USING (record)
    WHERE a.authority_id = %(authority)s AND a.source = %(source)s AND a.other_id IS NULL
      AND a.row_id IS DISTINCT FROM
          (SELECT r.id FROM intake_inboundrow r WHERE r.file_id = %(file)s AND r.number = k.number)
    UNION ALL
    SELECT k.number, a.*, true
    FROM match_keys k
    JOIN intake_inboundrow r ON r.file_id = %(file)s AND r.number = k.number
    JOIN matching_answer a ON a.row_id = r.id
), newest AS (
    SELECT DISTINCT ON (number, person_id) * FROM said
    WHERE taken_back_at IS NULL
    ORDER BY number, person_id, at DESC, id DESC
), same AS (
    SELECT DISTINCT ON (number) number, id FROM newest
    WHERE is_same ORDER BY number, at DESC, id DESC
)
SELECT n.number, n.person_id, n.is_same, n.here,
       ARRAY(SELECT jsonb_array_elements_text(n.against))
FROM newest n LEFT JOIN same ON same.number = n.number
WHERE NOT n.is_same OR n.id = same.id
"""
"""The newest answer for each row and person; of several people said to be the same, the last."""


def answers_for_file(file: InboundFile) -> None:
    """Fill ``match_decided`` with what is remembered of the rows in ``match_keys``.

    Both are the temporary tables of ``caseload.matching.queries.make_tables``.
    """
    known = Answer.objects.standing().filter(authority=file.authority_id, other=None)
    if not known.exists():
        return
    source = source_key(file)
    if known.filter(source=source).exists():
        _know_again(source)
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, {"authority": file.authority_id, "source": source, "file": file.pk})


def _know_again(source: str) -> None:
    """Say by what each row of ``match_keys`` is known, under the present secret and former ones."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        rows = cursor.fetchall()
        with cursor.copy("COPY match_records FROM STDIN") as copy:
            for number, *values in rows:
                said = dict(zip(NAMES, values, strict=True))
                for secret in secrets:
                    if record := record_of(source, said, secret=secret):
                        copy.write_row((number, record))
        cursor.execute("ANALYZE match_records")


# -- people held twice ---------------------------------------------------------------------------


def not_the_same(person: YoungPerson, other: YoungPerson, *, by: User, at: datetime) -> Answer:
    """These two records are of two people: they are not offered as duplicates again (PIA-14)."""
    first, second = sorted((person, other), key=lambda one: one.pk)
    answer, is_new = Answer.objects.get_or_create(
        person=first,
        other=second,
        taken_back_at=None,
        defaults={
            "authority_id": first.lead_authority_id,
            "is_same": False,
            "by": by,
            "at": at,
        },
    )
    if is_new:
        _tell_of_pair("two people said not to be the same", answer, by=by, at=at)
    return answer


def think_again(person: YoungPerson, other: YoungPerson, *, by: User, at: datetime) -> bool:
    """Take back that two are not the same. False where nobody had said so."""
    first, second = sorted((person, other), key=lambda one: one.pk)
    answer = Answer.objects.standing().filter(person=first, other=second).first()
    if answer is None:
        return False
    Answer.objects.filter(pk=answer.pk).update(taken_back_by=by, taken_back_at=at)
    _tell_of_pair("answer about two people taken back", answer, by=by, at=at)
    return True


def pairs_apart(authority: Authority) -> set[tuple[int, int]]:
    """Ids of the pairs of people of an authority who were said to be two, the smaller first."""
    return set(
        Answer.objects.standing()
        .filter(authority=authority, other__isnull=False)
        .values_list("person_id", "other_id")
    )


def _tell_of_pair(verb: str, answer: Answer, *, by: User, at: datetime) -> None:
    trail.record_many(
        verb,
        [answer.person_id, answer.other_id],
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=answer.authority,
        answer=answer.pk,
    )
