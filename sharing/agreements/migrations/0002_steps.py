"""Which steps a version may take, what may still change of it, and what the roles may do."""

from django.db import migrations

from ccis.access.grants import narrow
from sharing.agreements.grants import FIRST

REVIEW = (
    """
    ALTER TABLE agreements_version ADD CONSTRAINT agreement_is_reviewed_in_time CHECK (
        review_on IS NULL OR starts_on IS NULL
        OR review_on <= (coalesce(reviewed_on, starts_on)
                         + make_interval(years => review_years))::date
    )
    """,
    "ALTER TABLE agreements_version DROP CONSTRAINT agreement_is_reviewed_in_time",
)

VERSION = (
    """
    CREATE FUNCTION agreements_version_steps() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    DECLARE
        goes_on text[] := ARRAY['state', 'state_since'];
    BEGIN
        IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) <> ALL (ARRAY[
            'draft>sent', 'draft>ended', 'sent>draft', 'sent>signed', 'sent>ended',
            'signed>in-force', 'signed>ended',
            'in-force>under-review', 'in-force>suspended', 'in-force>breached',
            'in-force>ended', 'in-force>expired',
            'under-review>in-force', 'under-review>suspended', 'under-review>breached',
            'under-review>ended', 'under-review>expired',
            'suspended>in-force', 'suspended>breached', 'suspended>ended', 'suspended>expired',
            'breached>in-force', 'breached>ended', 'breached>expired'
        ]) THEN
            RAISE EXCEPTION 'an agreement does not go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_takes_lawful_steps';
        END IF;
        IF OLD.state = 'sent' THEN
            goes_on := goes_on || ARRAY['signed_id', 'signed_sha256', 'signed_size', 'signed_kind'];
        ELSIF OLD.state IN ('in-force', 'under-review', 'suspended', 'breached') THEN
            goes_on := goes_on || ARRAY['review_on', 'reviewed_on'];
        END IF;
        IF OLD.state NOT IN ('ended', 'expired') THEN
            goes_on := goes_on || ARRAY['free', 'programme_id', 'checked_how', 'checked_until',
                                        'assurance_evidence'];
        END IF;
        IF OLD.state = 'draft' THEN
            goes_on := goes_on || ARRAY['wording_id'];
        END IF;
        IF (OLD.state <> 'draft' OR NEW.state <> 'draft')
           AND to_jsonb(OLD) - goes_on IS DISTINCT FROM to_jsonb(NEW) - goes_on THEN
            RAISE EXCEPTION 'what an agreement says does not change once it was sent'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_that_was_sent_stays';
        END IF;
        IF NEW.state = 'in-force' AND OLD.state = 'signed' THEN
            IF NOT EXISTS (SELECT FROM agreements_agreedpurpose p WHERE p.version_id = NEW.id)
               OR (SELECT count(*) FROM agreements_party p WHERE p.version_id = NEW.id
                   AND p.signed_on IS NOT NULL AND p.standard_on IS NOT NULL
                   AND p.retention_on IS NOT NULL AND p.training_on IS NOT NULL) < 2
               OR NOT EXISTS (SELECT FROM agreements_annexa a WHERE a.version_id = NEW.id
                              AND a.approved_at IS NOT NULL) THEN
                RAISE EXCEPTION 'an agreement comes into force when all of it is there'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_in_force_is_whole';
            END IF;
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER agreements_version_steps BEFORE UPDATE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_version_steps()
    """,
)

PARTS = (
    """
    CREATE FUNCTION agreements_part_of_version() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    DECLARE
        part record;
        state_now text;
        states text[] := ARRAY['draft'];
    BEGIN
        IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
        SELECT v.state INTO state_now FROM agreements_version v WHERE v.id = part.version_id;
        IF TG_TABLE_NAME = 'agreements_annexa' THEN
            states := ARRAY['draft', 'sent', 'signed'];
        ELSIF TG_TABLE_NAME = 'agreements_party' AND TG_OP = 'UPDATE' THEN
            IF (NEW.version_id, NEW.side, NEW.role_of_given, NEW.role_of_reported)
               = (OLD.version_id, OLD.side, OLD.role_of_given, OLD.role_of_reported) THEN
                states := ARRAY['draft', 'sent', 'signed'];
            END IF;
        END IF;
        IF state_now <> ALL (states) THEN
            RAISE EXCEPTION 'what an agreement says does not change once it was sent'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_that_was_sent_stays';
        END IF;
        RETURN part;
    END $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_stays BEFORE INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION agreements_part_of_version()
        """
        for table in (
            "agreements_party",
            "agreements_agreedpurpose",
            "agreements_annexa",
            "agreements_version_notices",
        )
    ),
)

GATEWAYS = (
    """
    CREATE FUNCTION agreements_gateway_is_open() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    BEGIN
        IF EXISTS (SELECT FROM agreements_gateway g WHERE g.id = NEW.gateway_id
                   AND (NOT g.usable OR g.repealed_on <= current_date)) THEN
            RAISE EXCEPTION 'a repealed gateway is not chosen for an agreement'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'gateway_is_in_force';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER agreements_gateway_is_open
    BEFORE INSERT OR UPDATE OF gateway_id ON agreements_agreedpurpose
    FOR EACH ROW EXECUTE FUNCTION agreements_gateway_is_open()
    """,
)

ALLOWS = """
CREATE FUNCTION agreements_allows(version bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT 1
        FROM agreements_version v
        JOIN agreements_agreement a ON a.id = v.agreement_id
        LEFT JOIN agreements_programme p ON p.id = v.programme_id
        WHERE v.id = agreements_allows.version
          AND a.kind = 'provider'
          AND v.state IN ('in-force', 'under-review')
          AND on_day BETWEEN v.starts_on AND v.ends_on
          AND v.free
          AND (
              (p.id IS NOT NULL AND coalesce(p.starts_on <= on_day, true)
               AND coalesce(on_day <= p.ends_on, true))
              OR on_day <= v.checked_until
          )
    );
END
"""
"""The same answer as ``queries.terms_in_force``, for policies and triggers that guard what is
shared under a version."""

SIGNATURE = "agreements_allows(bigint, date)"

BACK = (
    f"DROP FUNCTION {SIGNATURE}",
    "DROP FUNCTION agreements_gateway_is_open() CASCADE",
    "DROP FUNCTION agreements_part_of_version() CASCADE",
    "DROP FUNCTION agreements_version_steps() CASCADE",
)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("access", "0002_framework")]

    operations = [
        migrations.RunSQL((REVIEW[0],), (REVIEW[1],)),
        migrations.RunSQL(
            (
                *VERSION,
                *PARTS,
                *GATEWAYS,
                ALLOWS,
                f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO ccis_web, ccis_worker",
            ),
            BACK,
        ),
        *narrow(FIRST),
    ]
