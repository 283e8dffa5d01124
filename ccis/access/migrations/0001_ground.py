"""Extensions, the folding of names, and what the service's database roles may do by default."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

FOLD = """
CREATE FUNCTION ccis_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, $1)), '[[:space:]''’‘`.,/_-]+', '', 'g')
$$
"""

PRIVILEGES = """
GRANT USAGE ON SCHEMA public TO ccis_web, ccis_worker, ccis_portal, ccis_reporting;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ccis_web, ccis_worker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ccis_web, ccis_worker;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM ccis_web, ccis_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ccis_web, ccis_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO ccis_web, ccis_worker;
"""

UNDO_PRIVILEGES = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM ccis_web, ccis_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  REVOKE USAGE, SELECT ON SEQUENCES FROM ccis_web, ccis_worker;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []
    run_before = [("contenttypes", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION ccis_fold(text)"),
        migrations.RunSQL(PRIVILEGES, UNDO_PRIVILEGES),
    ]
