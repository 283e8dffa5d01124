from django.db import migrations

from ccis.access.grants import narrow
from sharing.destruction.grants import FIRST


class Migration(migrations.Migration):
    """Narrow what the roles may do to the tables of destruction."""

    dependencies = [("destruction", "0001_initial")]

    operations = narrow(FIRST)
