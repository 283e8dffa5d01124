"""The instruction of section 72 of the Education and Skills Act 2008, as a dated fact."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from ccis.access.grants import FACT, restrict


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0005_search_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Section72",
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
                    "given_by",
                    models.CharField(
                        choices=[("parent", "A parent"), ("own", "The young person")],
                        max_length=6,
                        verbose_name="given by",
                    ),
                ),
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
                "verbose_name": "section 72 instruction",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="section72_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="section72_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="section72_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("during", "&&")],
                        name="one_section_72_instruction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_by__in", ["parent", "own"])),
                        name="section_72_says_who_gave_it",
                    ),
                ],
            },
        ),
        restrict("caseload_section72", FACT, columns=("superseded_id",)),
    ]
