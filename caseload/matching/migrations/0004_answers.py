"""What people said about rows, and about two people, is remembered by record and source."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caseload.matching.grants import ANSWERED
from ccis.access.grants import narrow

COPY = """
INSERT INTO matching_answer (authority_id, source, record, row_id, person_id, is_same, against,
                             by_id, at)
SELECT f.authority_id, '', '', d.row_id, d.person_id, d.is_same, '[]', d.by_id, d.at
FROM intake_matchdecision d
JOIN intake_inboundrow r ON r.id = d.row_id JOIN intake_inboundfile f ON f.id = r.file_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("authorities", "0001_initial"),
        ("caseload", "0006_section_72"),
        ("intake", "0006_sent_on"),
        ("matching", "0003_measured"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(blank=True, help_text="Who sends the record", max_length=200),
                ),
                (
                    "record",
                    models.CharField(
                        blank=True,
                        help_text="Keyed digest of what it is known by; empty: the row",
                        max_length=64,
                    ),
                ),
                ("is_same", models.BooleanField()),
                (
                    "against",
                    models.JSONField(
                        default=list, help_text="What spoke against it when the answer was given"
                    ),
                ),
                ("probability", models.FloatField(help_text="How likely it was reckoned to be, of whoever was likeliest", null=True)),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="authorities.authority",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answers",
                        to="intake.inboundrow",
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("other", None)),
                        fields=["authority", "source", "record"],
                        name="answer_by_record",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other", None),
                            models.Q(
                                ("is_same", False),
                                ("person__lt", models.F("other")),
                                ("record", ""),
                                ("row", None),
                                ("source", ""),
                            ),
                            _connector="OR",
                        ),
                        name="answer_about_two_people_says_no_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at", None), ("taken_back_by", None)),
                            models.Q(
                                ("taken_back_at__isnull", False), ("taken_back_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="answer_taken_back_has_who_and_when",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("other__isnull", False), ("taken_back_at", None)),
                        fields=("person", "other"),
                        name="one_answer_for_two_people",
                    ),
                ],
            },
        ),
        *narrow(ANSWERED),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
