"""What someone who complained is told on the way, and a clock that begins again with it."""

from django.db import migrations, models

from ccis.access.grants import narrow
from optout.grants import GRANTS


class Migration(migrations.Migration):
    dependencies = [("optout", "0004_undelivered")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("acknowledgement", "Acknowledgement"),
                    ("progress", "How it stands"),
                    ("answer", "Answer"),
                ],
                max_length=15,
            ),
        ),
        *narrow({"optout_request": GRANTS["optout_request"]}),
    ]
