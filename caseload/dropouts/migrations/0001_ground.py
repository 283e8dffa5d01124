"""What providers told of drop-outs, to whom it goes, and what was passed on."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from caseload.dropouts.grants import GRANTS
from ccis.access.grants import narrow


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('authorities', '0006_gazetteer_words'),
        ('intake', '0011_with_sender'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('month', models.DateField(help_text='First day of the month that it tells of')),
                ('how', models.CharField(choices=[('one', 'One person'), ('file', 'Workbook'), ('nil', 'Nothing to report')], max_length=4)),
                ('key', models.CharField(help_text='Of the form that sent it: twice is once', max_length=40, unique=True)),
                ('at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(help_text='Empty while rows to mend wait with the provider', null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notification', to='intake.inboundfile')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='intake.source')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['source', 'month'], name='notification_by_month')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('how', 'nil'), ('file', None)), models.Q(models.Q(('how', 'nil'), _negated=True), ('file__isnull', False)), _connector='OR'), name='notification_of_nobody_has_no_file'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='notification_month_is_its_first_day'), models.UniqueConstraint(condition=models.Q(('how', 'nil')), fields=('source', 'month'), name='nothing_to_report_is_said_once')],
            },
        ),
        migrations.CreateModel(
            name='PassingOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('rows', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Rows of files, by id', size=None)),
                ('way', models.CharField(choices=[('here', 'In this service'), ('exchange', 'As an encrypted workbook, by secure exchange')], max_length=8)),
                ('told', models.CharField(help_text='To whom, as the matrix had it then', max_length=300)),
                ('stored_id', models.CharField(blank=True, help_text='The encrypted workbook; empty once it is destroyed', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('how', models.CharField(blank=True, help_text='How it was sent, as was said', max_length=200)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('file', models.OneToOneField(help_text='Where it arrived, in this service', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.inboundfile')),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('made_by', models.ForeignKey(help_text='Nobody, when the service passed it on itself', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'passings on',
                'ordering': ['-made_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('sent_at__isnull', False), ('way', 'here')), models.Q(('file', None), ('way', 'exchange')), _connector='OR'), name='passed_on_here_has_arrived')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('to', models.CharField(choices=[('officer', 'An officer of the council'), ('contractor', 'A contractor of the council'), ('unit', 'A sub-regional unit')], max_length=10)),
                ('name', models.CharField(max_length=100)),
                ('email', models.EmailField(max_length=254)),
                ('way', models.CharField(choices=[('here', 'In this service'), ('exchange', 'As an encrypted workbook, by secure exchange')], max_length=8)),
                ('exchange', models.CharField(blank=True, help_text='By which secure service, and to which address there', max_length=200)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('authority', models.ForeignKey(help_text='Whose matrix it is', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('home', models.ForeignKey(help_text='Whose residents', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.subregion')),
            ],
            options={
                'ordering': ['home__name', '-made_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('authority', 'home'), name='one_route_for_each_home'), models.CheckConstraint(condition=models.Q(models.Q(('to', 'unit'), ('unit__isnull', False)), models.Q(models.Q(('to', 'unit'), _negated=True), ('unit', None)), _connector='OR'), name='route_to_a_unit_names_it'), models.CheckConstraint(condition=models.Q(models.Q(('way', 'exchange'), models.Q(('exchange', ''), _negated=True)), models.Q(('exchange', ''), ('way', 'here')), _connector='OR'), name='route_by_exchange_says_by_which'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='route_ended_has_who_and_when')],
            },
        ),
        *narrow(GRANTS),
    ]
