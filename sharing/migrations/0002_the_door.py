"""What the database itself keeps of a disclosure: who may be disclosed, until when, to whose eyes."""

from django.db import migrations

from ccis.access.grants import narrow
from sharing.grants import GRANTS
from sharing.migrations._session import LISTS

MAY_GO = """
CREATE FUNCTION sharing_may_go() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
DECLARE
    held record;
    stands text;
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
    SELECT v.state INTO stands FROM agreements_version v WHERE v.id = NEW.version_id FOR SHARE;
    IF stands NOT IN ('in-force', 'under-review') THEN
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
CREATE TRIGGER may_go BEFORE INSERT OR UPDATE OF ends_at, person_id, provider_id
    ON sharing_disclosure FOR EACH ROW EXECUTE FUNCTION sharing_may_go();
"""
"""Whoever makes a disclosure holds the person's row first, as whoever records an objection does: so
of the two the second sees what the first did. What is let through in an emergency is a kind of its
own (PIA-23)."""

ENDS_WITH = """
CREATE FUNCTION sharing_row_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    UPDATE sharing_disclosedrow SET ends_at = NEW.ends_at WHERE disclosure_id = NEW.id;
    RETURN NULL;
END
$body$;
CREATE TRIGGER row_follows AFTER UPDATE OF ends_at ON sharing_disclosure
    FOR EACH ROW WHEN (NEW.ends_at IS DISTINCT FROM OLD.ends_at)
    EXECUTE FUNCTION sharing_row_follows();

CREATE FUNCTION sharing_only_what_was_agreed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
DECLARE
    door sharing_disclosure;
BEGIN
    SELECT * INTO door FROM sharing_disclosure d WHERE d.id = NEW.disclosure_id;
    IF jsonb_typeof(NEW.values) <> 'object' OR NEW.values - door.columns::text[] <> '{}' THEN
        RAISE EXCEPTION 'a column that was not agreed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'row_of_agreed_columns_alone';
    END IF;
    NEW.ends_at := door.ends_at;
    NEW.released_at := door.released_at;
    NEW.on_list_id := door.on_list_id;
    RETURN NEW;
END
$body$;
CREATE TRIGGER only_what_was_agreed BEFORE INSERT OR UPDATE ON sharing_disclosedrow
    FOR EACH ROW EXECUTE FUNCTION sharing_only_what_was_agreed();
"""
"""A row holds the columns of its disclosure and no other, and ends when that does."""

RECORD_CLOSES = """
CREATE FUNCTION sharing_record_closes() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    UPDATE sharing_disclosure d
       SET ends_at = greatest(d.released_at, statement_timestamp()),
           ended_because = CASE WHEN NEW.restriction_level = 9 THEN 'died'
                                WHEN NEW.lead_authority_id <> OLD.lead_authority_id THEN 'moved'
                                ELSE 'restricted' END
     WHERE d.person_id = NEW.id AND d.ends_at > statement_timestamp()
       AND (d.kind = 'list' OR NEW.restriction_level = 9);
    RETURN NULL;
END
$body$;
CREATE TRIGGER sharing_record_closes AFTER UPDATE OF restriction_level, lead_authority_id
    ON caseload_youngperson FOR EACH ROW
    WHEN (NEW.restriction_level > OLD.restriction_level
          OR NEW.lead_authority_id <> OLD.lead_authority_id)
    EXECUTE FUNCTION sharing_record_closes();
"""
"""Whatever restricts a record, or gives it to another authority, ends what is live in the same
transaction, though nobody listens (USE-05)."""

SESSION = (
    LISTS.format(make="CREATE", seat="")
    + """\
REVOKE ALL ON FUNCTION sharing_lists_of_session() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sharing_lists_of_session() TO ccis_portal;

ALTER TABLE sharing_disclosedrow ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON sharing_disclosedrow TO ccis_web, ccis_worker
    USING (true) WITH CHECK (true);
CREATE POLICY named_people ON sharing_disclosedrow FOR SELECT TO ccis_portal
    USING (ends_at > statement_timestamp()
           AND on_list_id = ANY (ARRAY(SELECT sharing_lists_of_session())));
"""
)
"""The portal's login reads what was disclosed to the lists of whoever holds the session's token,
as long as the agreement stands and names them, until the stroke. The clock is that of the statement, so that no transaction held open outlasts it.
Staff are held to theirs by ``visible_to`` (design §4)."""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("optout", "0002_objections")]

    operations = [
        *narrow(GRANTS),
        migrations.RunSQL(
            MAY_GO, "DROP TRIGGER may_go ON sharing_disclosure; DROP FUNCTION sharing_may_go();"
        ),
        migrations.RunSQL(
            ENDS_WITH,
            """
            DROP TRIGGER row_follows ON sharing_disclosure;
            DROP FUNCTION sharing_row_follows();
            DROP TRIGGER only_what_was_agreed ON sharing_disclosedrow;
            DROP FUNCTION sharing_only_what_was_agreed();
            """,
        ),
        migrations.RunSQL(
            RECORD_CLOSES,
            """
            DROP TRIGGER sharing_record_closes ON caseload_youngperson;
            DROP FUNCTION sharing_record_closes();
            """,
        ),
        migrations.RunSQL(
            SESSION,
            """
            DROP POLICY named_people ON sharing_disclosedrow;
            DROP POLICY staff ON sharing_disclosedrow;
            ALTER TABLE sharing_disclosedrow DISABLE ROW LEVEL SECURITY;
            DROP FUNCTION sharing_lists_of_session();
            """,
        ),
    ]
