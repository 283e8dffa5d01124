"""Whoever finds an incident reports it, here as at an organisation (LC-21)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_grants")]

    operations = [
        migrations.RenameField("incident", "by_portal", "reported"),
        migrations.AlterField(
            model_name="incident",
            name="reported",
            field=models.BooleanField(
                default=False, help_text="To governance, by whoever found it"
            ),
        ),
    ]
