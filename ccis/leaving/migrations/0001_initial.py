import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from ccis.access.grants import narrow
from ccis.leaving.grants import GRANTS


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("authorities", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LeftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=ccis.access.references.new_reference,
                        editable=False,
                        max_length=8,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="As registered in ccis.leaving.kinds", max_length=20
                    ),
                ),
                ("of", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(max_length=200)),
                (
                    "people",
                    models.PositiveIntegerField(
                        help_text="Young people in it, where known", null=True
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField(help_text="Bytes of the file")),
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
                        help_text="Empty: by command",
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
                    models.Index(fields=["authority", "-at", "-id"], name="left_file_ledger"),
                    models.Index(fields=["authority", "of"], name="left_file_of"),
                ],
            },
        ),
        *narrow(GRANTS),
    ]
