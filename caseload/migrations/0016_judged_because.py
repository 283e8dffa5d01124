"""Why a school judges the risk of becoming NEET as it does (LC-01)."""

from django.db import migrations, models
from django.db.models import Q

BECAUSE = [
    ("place", "They have a firm place or job for after Year 11"),
    ("better", "What counted against them is better now"),
    ("wrong", "What is shown is wrong or out of date"),
    ("support", "Support is in place and works"),
    ("known", "We know them well and see no risk"),
]


class Migration(migrations.Migration):
    dependencies = [("caseload", "0015_undelivered")]

    operations = [
        migrations.AddField(
            "riskindicators",
            "judged_because",
            models.CharField(
                "why the school judges so", max_length=7, choices=BECAUSE, blank=True, default=""
            ),
        ),
        migrations.AddConstraint(
            "riskindicators",
            models.CheckConstraint(
                condition=Q(
                    judged_because__in=["", "place", "better", "wrong", "support", "known"]
                ),
                name="risk_judged_because_is_known",
            ),
        ),
    ]
