"""How long it takes to find people held twice: ``python -m benchmarks.duplicates 100000``.

Of a crowd of one authority one in two hundred is held twice, the second time with another
address, a letter of the family name left out, and no numbers. The look of a night is timed as the
worker makes it, in a process of its own, and what it took is printed: seconds, the most memory,
pairs found, and how many of those held twice are among them.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime

TWICE = """
WITH again AS (
    SELECT p.id, p.lead_authority_id, row_number() OVER (ORDER BY p.id) AS at
    FROM caseload_youngperson p WHERE p.restriction_level = 0 AND p.id % 200 = 0
), made AS (
    INSERT INTO caseload_youngperson (ref, lead_authority_id, young_persons_id, restriction_level)
    SELECT 'Z' || lpad(at::text, 7, '0'), lead_authority_id,
           '999' || lpad(id::text, 10, '0'), 0 FROM again
    RETURNING id, substr(young_persons_id, 4)::bigint AS of
), named AS (
    INSERT INTO caseload_name (person_id, during, recorded_id, kind, given, middle, family)
    SELECT made.id, n.during, n.recorded_id, 'legal', n.given, '',
           left(n.family, 2) || substr(n.family, 4)
    FROM made JOIN caseload_name n
      ON n.person_id = made.of AND n.kind = 'legal' AND n.superseded_id IS NULL
)
INSERT INTO caseload_particulars (person_id, during, recorded_id, date_of_birth, gender_id)
SELECT made.id, b.during, b.recorded_id, b.date_of_birth, b.gender_id
FROM made JOIN caseload_particulars b ON b.person_id = made.of AND b.superseded_id IS NULL
"""


def fill(number: int) -> None:
    """Give one authority so many people, and some of them twice. Needs the owner's login."""
    import django

    django.setup()

    from django.db import connection

    from benchmarks.crowd import make_crowd
    from benchmarks.fill import LAST_DAY
    from ccis.authorities.models import Authority

    authority = Authority.objects.open_on(LAST_DAY).order_by("code").first()
    if authority is None:
        raise SystemExit("There is no authority.")
    make_crowd(number, authorities=[authority], on=LAST_DAY)
    with connection.cursor() as cursor:
        cursor.execute(TWICE)
        cursor.execute("VACUUM (ANALYZE)")


def look() -> None:
    """One night's look, timed. Needs the worker's login."""
    import django

    django.setup()

    from django.db import connection

    from caseload.merging import pairs
    from caseload.models import YoungPerson
    from ccis.authorities.models import Authority

    authority = Authority.objects.get(pk=YoungPerson.objects.values("lead_authority")[:1])
    at = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    for night in (1, 2):
        start = time.perf_counter()
        found = pairs.look(authority, at=at)
        took = time.perf_counter() - start
        print(f"night {night}: {took:.1f} s, {found:,} pairs")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE t.id IS NOT NULL) FROM caseload_youngperson p"
            " LEFT JOIN merging_two t ON t.second_id = p.id"
            "  AND t.first_id = substr(p.young_persons_id, 4)::bigint"
            " WHERE p.ref LIKE 'Z%' AND p.young_persons_id LIKE '999%'"
        )
        twice, among = cursor.fetchone()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    people = YoungPerson.objects.of(authority).count()
    print(f"{people:,} people; {among:,} of {twice:,} held twice found; {most:,.0f} MB at most")


def main(number: int) -> None:
    """Make the database where it is not there, and measure."""
    from benchmarks.database import bench_of

    bench = bench_of(number + 1)
    module = [sys.executable, "-m", "benchmarks.duplicates"]
    if not bench.is_there():
        bench.make(fill=[*module, "fill", str(number)])
    print(bench.run_as("worker", [*module, "look"]), end="")


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    elif sys.argv[1] == "look":
        look()
    else:
        main(int(sys.argv[1]))
