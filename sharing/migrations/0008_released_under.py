"""A list says the version of its agreement that it was released under."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0007_new_versions_and_assurance")]

    operations = [
        migrations.AlterField(
            model_name="sharedlist",
            name="version",
            field=models.ForeignKey(
                help_text="The version of the agreement that it was drafted under, then released "
                "under",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.version",
            ),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (version_id) ON sharing_sharedlist TO ccis_web, ccis_worker",
            "REVOKE UPDATE (version_id) ON sharing_sharedlist FROM ccis_web, ccis_worker",
        ),
    ]
