from django.db import migrations, models


class Migration(migrations.Migration):
    """Somebody may ask that a person looks again at what was decided about them (LAW-05)."""

    dependencies = [("optout", "0006_waiting_for_organisations")]

    operations = [
        migrations.AlterField(
            model_name="request",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opt-out", "Opt out"),
                    ("share", "Share again"),
                    ("correction", "Something is wrong"),
                    ("doing", "What I am doing now"),
                    ("reach", "How to reach me"),
                    ("review", "Look at a decision again"),
                    ("help", "Help"),
                    ("complaint", "Complaint"),
                ],
                max_length=10,
            ),
        ),
    ]
