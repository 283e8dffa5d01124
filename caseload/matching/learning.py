"""Learning the parameters of the score from rows and people as they are, without any answers.

What people answered only moves the bands (``caseload.matching.bands``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import Max

from caseload.intake.models import InboundFile
from caseload.matching import blocking
from caseload.matching.bands import Bands, Said, find_bands
from caseload.matching.comparisons import NAMED, compare
from caseload.matching.estimating import SHIPPED, Parameters, count_u, estimate
from caseload.matching.models import MatchModel
from caseload.matching.reckoning import Pairs, Scored, count_letters, narrow, rarity, reckon
from caseload.matching.scoring import model_for
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority

AT_RANDOM = 300_000
"""So many pairs are picked at random to see how often two people agree by chance."""

FEWEST_ROWS = 500
"""From fewer rows nothing is learnt."""

MOST_FILES, MOST_ROWS = 5, 20_000
"""Of the newest files of a kind, so much is learnt from."""


class TooLittle(Exception):
    """There is too little to learn from. In words for people."""


@dataclass(frozen=True)
class Learnt:
    """Parameters with their bands, and the errors by which the bands were set."""

    parameters: Parameters
    bands: Bands
    scored: Scored
    """The pairs that were learnt from, by these parameters and bands."""


def learn(
    pairs: Pairs,
    *,
    row_count: int,
    held: int,
    counts: Mapping[str, Mapping[str, float]],
    start: Parameters = SHIPPED,
    answers: Sequence[Said] = (),
) -> Learnt:
    """Parameters from pairs that share something: ``u`` from pairs at random, ``m`` by EM.

    ``answers`` only help to set the bands.
    """
    dice = np.random.default_rng(2_026)
    size = min(AT_RANDOM, len(pairs.rows) * len(pairs.people))
    i = dice.integers(0, len(pairs.rows), size)
    j = dice.integers(0, len(pairs.people), size)
    by_chance = count_u(compare(pairs.left, pairs.right, i, j), start)
    pairs, levels = narrow(pairs, by_chance, held=held, row_count=row_count)
    parameters = estimate(
        levels,
        pairs.rows[pairs.i],
        row_count=row_count,
        people=held,
        start=by_chance,
        rarity=rarity(pairs, levels, by_chance, counts, held),
        whom=pairs.people[pairs.j],
    )
    scored = reckon(pairs, parameters, held=held, row_count=row_count, counts=counts, levels=levels)
    best = scored.probability[scored.is_best]
    bands = find_bands(best, row_count=row_count, answers=answers)
    parameters = bands.put_into(parameters)
    return Learnt(parameters, bands, replace(scored, parameters=bands.put_into(scored.parameters)))


ROWS = """
INSERT INTO score_left (who, given, family, birth, gender, postcode, address, town, phone, email,
                        school, upn, uln)
SELECT row_number() OVER () - 1, r.read->>'given', r.read->>'family',
       coalesce(r.read->>'birth', ''), coalesce(r.read->>'gender', ''),
       coalesce(r.read->>'postcode', ''),
       concat_ws(' ', r.read->>'line_1', r.read->>'line_2', r.read->>'line_3', r.read->>'line_4'),
       coalesce(r.read->>'town', ''), coalesce(r.read->>'phone', ''),
       coalesce(r.read->>'email', ''), coalesce(f.provider_id::text, ''),
       coalesce(r.read->>'upn', ''), coalesce(r.read->>'uln', '')
FROM intake_inboundrow r JOIN intake_inboundfile f ON f.id = r.file_id
WHERE r.file_id = ANY (%(files)s) AND r.read->>'given' <> '' AND r.read->>'family' <> ''
LIMIT %(most)s
"""


@transaction.atomic
def learn_kind(*, authority: Authority, kind: str, by: User | None, at: datetime) -> MatchModel:
    """Learn from the newest files of a kind and keep the parameters as the next version.

    Raises ``TooLittle`` where there are not rows enough. It leaves a line in the trail.
    """
    files = InboundFile.objects.of(authority).filter(kind=kind, rows_are_read=True)
    newest = list(files.order_by("-received_at").values_list("pk", flat=True)[:MOST_FILES])
    blocking.make_sides()
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"files": newest, "most": MOST_ROWS})
        rows = cursor.rowcount
    if rows < FEWEST_ROWS:
        raise TooLittle(f"There are {rows} rows of this kind. {FEWEST_ROWS} are needed to learn.")
    blocking.fill_people(authority)
    i, j = blocking.find_pairs()
    who, left = blocking.read_side("score_left")
    whom, right = blocking.read_side("score_right")
    blocking.drop_sides()
    ids = np.unique(np.array(whom, np.int64), return_inverse=True)[1].astype(np.int64)
    pairs = Pairs(left, right, np.array(who, np.int64), ids, i, j)
    held = int(ids.max(initial=-1)) + 1
    learnt = learn(
        pairs,
        row_count=rows,
        held=held,
        counts={name: count_letters(right.columns[name], whom) for name in NAMED},
        answers=answered(authority, kind),
    )
    return _keep(authority, kind, learnt, pairs=len(i), by=by, at=at)


ANSWERED = """
SELECT a.probability, a.is_same
FROM matching_answer a
JOIN intake_inboundrow r ON r.id = a.row_id
JOIN intake_inboundfile f ON f.id = r.file_id AND f.kind = %(kind)s
WHERE a.authority_id = %(authority)s AND a.probability IS NOT NULL AND a.taken_back_at IS NULL
"""


def answered(authority: Authority, kind: str) -> list[Said]:
    """What people said of the likeliest person of each row of a kind of file."""
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, {"authority": authority.pk, "kind": kind})
        return [Said(likely, is_same) for likely, is_same in cursor.fetchall()]


def _keep(
    authority: Authority,
    kind: str,
    learnt: Learnt,
    *,
    pairs: int,
    by: User | None,
    at: datetime,
) -> MatchModel:
    model_for(kind)
    last = MatchModel.objects.filter(kind=kind).aggregate(last=Max("version"))["last"]
    model = MatchModel.objects.create(
        kind=kind,
        version=last + 1,
        parameters=learnt.parameters.as_json(),
        measured=learnt.bands.as_json(),
        estimated_at=at,
        pairs=pairs,
        estimated_by=by,
    )
    trail.record(
        "matching learnt",
        by=by,
        at=at,
        authority=authority,
        subject=model,
        kind=kind,
        version=model.version,
    )
    return model
