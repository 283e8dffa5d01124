"""The portal's login reads for whoever has a seat at the list's organisation, and for nobody else."""

from django.db import migrations

from sharing.migrations._session import LISTS, SEAT

WITH_A_SEAT = LISTS.format(make="CREATE OR REPLACE", seat=SEAT)
WITHOUT = LISTS.format(make="CREATE OR REPLACE", seat="")


class Migration(migrations.Migration):
    dependencies = [("sharing", "0004_told_by_word"), ("seats", "0002_offers")]

    operations = [migrations.RunSQL(WITH_A_SEAT, WITHOUT)]
