"""That rows about nobody of ours were destroyed is kept: which, when and why."""

import django.db.models.deletion
from django.db import migrations, models

from caseload.intake.grants import DESTROYED
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_school_feed"),
    ]

    operations = [
        migrations.CreateModel(
            name="RowDestruction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("done", "The rest of the file was done"),
                            ("time", "Two months had passed since it was received"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "numbers",
                    models.JSONField(help_text="Numbers of the rows, as the spreadsheet counts"),
                ),
                (
                    "original",
                    models.BooleanField(help_text="Whether the kept original was destroyed too"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="destructions",
                        to="intake.inboundfile",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        *narrow(DESTROYED),
    ]
