"""A number or email address at which messages do not arrive (USE-06)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("caseload", "0014_choices")]

    operations = [
        migrations.AddField(
            "contactpoint",
            "undelivered_on",
            models.DateField(
                "messages do not arrive since",
                null=True,
                help_text="Nothing is sent to it (USE-06)",
            ),
        ),
    ]
