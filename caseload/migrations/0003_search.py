"""Names by their sound, for a search that forgives spelling."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

import caseload.models.words


class Migration(migrations.Migration):
    dependencies = [("caseload", "0002_grants")]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.AddIndex(
            model_name="name",
            index=models.Index(
                caseload.models.words.Sound(models.F("family_folded")),
                condition=models.Q(("superseded", None)),
                name="name_by_sound",
            ),
        ),
    ]
