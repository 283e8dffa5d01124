"""Seats that come with an invitation, and whom a notice was sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from ccis.access.grants import narrow
from providers.portal.grants import OFFERS


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_sign_ins'),
        ('providers', '0003_register'),
        ('seats', '0001_seats'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='seat',
            name='role',
            field=models.CharField(choices=[('PN', "Provider's named individual"), ('SD', 'School or college data manager')], default='PN', max_length=2, verbose_name='came as'),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'on'), name='one_notice_a_person_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SeatOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=ccis.access.references.new_reference, editable=False, max_length=8, unique=True)),
                ('role', models.CharField(choices=[('PN', "Provider's named individual"), ('SD', 'School or college data manager')], max_length=2)),
                ('may_manage', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_offers', to='accounts.invitation')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['made_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('invitation', 'provider'), name='one_offer_an_organisation')],
            },
        ),
        *narrow(OFFERS),
    ]
