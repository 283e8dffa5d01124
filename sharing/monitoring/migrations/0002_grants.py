from django.db import migrations

from ccis.access.grants import narrow
from sharing.monitoring.grants import GRANTS


class Migration(migrations.Migration):
    """Narrow what the roles may do to the tables of monitoring."""

    dependencies = [("monitoring", "0001_ground")]

    operations = narrow(GRANTS)
