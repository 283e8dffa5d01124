"""Each letter has a reference of its own; a version says its columns in its own language."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import ccis.access.references
from optout.letters.rules import LANGUAGES


def name_letters(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    letters = apps.get_model("letters", "Letter")
    held = list(letters.objects.only("pk"))
    for letter in held:
        letter.ref = ccis.access.references.new_reference()
    letters.objects.bulk_update(held, ["ref"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_grants")]

    operations = [
        migrations.AddField("version", "columns_said", models.CharField(blank=True, default="", help_text="The columns in its language, where that is another", max_length=300), preserve_default=False),
        migrations.AddField("version", "code_said", models.CharField(blank=True, default="", help_text="“Your code:” in its language, where that is another", max_length=60), preserve_default=False),
        migrations.AlterField("version", "language", models.CharField(choices=list(LANGUAGES.items()), default="en", max_length=8)),
        migrations.AddField("letter", "ref", models.CharField(editable=False, help_text="Shows in the envelope's window, so that one that comes back is known by it", max_length=8, null=True)),
        migrations.RunPython(name_letters, migrations.RunPython.noop),
        migrations.AlterField("letter", "ref", models.CharField(default=ccis.access.references.new_reference, editable=False, help_text="Shows in the envelope's window, so that one that comes back is known by it", max_length=8, unique=True)),
    ]
