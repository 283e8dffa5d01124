"""What schools report: attendance by period, and signs that someone may become NEET."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from ccis.access.grants import FACT, restrict


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0008_merged_into"),
        ("providers", "0003_register"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
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
                ("possible", models.PositiveSmallIntegerField(verbose_name="sessions possible")),
                ("attended", models.PositiveSmallIntegerField(verbose_name="attended")),
                ("authorised", models.PositiveSmallIntegerField(verbose_name="authorised absence")),
                (
                    "unauthorised",
                    models.PositiveSmallIntegerField(verbose_name="unauthorised absence"),
                ),
                (
                    "suspended",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="of these suspended or excluded"
                    ),
                ),
                ("unclear", models.PositiveSmallIntegerField(default=0, verbose_name="not clear")),
                (
                    "marks",
                    models.CharField(
                        blank=True,
                        help_text="List of marks by which they were counted",
                        max_length=7,
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
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
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
                "verbose_name": "attendance",
                "verbose_name_plural": "attendance",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="attendance_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="attendance_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="attendance_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("provider", "="), ("during", "&&")],
                        name="one_attendance_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "possible",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("attended"), "+", models.F("authorised")
                                        ),
                                        "+",
                                        models.F("unauthorised"),
                                    ),
                                    "+",
                                    models.F("unclear"),
                                ),
                            )
                        ),
                        name="attendance_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("suspended__lte", models.F("authorised"))),
                        name="attendance_suspended_is_authorised",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("during__upper_inf", False)),
                        name="attendance_is_of_a_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskIndicators",
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
                    "attendance_percent",
                    models.DecimalField(
                        decimal_places=1,
                        max_digits=4,
                        null=True,
                        verbose_name="attendance, per cent",
                    ),
                ),
                (
                    "exclusions",
                    models.PositiveSmallIntegerField(
                        null=True, verbose_name="suspensions and exclusions"
                    ),
                ),
                (
                    "english_additional",
                    models.BooleanField(
                        null=True, verbose_name="English as an additional language"
                    ),
                ),
                ("ehc_plan", models.BooleanField(null=True, verbose_name="EHC plan")),
                ("sen_support", models.BooleanField(null=True, verbose_name="SEN support")),
                (
                    "alternative_provision",
                    models.BooleanField(null=True, verbose_name="alternative provision"),
                ),
                ("looked_after", models.BooleanField(null=True, verbose_name="looked after")),
                (
                    "pregnant_or_parent",
                    models.BooleanField(null=True, verbose_name="pregnant or a parent"),
                ),
                ("free_meals", models.BooleanField(null=True, verbose_name="free school meals")),
                ("carer", models.BooleanField(null=True, verbose_name="young carer")),
                (
                    "youth_justice",
                    models.BooleanField(null=True, verbose_name="known to youth justice"),
                ),
                (
                    "judgement",
                    models.CharField(
                        blank=True,
                        choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                        max_length=6,
                        verbose_name="the school's judgement of the risk",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=300, verbose_name="comment")),
                (
                    "confirmed_by",
                    models.CharField(
                        blank=True,
                        help_text="Who at the school",
                        max_length=100,
                        verbose_name="confirmed by",
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
                "verbose_name": "risk indicators",
                "verbose_name_plural": "risk indicators",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="riskindicators_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="riskindicators_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="riskindicators_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("during", "&&")],
                        name="one_set_of_risk_indicators",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("judgement__in", ["", "high", "medium", "low"])),
                        name="risk_judgement_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attendance_percent", None),
                            models.Q(
                                ("attendance_percent__gte", 0), ("attendance_percent__lte", 100)
                            ),
                            _connector="OR",
                        ),
                        name="risk_attendance_is_a_percentage",
                    ),
                ],
            },
        ),
        restrict("caseload_attendance", FACT, columns=("superseded_id",)),
        restrict("caseload_riskindicators", FACT, columns=("superseded_id",)),
    ]
