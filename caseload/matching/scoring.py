"""How likely it is that a row is about someone we hold: reckoned, and said in words (ISA-02).

The score is for rows that the agreed rules left without an answer. It puts people in order and
says why; a person decides (LAW-05).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import connection, transaction

from caseload.intake.models import InboundFile
from caseload.matching import blocking
from caseload.matching.comparisons import NAMED
from caseload.matching.estimating import SHIPPED, Parameters
from caseload.matching.models import Candidate, MatchModel, ModelUse
from caseload.matching.reckoning import Pairs, Scored, by_letters, count_letters, reckon_dense
from caseload.matching.rules import Band
from caseload.matching.variants import compact
from caseload.matching.wording import CALLED
from caseload.models import YoungPerson
from ccis.authorities.models import Authority

MOST_SHOWN = 5
"""So many people at most are kept for a row."""

FEW = 200
"""Where there are so many people for each row to score, only those near a row are read."""

DUPLICATES = "duplicates"
"""The kind under which the model for people held twice is kept."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reckoning: what agrees or differs, and how much that says."""

    field: str
    level: str
    words: str
    bits: float
    probability: float
    """That it is the same person, with this step and those before it."""

    @property
    def called(self) -> str:
        """The field as people call it; empty for steps that are about no field."""
        return CALLED.get(self.field, "")


def explain(steps: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The steps of a candidate in words, with the probability as it grows and shrinks.

    ``steps`` is ``Candidate.steps``: the starting point first, then each field in bits.
    """
    told, total = [], 0.0
    for step in steps:
        total += step["bits"]
        told.append(
            Step(step["field"], step["level"], step["words"], step["bits"], probability(total))
        )
    return told


def probability(bits: float) -> float:
    """The probability that odds of ``2 ** bits`` to 1 stand for."""
    return 1.0 / (1.0 + math.pow(2.0, -max(-1000.0, min(bits, 1000.0))))


def model_for(kind: str) -> MatchModel:
    """The version of the parameters in use for a kind of file: the one that someone chose last.

    Until someone has, the first, which is what we came with: what was learnt changes nothing
    before it has been looked at.
    """
    used = ModelUse.objects.filter(model__kind=kind).select_related("model").first()
    if used is not None:
        return used.model
    model, _ = MatchModel.objects.get_or_create(
        kind=kind, version=1, defaults={"parameters": shipped_for(kind).as_json()}
    )
    return model


def shipped_for(kind: str) -> Parameters:
    """The parameters that we came with for a kind of file."""
    return replace(SHIPPED, found=0.01) if kind == DUPLICATES else SHIPPED


# -- rows of a file ------------------------------------------------------------------------------

ROWS = """
INSERT INTO score_left (who, given, family, birth, gender, postcode, address, town, phone, email,
                        school, upn, uln)
SELECT r.number, n.given, n.family, coalesce(r.read->>'birth', ''),
       coalesce(r.read->>'gender', ''), coalesce(r.read->>'postcode', ''),
       concat_ws(' ', r.read->>'line_1', r.read->>'line_2', r.read->>'line_3', r.read->>'line_4'),
       coalesce(r.read->>'town', ''), coalesce(r.read->>'phone', ''),
       coalesce(r.read->>'email', ''), %(school)s,
       coalesce(r.read->>'upn', ''), coalesce(r.read->>'uln', '')
FROM intake_inboundrow r
JOIN match_keys k ON k.number = r.number
CROSS JOIN LATERAL (
    SELECT coalesce(r.read->>'given', '') AS given, coalesce(r.read->>'family', '') AS family
    UNION
    SELECT coalesce(r.read->>'known_given', r.read->>'given', ''),
           coalesce(r.read->>'known_family', r.read->>'family', '')
    UNION
    SELECT coalesce(r.read->>'given', ''), r.read->>'former_family'
    WHERE r.read->>'former_family' <> ''
) n
WHERE r.file_id = %(file)s AND r.outcome = 'undecided'
  AND NOT EXISTS (SELECT FROM match_result m
                  WHERE m.number = r.number AND m.person_id IS NOT NULL)
  AND NOT EXISTS (SELECT FROM match_decided d
                  WHERE d.number = r.number AND (d.is_same OR d.person_id IS NULL))
ORDER BY r.number, n.given, n.family
"""

NEAR_ROWS = """
SELECT array_remove(array_agg(DISTINCT birth) || array_agg(DISTINCT turned)
                    FILTER (WHERE substr(turned, 6, 2) <= '12'), ''),
       array_remove(array_agg(DISTINCT postcode), ''),
       array_remove(array_agg(DISTINCT dmetaphone(ccis_fold(family)))
                    || array_agg(DISTINCT dmetaphone(ccis_fold(given))), ''),
       array_remove(array_agg(DISTINCT phone) || array_agg(DISTINCT email), '')
FROM (SELECT *, CASE WHEN birth <> '' THEN
        left(birth, 5) || substr(birth, 9, 2) || '-' || substr(birth, 6, 2) ELSE '' END AS turned
      FROM score_left) l
"""

NOT_SAME = "SELECT number, person_id FROM match_decided WHERE NOT is_same AND person_id IS NOT NULL"
TAKEN = "SELECT person_id FROM match_result WHERE person_id IS NOT NULL"


def score_file(file: InboundFile, *, taken: Iterable[int] = ()) -> None:
    """Keep candidates for the rows of a file that the rules left without an answer.

    ``taken`` are people who are other rows' already, beside those whom the rules found now.

    Called once the rules have been asked, while their temporary tables are there
    (``caseload.matching.queries.make_tables``): a row that no rule had anything to say about,
    and that is like someone, is then in doubt, with that person as who may be meant.
    """
    blocking.make_sides()
    try:
        with connection.cursor() as cursor:
            school = str(file.provider_id or "")
            cursor.execute(ROWS, {"file": file.pk, "school": school})
        model = model_for(file.kind)
        scored = _score_sides(file.authority, Parameters.from_json(model.parameters))
    finally:
        if not connection.needs_rollback:
            blocking.drop_sides()
    with connection.cursor() as cursor:
        cursor.execute(NOT_SAME)
        refused = set(cursor.fetchall())
        cursor.execute(TAKEN)
        found = {person for (person,) in cursor.fetchall()}
    _keep(file, model, _choose(scored, refused, found | set(taken)) if scored else [])


@dataclass(frozen=True)
class Sides:
    """Rows and people beside each other, to be reckoned by any version of the parameters."""

    pairs: Pairs
    held: int
    row_count: int
    counts: Mapping[str, Mapping[str, float]]

    def reckon(self, parameters: Parameters) -> Scored:
        """How likely each pair is."""
        return reckon_dense(
            self.pairs, parameters, held=self.held, row_count=self.row_count, counts=self.counts
        )


def _score_sides(authority: Authority, parameters: Parameters) -> Scored | None:
    sides = read_sides(authority)
    return sides.reckon(parameters) if sides else None


def read_sides(authority: Authority) -> Sides | None:
    """Fill the right side with people for what the left side holds; None if nobody is near."""
    held = YoungPerson.objects.of(authority).count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT who) FROM score_left")
        records, rows = cursor.fetchone()
        if not records or not held:
            return None
        near = None
        if rows * FEW < held:
            cursor.execute(NEAR_ROWS)
            near = dict(
                zip(("births", "postcodes", "sounds", "contacts"), cursor.fetchone(), strict=True)
            )
    blocking.fill_people(authority, near=near)
    i, j = blocking.find_pairs()
    who, left = blocking.read_side("score_left")
    whom, right = blocking.read_side("score_right")
    if not len(i):
        return None
    counts = {
        name: by_letters(
            blocking.count_names(name, sorted({compact(text) for text in right.columns[name]}))
        )
        for name in NAMED
    }
    pairs = Pairs(left, right, np.array(who, np.int64), np.array(whom, np.int64), i, j)
    return Sides(pairs, held, rows, counts)


@dataclass(frozen=True, slots=True)
class Likely:
    """Someone whom a row, or another person, may be."""

    row: int
    person: int
    weight: float
    probability: float
    steps: list[dict[str, Any]]
    band: Band
    is_best: bool


def _choose(scored: Scored, refused: set[tuple[int, int]], taken: set[int]) -> list[Likely]:
    """The likeliest people of each row, best first; never someone said not to be the same.

    Nor someone whom a rule found for another row of the file: a person is one row's.
    """
    rows, people = scored.rows, scored.people
    order = np.lexsort((people, -scored.probability, rows))
    order = order[scored.probability[order] >= scored.parameters.ask]
    chosen: list[Likely] = []
    shown: dict[int, int] = {}
    for at in order.tolist():
        row, person = int(rows[at]), int(people[at])
        if person in taken or (row, person) in refused or shown.get(row, 0) >= MOST_SHOWN:
            continue
        shown[row] = shown.get(row, 0) + 1
        chosen.append(
            Likely(
                row,
                person,
                round(float(scored.odds[at]), 3),
                float(scored.probability[at]),
                scored.steps(at),
                scored.band(at),
                bool(scored.is_best[at]),
            )
        )
    return chosen


@transaction.atomic
def _keep(file: InboundFile, model: MatchModel, chosen: Sequence[Likely]) -> None:
    """Put the candidates of the undecided rows in the place of those kept before."""
    undecided = Candidate.objects.filter(row__file=file, row__outcome="undecided")
    undecided.delete()
    if not chosen:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, id FROM intake_inboundrow WHERE file_id = %s AND number = ANY (%s)",
            [file.pk, sorted({one.row for one in chosen})],
        )
        ids = dict(cursor.fetchall())
    Candidate.objects.bulk_create(
        (
            Candidate(
                row_id=ids[one.row],
                person_id=one.person,
                model=model,
                weight=one.weight,
                probability=one.probability,
                steps=one.steps,
                band=one.band.value,
                is_best=one.is_best,
            )
            for one in chosen
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute(DOUBT, {"file": file.pk})


DOUBT = """
INSERT INTO match_result (number, rule, doubt, candidates, other_rows)
SELECT r.number, NULL, 'likely', jsonb_agg(
           jsonb_build_object('person', c.person_id, 'rule', 'score', 'against', '[]'::jsonb)
           ORDER BY c.is_best DESC, c.probability DESC, c.person_id
       ), '{}'
FROM matching_candidate c
JOIN intake_inboundrow r ON r.id = c.row_id
WHERE r.file_id = %(file)s AND r.outcome = 'undecided'
  AND NOT EXISTS (SELECT FROM match_result m WHERE m.number = r.number)
GROUP BY r.number
"""


# -- people held twice ---------------------------------------------------------------------------

ALSO_LEFT = """
INSERT INTO score_left (who, {fields})
SELECT who, {fields} FROM score_right ORDER BY id
""".format(fields=", ".join(blocking.FIELDS))


def score_people(authority: Authority) -> list[Likely]:
    """Pairs of people of an authority who may be one person held twice, likeliest first.

    ``row`` and ``person`` are the ids of the two, the smaller first. Restricted and merged
    records are left out (PIA-07, LAW-10).
    """
    parameters = Parameters.from_json(model_for(DUPLICATES).parameters)
    blocking.make_sides()
    try:
        blocking.fill_people(authority)
        with connection.cursor() as cursor:
            cursor.execute(ALSO_LEFT)
        i, j = blocking.find_pairs()
        who, people = blocking.read_side("score_right")
    finally:
        if not connection.needs_rollback:
            blocking.drop_sides()
    ids = np.array(who, np.int64)
    apart = ids[i] < ids[j] if len(i) else np.zeros(0, np.bool_)
    if not apart.any():
        return []
    held = len(np.unique(ids))
    counts = {name: count_letters(people.columns[name], who) for name in NAMED}
    pairs = Pairs(people, people, ids, ids, i[apart], j[apart])
    scored = reckon_dense(pairs, parameters, held=held, row_count=held, counts=counts)
    found = _choose(scored, set(), set())
    return sorted(found, key=lambda one: (-one.probability, one.row, one.person))
