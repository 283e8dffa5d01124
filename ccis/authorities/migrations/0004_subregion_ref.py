"""A sub-region has a reference, for its address."""

from django.db import migrations, models

import ccis.access.references


def give_each_its_own(apps, schema_editor):
    for unit in apps.get_model("authorities", "SubRegion").objects.all():
        unit.ref = ccis.access.references.new_reference()
        unit.save(update_fields=["ref"])


class Migration(migrations.Migration):
    dependencies = [("authorities", "0003_grants")]

    operations = [
        migrations.AddField(
            model_name="subregion",
            name="ref",
            field=models.CharField(max_length=8, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(give_each_its_own, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="subregion",
            name="ref",
            field=models.CharField(
                default=ccis.access.references.new_reference,
                editable=False,
                max_length=8,
                unique=True,
            ),
        ),
    ]
