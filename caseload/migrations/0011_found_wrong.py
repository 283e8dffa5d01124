"""What a file told of someone that proved wrong later."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caseload.grants import WRONG
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0010_address_ward"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FoundWrong",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_row", models.PositiveIntegerField(null=True)),
                (
                    "what",
                    models.CharField(help_text="Which part of the record, in words", max_length=40),
                ),
                ("words", models.CharField(max_length=300, verbose_name="what is wrong")),
                ("found_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("told_how", models.CharField(blank=True, default="", max_length=200)),
                (
                    "came_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found_wrong",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person"], name="found_wrong_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("told_at", None), ("told_by", None), ("told_how", "")),
                            models.Q(
                                ("told_at__isnull", False),
                                ("told_by__isnull", False),
                                models.Q(("told_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="found_wrong_told_says_who_when_and_how",
                    )
                ],
            },
        ),
        *narrow(WRONG),
    ]
