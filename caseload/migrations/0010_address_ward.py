"""An address says in which ward it lies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("caseload", "0009_reported")]

    operations = [
        migrations.AddField(
            model_name="address",
            name="ward_code",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The ward in which it lies, as found or as corrected",
                max_length=9,
                verbose_name="ward",
            ),
        ),
    ]
