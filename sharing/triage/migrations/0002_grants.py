from django.db import migrations

from ccis.access.grants import narrow
from sharing.triage.grants import GRANTS


class Migration(migrations.Migration):
    """Narrow what the roles may do to the tables of triage."""

    dependencies = [("triage", "0001_initial")]

    operations = narrow(GRANTS)
