"""The words of each property's number or name, by which an address as written is found."""

import django.contrib.postgres.fields
from django.db import migrations, models

import ccis.authorities.models


class Migration(migrations.Migration):
    dependencies = [("authorities", "0005_gazetteer")]

    operations = [
        migrations.AddField(
            model_name="gazetteeraddress",
            name="number_words",
            field=models.GeneratedField(
                db_persist=True,
                expression=ccis.authorities.models.WordsOf(models.F("saon"), models.F("paon")),
                output_field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(), size=None
                ),
            ),
        ),
    ]
