from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0002_grants'),
    ]

    operations = [
        migrations.AddField(
            model_name='matchmodel',
            name='measured',
            field=models.JSONField(default=dict, help_text='Empty: the bands as we came'),
        ),
    ]
