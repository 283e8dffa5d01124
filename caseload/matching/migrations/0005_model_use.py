"""Which version of a model is in use is chosen by someone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from caseload.matching.grants import USED
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0004_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("model", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="matching.matchmodel")),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
        *narrow(USED),
    ]
