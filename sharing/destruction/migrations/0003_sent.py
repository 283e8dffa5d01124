"""An organisation is written to after it is written down that it was asked; then it says so."""

from django.db import migrations, models

from ccis.access.grants import narrow
from sharing.destruction.grants import SENT


class Migration(migrations.Migration):
    dependencies = [("destruction", "0002_grants")]

    operations = [
        migrations.AddField(
            model_name="chase",
            name="sent_at",
            field=models.DateTimeField(help_text="Empty: the email has not gone yet", null=True),
        ),
        # Those of before were written down only where the email went.
        migrations.RunSQL("UPDATE destruction_chase SET sent_at = at", migrations.RunSQL.noop),
        *narrow(SENT),
    ]
