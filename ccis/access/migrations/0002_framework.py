"""The framework's own lists are written at migrate and only read afterwards."""

from django.db import migrations

from ccis.access.grants import GRANTS, narrow


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_ground"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = narrow(GRANTS)
