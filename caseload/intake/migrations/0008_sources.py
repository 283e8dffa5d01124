"""Whoever sends files is on record; files have their source; columns say who matched them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from caseload.intake.grants import SOURCES
from ccis.access.grants import narrow

SOURCES_OF_FILES = """
INSERT INTO intake_source (
    ref, authority_id, key, provider_id, name, kinds, expects, expected_months, email, has_folder
)
SELECT ref, authority_id, key, provider_id, name, '{}', '', '{}', '', false FROM (
    SELECT DISTINCT ON (f.authority_id, known.key) f.authority_id, known.key, f.provider_id,
           CASE WHEN p.id IS NULL THEN f.source_name ELSE '' END AS name,
           translate(upper(substr(md5(f.authority_id || known.key), 1, 8)), 'ILOU', '1100') AS ref
    FROM intake_inboundfile f
    LEFT JOIN providers_provider p ON p.id = f.provider_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN p.id IS NOT NULL THEN 'provider:' || p.ref
        ELSE btrim(regexp_replace(lower(f.source_name), '\\s+', ' ', 'g')) END AS key) known
    ORDER BY f.authority_id, known.key, f.id DESC
) made
"""

FILES_OF_SOURCES = """
UPDATE intake_inboundfile f SET source_id = s.id
FROM intake_source s
WHERE s.authority_id = f.authority_id AND s.key = (
    SELECT CASE WHEN p.id IS NOT NULL THEN 'provider:' || p.ref
                ELSE btrim(regexp_replace(lower(f.source_name), '\\s+', ' ', 'g')) END
    FROM (SELECT 1) one LEFT JOIN providers_provider p ON p.id = f.provider_id)
"""


def key(**more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, **more)


def who(**more):
    return key(null=True, related_name="+", to=settings.AUTH_USER_MODEL, **more)


def ident():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def ref():
    return models.CharField(
        default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True
    )


class Migration(migrations.Migration):
    dependencies = [
        ("authorities", "0005_gazetteer"),
        ("intake", "0007_answers_moved"),
        ("providers", "__first__"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", ident()),
                ("ref", ref()),
                (
                    "key",
                    models.CharField(
                        help_text="What it is known by, see source_key", max_length=220
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="In words, when not in the directory", max_length=200
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        help_text="What it may send; empty for any",
                    ),
                ),
                (
                    "expects",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "At no fixed time"),
                            ("week", "Each week"),
                            ("month", "Each month"),
                        ],
                        default="",
                        max_length=5,
                    ),
                ),
                (
                    "expected_day",
                    models.PositiveSmallIntegerField(
                        help_text="Day of the month, or of the week from Monday as 1", null=True
                    ),
                ),
                (
                    "expected_months",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=list,
                        help_text="1 to 12; empty for all",
                    ),
                ),
                (
                    "expected_from",
                    models.DateField(help_text="Nothing due before this counts", null=True),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="Empty: that of the directory", max_length=254
                    ),
                ),
                (
                    "has_folder",
                    models.BooleanField(
                        default=False, help_text="Whether it may drop files in one"
                    ),
                ),
                ("reminded_at", models.DateTimeField(null=True)),
                ("authority", key(related_name="+", to="authorities.authority")),
                ("provider", key(null=True, related_name="+", to="providers.provider")),
                ("reminded_by", who()),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "key"), name="one_source_per_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expected_day", None), ("expected_from", None), ("expects", "")
                        )
                        | models.Q(
                            ("expected_day__range", (1, 7)),
                            ("expected_from__isnull", False),
                            ("expects", "week"),
                        )
                        | models.Q(
                            ("expected_day__range", (1, 31)),
                            ("expected_from__isnull", False),
                            ("expects", "month"),
                        ),
                        name="source_expects_on_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceToken",
            fields=[
                ("id", ident()),
                ("ref", ref()),
                ("name", models.CharField(help_text="Which software it is for", max_length=60)),
                ("digest", models.CharField(help_text="SHA-256 of the secret", max_length=64)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        help_text="What may be sent with it",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_on", models.DateField(help_text="Its last day")),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "used_at",
                    models.DateTimeField(help_text="When it was last used", null=True),
                ),
                ("made_by", key(related_name="+", to=settings.AUTH_USER_MODEL)),
                ("revoked_by", who()),
                ("source", key(related_name="tokens", to="intake.source")),
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("revoked_at", None), ("revoked_by", None))
                        | models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                        name="source_token_revoked_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at", None),
                            ("revoked_at__gte", models.F("made_at")),
                            _connector="OR",
                        ),
                        name="source_token_revoked_after_it_was_made",
                    ),
                ],
            },
        ),
        migrations.AddField("columnmemory", "by", who()),
        migrations.AddField("columnmemory", "at", models.DateTimeField(null=True)),
        migrations.AddField(
            "inboundfile",
            "source",
            key(help_text="Whose it is", null=True, related_name="files", to="intake.source"),
        ),
        migrations.AddField(
            "inboundfile",
            "came_by",
            models.CharField(
                choices=[
                    ("browser", "by hand"),
                    ("api", "by the sender's software"),
                    ("folder", "by its drop folder"),
                    ("command", "by command"),
                ],
                db_default="browser",
                default="browser",
                max_length=7,
            ),
        ),
        migrations.AddField(
            "inboundfile",
            "dropped_as",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of the very file that lay in a drop folder, so that it is never "
                "taken twice",
                max_length=64,
            ),
        ),
        migrations.RunSQL(SOURCES_OF_FILES, migrations.RunSQL.noop),
        migrations.RunSQL(FILES_OF_SOURCES, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "inboundfile",
            models.UniqueConstraint(
                condition=models.Q(("dropped_as", ""), _negated=True),
                fields=("source", "dropped_as"),
                name="one_file_per_drop",
            ),
        ),
        *narrow(SOURCES),
    ]
