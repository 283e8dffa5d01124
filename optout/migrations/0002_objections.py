"""The one answer to "may this person's details go there?", and what the roles may do."""

from django.db import migrations

from ccis.access.grants import narrow
from optout.grants import FIRST

COVERS = """
CREATE FUNCTION optout_objection_covers(person bigint, provider bigint, on_day date)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT 1
        FROM optout_statement n
        WHERE n.person_id = optout_objection_covers.person
          AND n.superseded_id IS NULL
          AND n.says = 'no'
          AND n.said_on <= on_day
          AND (n.provider_id IS NULL OR n.provider_id = optout_objection_covers.provider)
          AND NOT EXISTS (
              SELECT 1
              FROM optout_statement y
              WHERE y.person_id = optout_objection_covers.person
                AND y.superseded_id IS NULL
                AND y.lifts
                AND y.said_on <= on_day
                AND (y.provider_id IS NULL OR y.provider_id = optout_objection_covers.provider)
                AND ((y.said_on, y.id) > (n.said_on, n.id) OR (n.yields AND y.said_by = 'own'))
          )
    );
END
"""
"""A body in standard SQL: what its names mean is settled here, whatever path a caller sets, and a
column that it reads cannot go unnoticed. It runs with the caller's own rights."""

SIGNATURE = "optout_objection_covers(bigint, bigint, date)"


class Migration(migrations.Migration):
    dependencies = [("optout", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (
                COVERS,
                f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO ccis_web, ccis_worker",
            ),
            (f"DROP FUNCTION {SIGNATURE}",),
        ),
        *narrow(FIRST),
    ]
