"""With what was left out of a file stand the ids of what we hold that ends by it: words alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0008_sources")]

    operations = [
        migrations.AlterField(
            model_name="inboundfile",
            name="dropped",
            field=models.JSONField(
                default=dict,
                help_text="What was left out before it was kept: counts and headings, and nothing "
                "of it but the ids of what we hold that ends by it",
            ),
        ),
    ]
