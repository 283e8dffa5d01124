"""The text and email that go with a letter, and their class (LC-01, LAW-06)."""

from django.db import migrations, models

from optout.letters.texts import ALSO_BY
from optout.outbox.rules import KINDS


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_letters_are_named")]

    operations = [
        migrations.AddField(
            "version",
            "kind",
            models.CharField(
                choices=list(KINDS.items()),
                default="service",
                help_text="Of its text and email (LAW-06)",
                max_length=11,
            ),
        ),
        migrations.AddField(
            "version",
            "text",
            models.TextField(
                blank=True, default="", help_text="What a text says that goes with the letter"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "version",
            "email_subject",
            models.CharField(
                blank=True,
                default="",
                help_text="Of an email that says what the letter says",
                max_length=150,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "batch",
            "also_by",
            models.CharField(
                blank=True,
                choices=list(ALSO_BY.items()),
                default="",
                help_text="What goes with them",
                max_length=6,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "batch",
            "also_left_out",
            models.JSONField(
                default=dict,
                help_text="How many got no text or email with their letter, by reason",
            ),
        ),
    ]
