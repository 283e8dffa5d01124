"""Partitions are made without waiting long, and the history of edits is only added to."""

from django.db import migrations

from ccis.access.grants import narrow
from ccis.audit.grants import HISTORY

MAKE_PARTITIONS = """
CREATE OR REPLACE FUNCTION audit_make_partitions(first date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s'
AS $$
DECLARE
    starts date := date_trunc('month', first)::date;
    made integer := 0;
    partition text;
BEGIN
    FOR i IN 1..months LOOP
        partition := 'audit_trail_entry_' || to_char(starts, 'YYYY_MM');
        IF to_regclass(partition) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF audit_trail_entry FOR VALUES FROM (%L) TO (%L)',
                    partition,
                    starts::timestamp AT TIME ZONE 'UTC',
                    (starts + interval '1 month')::timestamp AT TIME ZONE 'UTC'
                );
                EXECUTE format(
                    'REVOKE ALL ON %I FROM ccis_web, ccis_worker, ccis_portal, ccis_reporting',
                    partition
                );
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                -- The month already has lines, in the default partition. They stay there.
                NULL;
            END;
        END IF;
        starts := (starts + interval '1 month')::date;
    END LOOP;
    RETURN made;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("auditlog", "0017_add_actor_email")]

    operations = [
        # The function of 0001 does the same, but for a month whose lines came before it.
        migrations.RunSQL(MAKE_PARTITIONS, migrations.RunSQL.noop),
        *narrow(HISTORY),
    ]
