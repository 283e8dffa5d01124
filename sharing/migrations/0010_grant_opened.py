"""A grant to open a list says when it was first used; of those of before nothing is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0009_rows_say_when_they_changed")]

    operations = [
        migrations.AddField(
            model_name="listgrant",
            name="opened_at",
            field=models.DateTimeField(null=True, help_text="When they first saw somebody on it"),
        )
    ]
