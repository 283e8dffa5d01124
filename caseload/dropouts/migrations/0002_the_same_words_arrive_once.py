import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dropouts", "0001_ground"),
        ("intake", "0011_with_sender"),
    ]

    operations = [
        migrations.AlterField(
            model_name="passingon",
            name="file",
            field=models.ForeignKey(
                help_text="Where it arrived, in this service: the same words twice arrive once",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.inboundfile",
            ),
        ),
    ]
