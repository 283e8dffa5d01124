"""Where someone lives who does not live here, and numbers that came from another system."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("caseload", "0003_search")]

    operations = [
        migrations.AddField(
            model_name="address",
            name="outside_code",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="000 to 004: outside England, or outside the area and not known where",
                max_length=3,
            ),
        ),
        migrations.RunSQL(
            "GRANT UPDATE ON SEQUENCE caseload_person_number_seq TO ccis_worker",
            "REVOKE UPDATE ON SEQUENCE caseload_person_number_seq FROM ccis_worker",
        ),
    ]
