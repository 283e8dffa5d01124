"""Two records that may be one person's, and merges."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from caseload.merging.grants import GRANTS
from ccis.access.grants import narrow


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0003_seals'),
        ('authorities', '0001_initial'),
        ('caseload', '0008_merged_into'),
        ('matching', '0002_grants'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('level_before', models.PositiveSmallIntegerField(help_text='Restriction of the one that stays')),
                ('level_after', models.PositiveSmallIntegerField()),
                ('granted_before', models.JSONField(default=list, help_text='Who might open the one that stays')),
                ('granted_after', models.JSONField(default=list)),
                ('moved', models.JSONField(default=dict, help_text='What each handler wants to know to undo it')),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.change')),
                ('goes', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caseload.youngperson')),
                ('stays', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caseload.youngperson')),
                ('undone', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.change')),
            ],
            options={
                'ordering': ['-change_id'],
                'indexes': [models.Index(fields=['stays'], name='merge_by_record_that_stays')],
                'constraints': [models.CheckConstraint(condition=models.Q(('stays', models.F('goes')), _negated=True), name='merge_is_of_two_records'), models.UniqueConstraint(condition=models.Q(('undone', None)), fields=('goes',), name='a_record_is_merged_into_one_other')],
            },
        ),
        migrations.CreateModel(
            name='Two',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('weight', models.FloatField(default=0, help_text='Bits for it being one person, less those against')),
                ('probability', models.FloatField(default=0, help_text='That they are one person, 0 to 1')),
                ('steps', models.JSONField(default=list, help_text='[{field, level, words, bits}]')),
                ('band', models.CharField(choices=[('certain', 'almost certainly the same'), ('ask', 'may be the same'), ('none', 'not the same')], default='ask', max_length=7)),
                ('found_at', models.DateTimeField()),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='authorities.authority')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='caseload.youngperson')),
                ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.matchmodel')),
                ('named_by', models.ForeignKey(help_text='Who named the two; empty: the score found them', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='caseload.youngperson')),
            ],
            options={
                'verbose_name': 'pair',
                'ordering': ['-probability', 'id'],
                'indexes': [models.Index(fields=['authority', '-probability', 'id'], name='pair_by_likeness'), models.Index(fields=['second'], name='pair_by_second')],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='one_pair_of_two_people'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='pair_is_in_order'), models.CheckConstraint(condition=models.Q(('band__in', ['certain', 'ask', 'none'])), name='pair_band_is_known')],
            },
        ),
        *narrow(GRANTS),
    ]
