"""A provider closes; it is not removed."""

from django.db import migrations

from ccis.access.grants import narrow
from providers.grants import FIRST


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]

    operations = narrow(FIRST)
