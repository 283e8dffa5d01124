"""Of what a row said before a dispute or a seal changed it a digest is kept, as long as the row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0005_seats")]

    operations = [
        migrations.AddField(
            model_name="disclosedrow",
            name="given_before",
            field=models.JSONField(
                default=dict,
                help_text="By column: keyed digests of what it said before it changed",
            ),
        )
    ]
