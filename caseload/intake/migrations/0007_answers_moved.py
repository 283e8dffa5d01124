"""What people said about rows is kept with matching (``caseload.matching.models.Answer``)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_sent_on"), ("matching", "0004_answers")]

    operations = [migrations.DeleteModel(name="MatchDecision")]
