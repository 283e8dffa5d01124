"""How someone is to be written to and spoken with, as a dated fact (LAW-12)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from ccis.access.grants import FACT, restrict


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0011_found_wrong"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactNeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="When it was true: first day in, last day out"
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("standard", "Standard print"),
                            ("large", "Large print"),
                            ("easy", "Easy read"),
                            ("braille", "Braille"),
                            ("audio", "Audio"),
                            ("call", "A call instead of writing"),
                        ],
                        default="standard",
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("ar", "Arabic"),
                            ("bn", "Bengali"),
                            ("zh", "Chinese"),
                            ("fa", "Farsi"),
                            ("fr", "French"),
                            ("gu", "Gujarati"),
                            ("ku", "Kurdish"),
                            ("ps", "Pashto"),
                            ("pl", "Polish"),
                            ("pt", "Portuguese"),
                            ("pa", "Punjabi"),
                            ("ro", "Romanian"),
                            ("so", "Somali"),
                            ("es", "Spanish"),
                            ("ta", "Tamil"),
                            ("ti", "Tigrinya"),
                            ("tr", "Turkish"),
                            ("uk", "Ukrainian"),
                            ("ur", "Urdu"),
                            ("other", "Another language"),
                        ],
                        default="en",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "needs_interpreter",
                    models.BooleanField(default=False, verbose_name="needs an interpreter"),
                ),
                ("note", models.CharField(blank=True, max_length=100)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_facts",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "superseded",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="contactneed_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="contactneed_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="contactneed_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("during", "&&")],
                        name="one_set_of_contact_needs",
                    ),
                ],
            },
        ),
        restrict("caseload_contactneed", FACT, columns=("superseded_id",)),
    ]
