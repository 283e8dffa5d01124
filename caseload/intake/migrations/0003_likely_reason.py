from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0002_joined_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='inboundrow',
            name='reason',
            field=models.CharField(blank=True, choices=[('no-match', 'no match'), ('several-people', 'more than one possible person'), ('several-rows', 'more than one row for one person'), ('contradicts', 'something else disagrees'), ('likely', 'someone we hold is like them'), ('provider-unknown', 'provider not in the directory'), ('provider-missing', 'does not say where'), ('please-check', 'to check'), ('conflict', 'does not fit what we hold'), ('changed-since', 'record changed since'), ('same-row', 'same as another row'), ('joined', 'joined with another row of the same person'), ('too-young', 'below the years taken'), ('by-hand', 'set aside by someone'), ('learns-elsewhere', 'learns outside the area'), ('due', 'waiting time over')], max_length=20),
        ),
    ]
