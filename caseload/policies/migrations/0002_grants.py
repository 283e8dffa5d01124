from django.db import migrations

from caseload.policies.grants import GRANTS
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    """Narrow what the roles may do to the register of policy documents."""

    dependencies = [("policies", "0001_initial")]

    operations = narrow(GRANTS)
