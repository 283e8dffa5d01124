"""Second factors and sessions are for the pages alone."""

from django.db import migrations

from ccis.access.grants import narrow
from ccis.accounts.grants import FACTORS


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invitations"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = narrow(FACTORS)
