"""A message that never arrived (USE-06)."""

from django.db import migrations, models

from ccis.access.grants import narrow
from optout.grants import UNDELIVERED


class Migration(migrations.Migration):
    dependencies = [("optout", "0003_corrections")]

    operations = [
        migrations.AddField(
            "message",
            "failed_at",
            models.DateTimeField(null=True, help_text="When we learned that it never arrived"),
        ),
        *narrow(UNDELIVERED),
        migrations.RemoveIndex("message", "message_to_send"),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["request"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="message_to_send",
            ),
        ),
    ]
