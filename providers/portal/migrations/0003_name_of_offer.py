"""Who is invited to two organisations is called by each what it called them."""

from django.db import migrations, models

FIRST_OF_EACH = """
UPDATE seats_seatoffer o SET name = i.name FROM accounts_invitation i
WHERE i.id = o.invitation_id AND o.made_at = i.invited_at
"""
"""Offers of before: the invitation's name is that of the first, and nobody knows the others'."""


class Migration(migrations.Migration):
    dependencies = [("seats", "0002_offers")]

    operations = [
        migrations.AddField(
            model_name="seatoffer",
            name="name",
            field=models.CharField(
                blank=True,
                default="",
                help_text="As whoever invited them here calls them",
                max_length=150,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(FIRST_OF_EACH, migrations.RunSQL.noop),
    ]
