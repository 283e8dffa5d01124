"""What the roles may do to the tables of letters."""

from django.db import migrations

from ccis.access.grants import narrow
from optout.letters.grants import GRANTS


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]

    operations = narrow(GRANTS)
