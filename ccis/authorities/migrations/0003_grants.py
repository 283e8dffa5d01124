"""A version of a policy stays as it was made; published figures are only read."""

from django.db import migrations

from ccis.access.grants import narrow
from ccis.authorities.grants import FIRST


class Migration(migrations.Migration):
    dependencies = [("authorities", "0002_council_name")]

    operations = narrow(FIRST)
