from django.db import migrations

from ccis.access.grants import narrow
from sharing.outcomes.grants import GRANTS


class Migration(migrations.Migration):
    """Narrow what the roles may do to referrals."""

    dependencies = [("outcomes", "0005_referrals")]

    operations = narrow({"outcomes_referral": GRANTS["outcomes_referral"]})
