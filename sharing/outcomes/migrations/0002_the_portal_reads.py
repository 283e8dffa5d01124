"""Who may write what was said, and what of it the portal's login reads."""

from django.db import migrations

from ccis.access.grants import narrow
from sharing.outcomes.grants import FIRST

SAID = ("outcomes_attempt", "outcomes_answer", "outcomes_reminder")

POLICIES = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON {table} TO ccis_web, ccis_worker USING (true) WITH CHECK (true);
CREATE POLICY named_people ON {table} FOR SELECT TO ccis_portal
    USING (disclosure_id IN (SELECT r.disclosure_id FROM sharing_disclosedrow r));
"""
"""What was said goes with its row: the portal's login reads it as long as it reads that. The
policy of the row holds inside this one (docs/adr/0049, 0054)."""

UNDO = """
DROP POLICY named_people ON {table};
DROP POLICY staff ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_initial"), ("sharing", "0002_the_door")]

    operations = [
        *narrow({table: FIRST[table] for table in SAID}),
        *(
            migrations.RunSQL(POLICIES.format(table=table), UNDO.format(table=table))
            for table in ("outcomes_attempt", "outcomes_answer")
        ),
    ]
