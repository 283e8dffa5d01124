from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What somebody was told who asked outside the portal is a kind of its own (LC-30)."""

    dependencies = [("sharing", "0003_enrolment_purpose")]

    operations = [
        migrations.AlterField(
            model_name="disclosure",
            name="kind",
            field=models.CharField(
                choices=[
                    ("list", "On a list"),
                    ("emergency", "In an emergency"),
                    ("told", "Told to somebody who asked"),
                ],
                default="list",
                max_length=9,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="disclosure", name="disclosure_on_a_list_says_what_it_rests_on"
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=Q(kind="emergency", on_list=None)
                | Q(kind="told", on_list=None, letter__isnull=False, version__isnull=False)
                | Q(
                    kind="list",
                    on_list__isnull=False,
                    letter__isnull=False,
                    version__isnull=False,
                ),
                name="disclosure_on_a_list_says_what_it_rests_on",
            ),
        ),
    ]
