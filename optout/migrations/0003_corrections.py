"""Changes proposed to a record, each with its request (LC-05)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from ccis.access.grants import narrow
from optout.grants import CORRECTIONS

OPEN_ALREADY = """
INSERT INTO optout_correction (ref, request_id, part, version, state, reason)
SELECT ref, id, '', NULL, 'open', '' FROM optout_request
WHERE person_id IS NOT NULL AND state <> 'answered' AND outcome = ''
  AND kind IN ('correction', 'doing')
"""
"""Requests that wait already; an officer says which part of the record each is about. References
are unique among things of one kind, so a correction may have its request's."""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("optout", "0002_objections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
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
                        default=ccis.access.references.new_reference,
                        editable=False,
                        max_length=8,
                        unique=True,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        blank=True,
                        help_text="The part of the record; empty: not yet said which",
                        max_length=20,
                    ),
                ),
                (
                    "version",
                    models.BigIntegerField(
                        help_text="The version of a fact that it would alter; empty: it adds one",
                        null=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To decide"),
                            ("accepted", "Done as asked"),
                            ("changed", "Put right otherwise"),
                            ("declined", "Not done"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it was not done, as they were told"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        db_index=False,
                        help_text="The change that put the record right",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="optout.request",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["request"],
                        name="correction_to_decide",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("change", None),
                                ("decided_at", None),
                                ("decided_by", None),
                                ("reason", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("change__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("reason", ""),
                                ("state__in", ["accepted", "changed"]),
                            ),
                            models.Q(
                                ("change", None),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state", "declined"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correction_decided_says_by_whom_and_what_came_of_it",
                    )
                ],
            },
        ),
        migrations.RunSQL(OPEN_ALREADY, migrations.RunSQL.noop),
        *narrow(CORRECTIONS),
    ]
