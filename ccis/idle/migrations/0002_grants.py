"""Held by the web, swept by the worker, changed by nobody."""

from django.db import migrations

from ccis.access.grants import narrow
from ccis.idle.grants import GRANTS


class Migration(migrations.Migration):
    dependencies = [("idle", "0001_initial")]

    operations = narrow(GRANTS)
