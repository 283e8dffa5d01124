"""What the roles may do to the tables of messages out."""

from django.db import migrations

from ccis.access.grants import narrow
from optout.outbox.grants import GRANTS


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = narrow(GRANTS)
