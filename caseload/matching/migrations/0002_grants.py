"""A model of the score is a version: added, never edited."""

from django.db import migrations

from caseload.matching.grants import SCORED
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial"), ("access", "0002_framework")]

    operations = narrow(SCORED)
