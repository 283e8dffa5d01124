"""Seats: who acts for which organisation towards which council."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from ccis.access.grants import narrow
from providers.portal.grants import FIRST


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('authorities', '0006_gazetteer_words'),
        ('providers', '0003_register'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('may_manage', models.BooleanField(default=False, help_text='May invite and end colleagues, and sign', verbose_name='looks after access')),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True, verbose_name='last used')),
                ('reviewed_at', models.DateTimeField(null=True, verbose_name='last reviewed')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('ended_because', models.CharField(blank=True, max_length=10)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='authorities.authority')),
                ('ended_by', models.ForeignKey(help_text='Nobody, when the service ended it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(help_text='Who invited; nobody, when made where the service runs', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='providers.provider')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['authority_id', 'provider_id', 'id'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['authority', 'provider'], name='open_seats_of_provider')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'provider', 'authority'), name='one_open_seat_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='seat_ended_says_why')],
            },
        ),
        *narrow(FIRST),
    ]
