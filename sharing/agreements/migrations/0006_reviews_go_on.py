"""An agreement that was stopped during a review goes back to it, when it is lifted."""

from importlib import import_module

from django.db import migrations

BEFORE = (
    import_module("sharing.agreements.migrations.0002_steps")
    .VERSION[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)
STEPS = BEFORE.replace(
    "'suspended>in-force', ", "'suspended>in-force', 'suspended>under-review', "
).replace("'breached>in-force', ", "'breached>in-force', 'breached>under-review', ")


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_seats_of_named")]

    operations = [migrations.RunSQL((STEPS,), (BEFORE,))]
