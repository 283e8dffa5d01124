"""A row says whose sealed identity it holds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0013_sealed_identity"),
        ("intake", "0009_dropped_ends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundrow",
            name="sealed_for",
            field=models.ForeignKey(
                db_index=False,
                help_text="Whose sealed identity it holds: only those who are named for them see it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="caseload.youngperson",
            ),
        ),
        migrations.AddIndex(
            model_name="inboundrow",
            index=models.Index(
                condition=models.Q(("sealed_for__isnull", False)),
                fields=["sealed_for"],
                name="inbound_row_sealed",
            ),
        ),
    ]
