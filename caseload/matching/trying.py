"""What another version of the score would change, told before it is put in use (ISA-02)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from caseload.intake.models import InboundRow
from caseload.intake.rules import WITH_PEOPLE, Outcome, Reason
from caseload.matching import blocking
from caseload.matching.estimating import Parameters
from caseload.matching.models import MatchModel, ModelUse
from caseload.matching.reckoning import Scored
from caseload.matching.rules import Band
from caseload.matching.scoring import model_for, read_sides
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority

MOST_ROWS = 2_000
"""So many rows at most are tried, the newest."""

ROWS = """
INSERT INTO score_left (who, given, family, birth, gender, postcode, address, town, phone, email,
                        school, upn, uln)
SELECT r.id, r.read->>'given', r.read->>'family', coalesce(r.read->>'birth', ''),
       coalesce(r.read->>'gender', ''), coalesce(r.read->>'postcode', ''),
       concat_ws(' ', r.read->>'line_1', r.read->>'line_2', r.read->>'line_3', r.read->>'line_4'),
       coalesce(r.read->>'town', ''), coalesce(r.read->>'phone', ''),
       coalesce(r.read->>'email', ''), coalesce(f.provider_id::text, ''),
       coalesce(r.read->>'upn', ''), coalesce(r.read->>'uln', '')
FROM intake_inboundrow r JOIN intake_inboundfile f ON f.id = r.file_id
WHERE r.id = ANY (%(rows)s) AND r.read->>'given' <> '' AND r.read->>'family' <> ''
ORDER BY r.id
"""


@dataclass(frozen=True)
class Trial:
    """What two versions say of the same rows, in numbers of rows alone."""

    rows: int
    asked: int
    """Rows for which the version in use has someone, likely enough to ask."""
    asked_then: int
    certain: int
    certain_then: int
    newly: int
    """Rows for which only the other version has someone."""
    no_longer: int
    someone_else: int
    """Rows for which both do, and another person comes first."""


def try_version(*, user: User, authority: Authority, model: MatchModel) -> Trial:
    """What a version would change on the waiting rows of its kind, of those the user may see.

    Nothing is written. Each row is taken by itself, without regard to whom other rows of its
    file are about.
    """
    rows = _rows(user, authority, model.kind)
    now, then = model_for(model.kind), model
    blocking.make_sides()
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, {"rows": rows})
        sides = read_sides(authority)
    finally:
        if not connection.needs_rollback:
            blocking.drop_sides()
    if sides is None:
        return Trial(len(rows), 0, 0, 0, 0, 0, 0, 0)
    before, after = (
        _first(sides.reckon(Parameters.from_json(one.parameters))) for one in (now, then)
    )
    both = before.keys() & after.keys()
    return Trial(
        rows=len(rows),
        asked=len(before),
        asked_then=len(after),
        certain=_certain(before),
        certain_then=_certain(after),
        newly=len(after.keys() - before.keys()),
        no_longer=len(before.keys() - after.keys()),
        someone_else=sum(before[row][0] != after[row][0] for row in both),
    )


def _rows(user: User, authority: Authority, kind: str) -> list[int]:
    """Ids of rows that no rule found anyone for, and that nothing was done with yet."""
    unknown = InboundRow.objects.visible_to(user).filter(
        file__authority=authority,
        file__kind=kind,
        file__state__in=[state.value for state in WITH_PEOPLE],
        person=None,
    )
    left = unknown.filter(
        outcome=Outcome.NEEDS_PERSON, reason__in=[Reason.LIKELY.value, Reason.NO_MATCH.value]
    ) | unknown.filter(outcome__in=[Outcome.ASK_SCHOOL.value, Outcome.WILL_ADD.value])
    return list(left.order_by("-pk").values_list("pk", flat=True)[:MOST_ROWS])


def _first(scored: Scored) -> dict[int, tuple[int, Band]]:
    """By row, the likeliest person and their band, where there is someone to ask about."""
    found: dict[int, tuple[int, Band]] = {}
    for at in (-scored.probability).argsort(kind="stable").tolist():
        row, band = int(scored.rows[at]), scored.band(at)
        if band != Band.NONE and row not in found:
            found[row] = (int(scored.people[at]), band)
    return found


def _certain(found: dict[int, tuple[int, Band]]) -> int:
    return sum(band == Band.CERTAIN for _, band in found.values())


@transaction.atomic
def put_in_use(model: MatchModel, *, by: User, authority: Authority, at: datetime) -> ModelUse:
    """From now on rows of the kind are reckoned by this version. It leaves a line in the trail.

    Rows that were reckoned before stay as they are until someone looks at them again.
    """
    use = ModelUse.objects.create(model=model, by=by, at=at)
    trail.record(
        "matching version put in use",
        by=by,
        at=at,
        authority=authority,
        subject=model,
        kind=model.kind,
        version=model.version,
    )
    return use
