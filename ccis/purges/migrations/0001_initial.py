from django.db import migrations, models

from ccis.access.grants import narrow
from ccis.purges.grants import GRANTS


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_ground")]

    operations = [
        migrations.CreateModel(
            name="Played",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "again",
                    models.BooleanField(
                        default=False,
                        help_text="Played from the register, not written by the purge itself",
                    ),
                ),
            ],
            options={"verbose_name_plural": "played"},
        ),
        *narrow(GRANTS),
    ]
