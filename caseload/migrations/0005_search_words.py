"""Search by the words of names, each kept once, in place of an index over everyone's names."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Collate

from caseload.models.facts import FirstDay
from caseload.models.words import Sound
from ccis.access.grants import CODES, restrict

KEEP_WORDS = """
CREATE FUNCTION caseload_keep_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO caseload_nameword (word)
    SELECT word FROM (
        SELECT given_folded AS word FROM added UNION SELECT family_folded FROM added
    ) AS said
    WHERE word <> ''
      AND NOT EXISTS (SELECT FROM caseload_nameword AS kept
                      WHERE kept.word = said.word COLLATE "C");
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION caseload_keep_words() FROM PUBLIC;
CREATE TRIGGER keep_words AFTER INSERT ON caseload_name
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION caseload_keep_words();
INSERT INTO caseload_nameword (word)
SELECT given_folded FROM caseload_name WHERE given_folded <> ''
UNION SELECT family_folded FROM caseload_name WHERE family_folded <> '';
"""

CLEAN = """
CREATE FUNCTION clean_search_index() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'
AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM caseload_nameword AS kept
    WHERE NOT EXISTS (SELECT FROM caseload_name AS n
                      WHERE n.superseded_id IS NULL AND n.family_folded COLLATE "C" = kept.word)
      AND NOT EXISTS (SELECT FROM caseload_name AS n
                      WHERE n.superseded_id IS NULL AND n.given_folded COLLATE "C" = kept.word);
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM gin_clean_pending_list('name_word_by_likeness');
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION clean_search_index() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clean_search_index() TO ccis_worker;
"""


def ordered(*columns: str, name: str) -> models.Index:
    """An index in the order of bytes, the same on every server."""
    return models.Index(
        *(Collate(F(column), "C") for column in columns), name=name, condition=Q(superseded=None)
    )


class Migration(migrations.Migration):
    dependencies = [("caseload", "0004_address_outside")]

    operations = [
        migrations.CreateModel(
            name="NameWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.TextField(db_collation="C")),
            ],
        options={"indexes": [models.Index(fields=["word"], name="name_word"), models.Index(Sound(F("word")), name="name_word_by_sound"), GinIndex(
                OpClass(F("word"), "gin_trgm_ops"), name="name_word_by_likeness", fastupdate=False
            )],},),
        migrations.RemoveIndex(model_name="name", name="name_by_likeness"),
        migrations.RemoveIndex(model_name="name", name="name_by_sound"),
        migrations.RemoveIndex(model_name="name", name="name_by_family"),
        migrations.AddIndex(
            model_name="name",
            index=ordered("family_folded", "given_folded", name="name_by_family"),
        ),
        migrations.AddIndex(
            model_name="name",
            index=ordered("given_folded", "family_folded", name="name_by_given"),
        ),
        migrations.AddIndex(
            model_name="name",
            index=models.Index(
                Collate(F("family_folded"), "C"),
                Collate(F("given_folded"), "C"),
                F("person"),
                condition=Q(superseded=None, kind="legal"),
                name="name_in_order",
            ),
        ),
        migrations.RunSQL(
            KEEP_WORDS,
            "DROP TRIGGER keep_words ON caseload_name; DROP FUNCTION caseload_keep_words()",
        ),
        migrations.AddIndex(
            model_name="youngperson",
            index=models.Index(
                fields=["restriction_level"],
                condition=Q(restriction_level__gt=0),
                name="person_restricted",
            ),
        ),
        migrations.RemoveIndex(model_name="particulars", name="particulars_by_birth"),
        migrations.AddIndex(
            model_name="particulars",
            index=models.Index(
                fields=["-date_of_birth", "person"],
                condition=Q(superseded=None),
                name="particulars_by_birth",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                FirstDay(F("during")).desc(),
                F("person"),
                condition=Q(superseded=None),
                name="activity_since",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                fields=["review_on", "person"],
                condition=Q(superseded=None, review_on__isnull=False),
                name="activity_by_review",
            ),
        ),
        migrations.RunSQL(CLEAN, "DROP FUNCTION clean_search_index()"),
        restrict("caseload_nameword", CODES),
        migrations.RunSQL(
            "ANALYZE caseload_name, caseload_nameword, caseload_activity", migrations.RunSQL.noop
        ),
    ]
