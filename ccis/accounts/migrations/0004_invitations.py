"""References of users, passwords with a date, invitations and the terms that are accepted."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import ccis.accounts.models
from ccis.access.grants import narrow
from ccis.access.references import new_reference
from ccis.accounts.grants import JOINING


def give_references(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give everyone who is there already a reference of their own."""
    users = list(apps.get_model("accounts", "User").objects.all())
    for user in users:
        user.ref = new_reference()
    apps.get_model("accounts", "User").objects.bulk_update(users, ["ref"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_grants"),
        ("access", "0001_ground"),
        ("authorities", "0004_subregion_ref"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=new_reference, editable=False, max_length=8, unique=True
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("TO", "Tracking officer"),
                            ("PA", "Adviser"),
                            ("DM", "Data manager"),
                            ("IG", "Information governance officer"),
                            ("AD", "Administrator"),
                            ("YW", "Youth worker"),
                            ("RO", "Read only"),
                            ("PN", "Provider's named individual"),
                            ("SD", "School or college data manager"),
                        ],
                        max_length=2,
                    ),
                ),
                ("leads_team", models.BooleanField(default=False, verbose_name="leads a team")),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                ("invited_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                ("expires_at", models.DateTimeField(verbose_name="can be used until")),
                ("token_digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="taken back"),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="accepted"),
                ),
            ],
        options={"constraints": [models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="invitation_email_is_in_lower_case",
            ), models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="invitation_ends_after_its_start",
            ), models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["TO", "PA", "DM", "IG", "AD", "YW", "RO", "PN", "SD"])
                ),
                name="invitation_role_is_known",
            ), models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None), _connector="OR"),
                name="invitation_is_not_both_accepted_and_withdrawn",
            )],},),
        migrations.CreateModel(
            name="TermsAcceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="password_changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="ref",
            field=models.CharField(default=new_reference, editable=False, max_length=8),
        ),
        migrations.RunPython(give_references, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="ref",
            field=models.CharField(
                default=new_reference, editable=False, max_length=8, unique=True
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="sessions_key",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Part of what a session must know; a new one ends them all",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("authority", "="),
                    (ccis.accounts.models.DateRange("starts_on", "ends_on"), "&&"),
                ],
                name="memberships_of_an_authority_do_not_overlap",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="accepted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="authority",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="authorities.authority",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                help_text="Nobody, when made where the service runs",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="termsacceptance",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="terms_accepted",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                fields=("authority", "email"),
                name="one_waiting_invitation_per_address_and_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at", None), ("accepted_by", None)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_is_accepted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="termsacceptance",
            constraint=models.UniqueConstraint(
                fields=("user", "version"), name="terms_accepted_once_per_version"
            ),
        ),
        *narrow(JOINING),
    ]
