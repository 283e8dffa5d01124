"""A disclosure goes on though a new version took the place of its own; a new one is assured."""

from importlib import import_module

from django.db import migrations

MAY_GO = """
CREATE OR REPLACE FUNCTION sharing_may_go() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
DECLARE
    held record;
    stands boolean;
    on_day date := greatest((NEW.released_at AT TIME ZONE 'Europe/London')::date,
                            (statement_timestamp() AT TIME ZONE 'Europe/London')::date);
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.ends_at <= OLD.ends_at
       AND (NEW.person_id = OLD.person_id OR OLD.ends_at <= statement_timestamp()) THEN
        RETURN NEW;  -- it ends no later, or is over
    END IF;
    SELECT p.restriction_level, p.merged_into_id INTO held
      FROM caseload_youngperson p WHERE p.id = NEW.person_id FOR NO KEY UPDATE;
    IF NEW.kind = 'emergency' THEN
        RETURN NEW;
    END IF;
    PERFORM FROM agreements_version v
      WHERE v.agreement_id = (SELECT w.agreement_id FROM agreements_version w
                               WHERE w.id = NEW.version_id)
      ORDER BY v.id FOR SHARE;
    IF TG_OP = 'INSERT' THEN
        stands := agreements_allows(NEW.version_id,
                                    (NEW.released_at AT TIME ZONE 'Europe/London')::date);
    ELSE
        stands := EXISTS (
            SELECT FROM agreements_version v
              JOIN agreements_version w ON w.agreement_id = v.agreement_id
             WHERE v.id = NEW.version_id AND w.state IN ('in-force', 'under-review'));
    END IF;
    IF NOT stands THEN
        RAISE EXCEPTION 'no agreement in force'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_needs_an_agreement';
    END IF;
    IF held.restriction_level > 0 OR held.merged_into_id IS NOT NULL THEN
        RAISE EXCEPTION 'a record that is restricted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_of_a_restricted_record';
    END IF;
    IF optout_objection_covers(NEW.person_id, NEW.provider_id, on_day) THEN
        RAISE EXCEPTION 'an objection covers this'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_that_was_refused';
    END IF;
    RETURN NEW;
END
$body$;
"""
"""A new one rests on a version that allows it on the day of its release: in force, in its period,
assured and free (LC-12). One that lives goes on while any version of its agreement is in force or
under review, as the portal's login reads it (``_session``). Versions are held first, and asked in a
statement of their own, which sees what whoever was waited for has done."""

BEFORE = (
    import_module("sharing.migrations.0002_the_door")
    .MAY_GO.partition("CREATE TRIGGER")[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0006_given_before"), ("agreements", "0005_seats_of_named")]

    operations = [migrations.RunSQL(MAY_GO, BEFORE)]
