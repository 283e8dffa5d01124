from django.db import migrations

from ccis.access.grants import narrow
from sharing.outcomes.grants import GRANTS


class Migration(migrations.Migration):
    """Narrow what the roles may do to completed workbooks."""

    dependencies = [("outcomes", "0003_workbooks")]

    operations = narrow(
        {table: GRANTS[table] for table in ("outcomes_workbook", "outcomes_workbookrow")}
    )
