"""What the roles may do to the tables of the drop box."""

from django.db import migrations

from ccis.access.grants import narrow
from optout.mailbox.grants import GRANTS


class Migration(migrations.Migration):
    dependencies = [("mailbox", "0001_drop_box")]

    operations = narrow(GRANTS)
