"""People and their memberships end; they are not removed."""

from django.db import migrations

from ccis.access.grants import narrow
from ccis.accounts.grants import PEOPLE


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial")]

    operations = narrow(PEOPLE)
