from django.db import migrations

from ccis.access.grants import narrow
from sharing.emergency.grants import FIRST


class Migration(migrations.Migration):
    """Narrow what the roles may do to the tables of this app."""

    dependencies = [("emergency", "0001_initial")]

    operations = narrow(FIRST)
