"""A file can stay with its sender, and files come by the portal and from other authorities."""

from django.db import migrations, models

STATES = [
    ("received", "Received"),
    ("reading", "Being read"),
    ("needs-columns", "Needs columns matched"),
    ("checking", "Being checked"),
    ("with-sender", "With its sender"),
    ("matching", "Being matched"),
    ("ready", "Ready to review"),
    ("applying", "Being applied"),
    ("look-again", "Look again"),
    ("stopped", "Stopped, safe to carry on"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("set-aside", "Set aside"),
]
WAYS = [
    ("browser", "by hand"),
    ("api", "by the sender's software"),
    ("folder", "by its drop folder"),
    ("command", "by command"),
    ("portal", "in the portal"),
    ("screen", "on screen, about one person"),
    ("passed", "by another authority"),
    ("review", "in the portal, as the at-risk review"),
]


class Migration(migrations.Migration):
    dependencies = [("intake", "0010_sealed_identity")]

    operations = [
        migrations.RemoveConstraint("inboundfile", name="inbound_file_state_is_known"),
        migrations.AlterField(
            "inboundfile",
            "came_by",
            models.CharField(
                choices=WAYS, db_default="browser", default="browser", max_length=7
            ),
        ),
        migrations.AlterField(
            "inboundfile",
            "state",
            models.CharField(choices=STATES, default="received", max_length=14),
        ),
        migrations.AddConstraint(
            "inboundfile",
            models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _ in STATES])),
                name="inbound_file_state_is_known",
            ),
        ),
    ]
