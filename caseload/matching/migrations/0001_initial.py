import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('caseload', '0005_search_words'),
        ('intake', '0003_likely_reason'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MatchModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='The kind of file that it is for', max_length=40)),
                ('version', models.PositiveIntegerField()),
                ('parameters', models.JSONField()),
                ('estimated_at', models.DateTimeField(help_text='Empty: as the service came', null=True)),
                ('pairs', models.PositiveIntegerField(default=0, help_text='Pairs that it was estimated on')),
                ('estimated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['kind', '-version'],
            "constraints": [models.UniqueConstraint(fields=('kind', 'version'), name='one_match_model_per_version')],},
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.FloatField(help_text='Bits for it being the same person, less those against')),
                ('probability', models.FloatField(help_text='That the row is about this person, 0 to 1')),
                ('steps', models.JSONField(help_text='[{field, level, words, bits}], the starting point first')),
                ('band', models.CharField(choices=[('certain', 'almost certainly the same'), ('ask', 'may be the same'), ('none', 'not the same')], max_length=7)),
                ('is_best', models.BooleanField(default=False, help_text='The one when each row has one person and each person one row')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='caseload.youngperson')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='likely', to='intake.inboundrow')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.matchmodel')),
            ],
            options={
                'ordering': ['row_id', '-probability', 'person_id'],
            "constraints": [models.UniqueConstraint(fields=('row', 'person'), name='one_candidate_per_person'), models.CheckConstraint(condition=models.Q(('probability__gte', 0), ('probability__lte', 1)), name='candidate_probability_is_one'), models.CheckConstraint(condition=models.Q(('band__in', ['certain', 'ask', 'none'])), name='candidate_band_is_known')],},
        ),
    ]
