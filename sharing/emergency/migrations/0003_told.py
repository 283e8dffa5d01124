from django.db import migrations, models

from ccis.access.grants import narrow
from sharing.emergency.grants import TOLD

WERE_TOLD = """
UPDATE emergency_emergency e SET told_at = d.released_at
FROM sharing_disclosure d WHERE d.id = e.disclosure_id
"""


class Migration(migrations.Migration):
    """Governance is written to until it goes; of those before this it was tried once."""

    dependencies = [("emergency", "0002_grants")]

    operations = [
        migrations.AddField(
            model_name="emergency",
            name="told_at",
            field=models.DateTimeField(
                null=True, help_text="When governance was written to, or opened it; empty: not yet"
            ),
        ),
        migrations.RunSQL(WERE_TOLD, migrations.RunSQL.noop),
        *narrow(TOLD),
    ]
