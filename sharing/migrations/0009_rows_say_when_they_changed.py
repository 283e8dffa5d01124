"""A row says when what it says last changed, so that a copy from before is not given out (LAW-08)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0008_released_under")]

    operations = [
        migrations.AddField(
            model_name="disclosedrow",
            name="changed_at",
            field=models.DateTimeField(
                null=True,
                help_text="When what it says last changed: a copy from before is not given out",
            ),
        )
    ]
