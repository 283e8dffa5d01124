"""Facts may be added and superseded, never edited or deleted; codes only read."""

from django.db import migrations

from caseload.grants import CODE_TABLES, FACT_TABLES, PERSON_COLUMNS, PERSON_TABLE
from ccis.access.grants import CODES, FACT, restrict


class Migration(migrations.Migration):
    dependencies = [("caseload", "0001_initial")]

    operations = [
        *(restrict(table, FACT, columns=("superseded_id",)) for table in FACT_TABLES),
        *(restrict(table, CODES) for table in CODE_TABLES),
        restrict(PERSON_TABLE, FACT, columns=PERSON_COLUMNS),
    ]
