"""A version as the organisation signed it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ccis.access.grants import narrow
from sharing.agreements.grants import RETURNED


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0003_kinds_of_wording'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Returned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_screen', models.BooleanField()),
                ('signatory', models.CharField(max_length=150, verbose_name='who signed')),
                ('job', models.CharField(max_length=150, verbose_name='their position')),
                ('signed_on', models.DateField(verbose_name='signed')),
                ('file_id', models.CharField(help_text='What was signed, encrypted', max_length=32)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('put_aside_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='agreements.version')),
            ],
            options={
                'verbose_name_plural': 'returned',
                'ordering': ['version_id', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('put_aside_at', None)), fields=('version',), name='one_signature_of_the_organisation')],
            },
        ),
        *narrow(RETURNED),
    ]
