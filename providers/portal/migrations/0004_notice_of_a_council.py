"""Whom a notice was sent, by council; those of before are forgotten, as after a month anyway."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("authorities", "0006_gazetteer_words"),
        ("seats", "0003_name_of_offer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM seats_notice", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="notice", name="one_notice_a_person_a_day"),
        migrations.AddField(
            model_name="notice",
            name="authority",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="authorities.authority",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("user", "authority", "on"), name="one_notice_a_council_a_day"
            ),
        ),
    ]
