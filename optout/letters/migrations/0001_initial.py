"""Letters: lists, templates by version, batches, and what each letter was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('authorities', '0005_gazetteer'),
        ('caseload', '0006_section_72'),
        ('optout', '0002_objections'),
        ('providers', '0003_register'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('rule', models.JSONField(help_text='Whom it was chosen by, as optout.letters.choosing.Rule')),
                ('left_out', models.JSONField(default=dict, help_text='How many were left out, by reason')),
                ('dated_on', models.DateField(help_text='The date on the letters')),
                ('sharing_from', models.DateField(help_text='From when the letters say that we may share')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for approval'), ('making', 'Approved'), ('printed', 'Printed'), ('posted', 'Sent'), ('stopped', 'Stopped, safe to carry on'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=9)),
                ('planned_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('beat_at', models.DateTimeField(help_text='When a worker was last seen on it', null=True)),
                ('stopped_because', models.CharField(blank=True, max_length=200)),
                ('stored_id', models.CharField(blank=True, help_text='All letters as one PDF', max_length=32)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.BigIntegerField(null=True)),
                ('posted_on', models.DateField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('posted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'batches',
                'ordering': ['-planned_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ListedProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
            ],
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('language', models.CharField(max_length=8)),
                ('words_id', models.CharField(help_text='The letters as data, stored encrypted', max_length=32)),
                ('pdf_id', models.CharField(blank=True, max_length=32)),
                ('letters', models.PositiveIntegerField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='letters.batch')),
            ],
            options={
                'ordering': ['batch_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ProviderList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('why', models.CharField(max_length=200)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('providers', models.ManyToManyField(related_name='+', through='letters.ListedProvider', to='providers.provider')),
            ],
            options={
                'ordering': ['authority_id', '-version'],
            },
        ),
        migrations.AddField(
            model_name='listedprovider',
            name='list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listed', to='letters.providerlist'),
        ),
        migrations.AddField(
            model_name='batch',
            name='provider_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='letters.providerlist'),
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddField(
            model_name='batch',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='letters.template'),
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('language', models.CharField(choices=[('en', 'English'), ('ar', 'Arabic'), ('fa', 'Farsi'), ('fr', 'French'), ('ku', 'Kurdish'), ('pl', 'Polish'), ('pt', 'Portuguese'), ('ro', 'Romanian'), ('so', 'Somali'), ('es', 'Spanish'), ('tr', 'Turkish'), ('uk', 'Ukrainian'), ('ur', 'Urdu')], default='en', max_length=8)),
                ('body', models.TextField()),
                ('purpose', models.CharField(choices=[('support', 'Help for someone who is not in education, training or work'), ('at-risk', 'Help for someone in learning who may drop out'), ('confirm', 'Finding out what someone is doing'), ('school', 'A place at a school or college'), ('department', 'Help from another part of the council')], max_length=10)),
                ('columns', models.JSONField(help_text="What it announces, by the catalogue's names")),
                ('asks_consent', models.BooleanField(default=False, help_text='Nothing is shared unless the person says yes (LC-24)')),
                ('sender', models.TextField(help_text="The council's name and address, a line each")),
                ('phone', models.CharField(max_length=30)),
                ('email', models.EmailField(max_length=254)),
                ('signed_by', models.CharField(max_length=100)),
                ('team', models.CharField(max_length=100)),
                ('web_address', models.URLField(help_text='Where the pages for young people are')),
                ('published_at', models.DateTimeField()),
                ('why', models.CharField(max_length=200)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='letters.template')),
            ],
            options={
                'ordering': ['template_id', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(default='standard', max_length=8)),
                ('skipped', models.CharField(blank=True, help_text='Why it was not made after all, as in LEFT_OUT', max_length=12)),
                ('place', models.PositiveIntegerField(help_text='Which of its part it is, from 0', null=True)),
                ('returned_on', models.DateField(help_text='The day that it came back to us', null=True)),
                ('returned_why', models.CharField(blank=True, max_length=200)),
                ('address', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caseload.address')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='letters.batch')),
                ('code', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='optout.personalcode')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='caseload.youngperson')),
                ('returned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('part', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='letters.part')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='letters.version')),
            ],
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('batch', 'number'), name='one_part_a_number'),
        ),
        migrations.AddConstraint(
            model_name='providerlist',
            constraint=models.UniqueConstraint(fields=('authority', 'version'), name='one_list_of_providers_a_version'),
        ),
        migrations.AddConstraint(
            model_name='listedprovider',
            constraint=models.UniqueConstraint(fields=('list', 'provider'), name='provider_is_listed_once'),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(fields=('authority', 'name'), name='one_template_a_name'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('planned_by')), _negated=True), _connector='OR'), name='batch_is_approved_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('posted_on__isnull', False), ('state', 'posted')), models.Q(models.Q(('state', 'posted'), _negated=True), ('posted_on', None)), _connector='OR'), name='batch_posted_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='one_version_of_a_template_a_number'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(fields=('batch', 'person'), name='one_letter_a_person'),
        ),
    ]
