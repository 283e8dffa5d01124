"""A row about someone of another authority ends as sent on."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0006_section_72"),
        ("intake", "0005_row_destruction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="inboundrow",
            name="inbound_row_outcome_is_known",
        ),
        migrations.AlterField(
            model_name="inboundrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("undecided", "Not yet looked at"),
                    ("cannot-read", "Cannot be read"),
                    ("needs-person", "Needs a person"),
                    ("ask-school", "Ask the school"),
                    ("will-change", "Will change"),
                    ("will-add", "Will add"),
                    ("no-change", "No change"),
                    ("waits", "Waits until the end of Year 11"),
                    ("elsewhere", "Belongs elsewhere"),
                    ("look-again", "Look again"),
                    ("set-aside", "Set aside"),
                    ("changed", "Changed"),
                    ("added", "Added"),
                    ("unchanged", "Unchanged"),
                    ("sent-on", "Sent on"),
                    ("not-used", "Not used"),
                ],
                default="undecided",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "undecided",
                            "cannot-read",
                            "needs-person",
                            "ask-school",
                            "will-change",
                            "will-add",
                            "no-change",
                            "waits",
                            "elsewhere",
                            "look-again",
                            "set-aside",
                            "changed",
                            "added",
                            "unchanged",
                            "sent-on",
                            "not-used",
                        ],
                    )
                ),
                name="inbound_row_outcome_is_known",
            ),
        ),
    ]
