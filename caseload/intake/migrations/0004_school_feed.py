"""What is taken of a school's file, what was left out of one, and what the school answered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caseload.intake.grants import TAKEN
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [
        ("authorities", "0001_initial"),
        ("intake", "0003_likely_reason"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundfile",
            name="asked_at",
            field=models.DateTimeField(help_text="When the school was last asked", null=True),
        ),
        migrations.AddField(
            model_name="inboundfile",
            name="dropped",
            field=models.JSONField(
                default=dict,
                help_text=(
                    "How much was left out before it was kept: counts and headings, nothing else"
                ),
            ),
        ),
        migrations.AddField(
            model_name="inboundrow",
            name="school_said",
            field=models.CharField(
                blank=True,
                choices=[
                    ("new", "New to the authority"),
                    ("first", "First setting"),
                    ("mistake", "A mistake"),
                ],
                db_default="",
                default="",
                help_text="What the school said of someone whom we do not know",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="inboundrow",
            name="school_said_by",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Who at the school",
                max_length=100,
            ),
        ),
        migrations.CreateModel(
            name="TakenFields",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                (
                    "years",
                    models.JSONField(default=list, help_text="Year groups, 0 for Reception"),
                ),
                (
                    "fields",
                    models.JSONField(
                        default=dict,
                        help_text="{field: {purpose, condition, document}}, of those switched on",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("why", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="authorities.authority",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["authority_id", "kind", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("authority", "kind", "version"), name="one_version_of_taken_fields"
                    )
                ],
            },
        ),
        *narrow(TAKEN),
    ]
