"""A record that was merged leads to the one that stays."""

import django.db.models.deletion
from django.db import migrations, models

from caseload.grants import MERGED_COLUMN, PERSON_COLUMNS, PERSON_TABLE
from ccis.access.grants import FACT, restrict


class Migration(migrations.Migration):
    dependencies = [("caseload", "0007_tasks")]

    operations = [
        migrations.AddField(
            model_name="youngperson",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                help_text="The record that stays, where this one was merged into it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_records",
                to="caseload.youngperson",
            ),
        ),
        migrations.AddConstraint(
            model_name="youngperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="person_is_not_merged_into_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="youngperson",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="person_merged",
            ),
        ),
        restrict(PERSON_TABLE, FACT, columns=(*PERSON_COLUMNS, MERGED_COLUMN)),
    ]
