"""The trail is sealed in a chain, and its details can be erased without breaking it."""

import django.contrib.postgres.fields
from django.db import migrations, models

from ccis.access.grants import narrow
from ccis.audit.grants import SEALS

# Lines that are there already all get the number of this transaction: they are sealed first.
TRANSACTION = """
ALTER TABLE audit_trail_entry ADD COLUMN tx bigint NOT NULL DEFAULT txid_current();
CREATE INDEX trail_by_transaction ON audit_trail_entry
    USING brin (tx) WITH (pages_per_range = 16, autosummarize = on);
"""
NO_TRANSACTION = "ALTER TABLE audit_trail_entry DROP COLUMN tx"

ERASE = """
CREATE FUNCTION audit_erase_details(
    lines bigint[], who bigint, why text, of_authority bigint, done_at timestamptz, reference text
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    line bigint;
    erased integer;
    said text;
    salt bytea := uuid_send(gen_random_uuid());
BEGIN
    IF why IS NULL OR why !~ '^[a-z][a-z ]{0,59}$' THEN
        RAISE EXCEPTION 'say why in a few plain words' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    line := nextval('audit_trail_entry_id_seq');
    UPDATE audit_trail_detail d SET details = '{}', salt = '', erased_by = line
    WHERE d.entry_id = ANY(lines) AND d.erased_by IS NULL
      AND NOT EXISTS (
          SELECT FROM audit_trail_entry e WHERE e.id = d.entry_id AND e.verb = 'details erased'
      );
    GET DIAGNOSTICS erased = ROW_COUNT;
    IF erased = 0 THEN
        RETURN 0;
    END IF;
    said := format('{"lines":%s,"why":"%s"}', erased, why);
    INSERT INTO audit_trail_entry (
        id, at, verb, by_id, authority_id, subject_kind, subject_id, change_id,
        request_reference, digest
    ) VALUES (
        line, done_at, 'details erased', who, of_authority, '', NULL, NULL,
        reference, sha256(salt || convert_to(said, 'UTF8'))
    );
    INSERT INTO audit_trail_detail (entry_id, salt, details) VALUES (line, salt, said::jsonb);
    RETURN erased;
END
$$;
REVOKE ALL ON FUNCTION audit_erase_details(bigint[], bigint, text, bigint, timestamptz, text)
    FROM PUBLIC;
"""
NO_ERASE = "DROP FUNCTION audit_erase_details(bigint[], bigint, text, bigint, timestamptz, text)"

ASTRAY = """
CREATE FUNCTION audit_lines_without_month() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS 'SELECT count(*) FROM audit_trail_entry_other';
REVOKE ALL ON FUNCTION audit_lines_without_month() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_lines_without_month() TO ccis_worker;
"""
NO_ASTRAY = "DROP FUNCTION audit_lines_without_month()"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_partitions_and_history")]

    operations = [
        migrations.RunSQL(
            TRANSACTION,
            NO_TRANSACTION,
            state_operations=[
                migrations.AddField(
                    "trailentry",
                    "tx",
                    models.BigIntegerField(
                        db_default=models.Func(function="txid_current"),
                        editable=False,
                        help_text="Number of the transaction that wrote it: the order of sealing",
                    ),
                )
            ],
        ),
        migrations.AddField(
            "traildetail",
            "erased_by",
            models.BigIntegerField(help_text="The line of its erasure", null=True),
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("payload", models.TextField()),
                ("signature", models.BinaryField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("marks", models.BinaryField()),
            ],
        ),
        *narrow(SEALS),
        migrations.RunSQL(ERASE, NO_ERASE),
        migrations.RunSQL(ASTRAY, NO_ASTRAY),
    ]
