"""Messages out, and what people said about promotional ones (LAW-06, PIA-05)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0003_seals'),
        ('authorities', '0006_gazetteer_words'),
        ('caseload', '0015_undelivered'),
        ('letters', '0001_initial'),
        ('optout', '0004_undelivered'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agrees', models.BooleanField()),
                ('said_on', models.DateField()),
                ('channel', models.CharField(choices=[('web', 'Online form'), ('email', 'Email'), ('phone', 'Phone'), ('post', 'Post'), ('person', 'In person'), ('file', 'A file')], max_length=6)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='message_choices', to='caseload.youngperson')),
                ('recorded', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.change')),
            ],
            options={
                'ordering': ['-said_on', 'agrees', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Outgoing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('by', models.CharField(choices=[('text', 'Text'), ('email', 'Email')], max_length=5)),
                ('kind', models.CharField(choices=[('service', 'Service'), ('promotional', 'Promotional')], default='service', max_length=11)),
                ('to', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=150)),
                ('words', models.TextField()),
                ('site', models.URLField(blank=True, help_text='Where the pages for young people are')),
                ('stop_key', models.CharField(help_text='Opens the page that stops such messages', max_length=43, null=True, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Did not arrive'), ('stopped', 'Stopped'), ('kept', 'Kept here')], default='waiting', max_length=9)),
                ('why', models.CharField(blank=True, help_text='Why it did not go, or arrive', max_length=100)),
                ('tries', models.PositiveSmallIntegerField(default=0, help_text='Of the present sending')),
                ('deliveries', models.PositiveSmallIntegerField(default=1, help_text='Which sending this is')),
                ('next_at', models.DateTimeField(help_text='It does not go before')),
                ('claimed_at', models.DateTimeField(help_text='When a worker took it to send', null=True)),
                ('service_id', models.CharField(blank=True, db_index=True, help_text="The sending service's own id", max_length=36)),
                ('made_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='authorities.authority')),
                ('contact_point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='caseload.contactpoint')),
                ('letter', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outgoing', to='letters.letter')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outgoing', to='optout.message')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages_out', to='caseload.youngperson')),
                ('stopped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['next_at'], name='message_out_due'), models.Index(condition=models.Q(('state', 'sent')), fields=['sent_at'], name='message_out_sent'), models.Index(fields=['authority', '-made_at'], name='message_out_listed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'service'), models.Q(('person__isnull', False), ('stop_key__isnull', False)), _connector='OR'), name='promotional_message_can_be_stopped'), models.CheckConstraint(condition=models.Q(('message', None), ('letter', None), _connector='OR'), name='message_out_is_about_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sent', 'delivered']), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='message_sent_has_its_moment')],
            },
        ),
    ]
