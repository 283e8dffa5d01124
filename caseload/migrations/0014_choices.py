"""What someone chose about being contacted and surveyed, and what they were told (PIA-08, LC-16)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from ccis.access.grants import FACT, restrict

TABLES = (
    "caseload_donotsurvey",
    "caseload_consent",
    "caseload_consentattempt",
    "caseload_noticegiven",
    "caseload_consentoverride",
)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0013_sealed_identity"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="When it was true: first day in, last day out"
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("given", "Consent given"),
                            ("refused", "Consent refused"),
                            ("withdrawn", "Consent withdrawn"),
                        ],
                        max_length=9,
                        verbose_name="answer",
                    ),
                ),
                (
                    "said_by",
                    models.CharField(
                        choices=[
                            ("own", "The young person"),
                            ("parent", "A parent"),
                            ("carer", "A carer"),
                            ("advocate", "An advocate"),
                        ],
                        default="own",
                        max_length=8,
                        verbose_name="said by",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "By phone"),
                            ("text", "By text"),
                            ("email", "By email"),
                            ("letter", "By letter"),
                            ("visit", "On a visit"),
                            ("interview", "In an interview"),
                            ("session", "At a youth service session"),
                            ("person", "In person, elsewhere"),
                        ],
                        max_length=9,
                        verbose_name="how",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_facts",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "superseded",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent to contact",
                "verbose_name_plural": "consents to contact",
                "abstract": False,
                "indexes": [models.Index(fields=["person", "recorded"], name="consent_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="consent_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="consent_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("during", "&&")],
                        name="one_consent_to_contact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["given", "refused", "withdrawn"])),
                        name="consent_says_which",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="When it was true: first day in, last day out"
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("sharing", "Sharing with organisations"),
                            ("contact", "Being contacted"),
                        ],
                        max_length=7,
                        verbose_name="about",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("phone", "By phone"),
                            ("text", "By text"),
                            ("email", "By email"),
                            ("letter", "By letter"),
                            ("visit", "On a visit"),
                            ("interview", "In an interview"),
                            ("session", "At a youth service session"),
                            ("person", "In person, elsewhere"),
                        ],
                        max_length=9,
                        verbose_name="how",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("given", "Consent given"),
                            ("refused", "Consent refused"),
                            ("none", "Not reached"),
                        ],
                        max_length=7,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "said_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "The young person"),
                            ("parent", "A parent"),
                            ("carer", "A carer"),
                            ("advocate", "An advocate"),
                        ],
                        max_length=8,
                        verbose_name="who answered",
                    ),
                ),
                ("asked_by", models.CharField(max_length=100, verbose_name="who asked")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_facts",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "superseded",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt at consent",
                "verbose_name_plural": "attempts at consent",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="consentattempt_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="consentattempt_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="consentattempt_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[
                            ("person", "="),
                            ("about", "="),
                            ("how", "="),
                            ("during", "&&"),
                        ],
                        name="one_attempt_at_consent_a_day_and_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "none"), ("said_by", "")),
                            models.Q(
                                ("outcome__in", ["given", "refused"]),
                                models.Q(("said_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attempt_at_consent_says_who_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="When it was true: first day in, last day out"
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("statute", "An exchange that a law requires"),
                            ("safeguard", "Safeguarding"),
                        ],
                        max_length=9,
                        verbose_name="ground",
                    ),
                ),
                ("law", models.CharField(max_length=200, verbose_name="law")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("decided_by", models.CharField(max_length=100, verbose_name="who decided")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_facts",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "superseded",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "refusal set aside by law",
                "verbose_name_plural": "refusals set aside by law",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="consentoverride_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="consentoverride_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="consentoverride_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("ground", "="), ("during", "&&")],
                        name="one_refusal_set_aside_a_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("law", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("decided_by", ""), _negated=True),
                        ),
                        name="refusal_set_aside_says_why_and_who",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoNotSurvey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="When it was true: first day in, last day out"
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                (
                    "said_by",
                    models.CharField(
                        choices=[
                            ("own", "The young person"),
                            ("parent", "A parent"),
                            ("carer", "A carer"),
                            ("advocate", "An advocate"),
                        ],
                        default="own",
                        max_length=8,
                        verbose_name="said by",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "By phone"),
                            ("text", "By text"),
                            ("email", "By email"),
                            ("letter", "By letter"),
                            ("visit", "On a visit"),
                            ("interview", "In an interview"),
                            ("session", "At a youth service session"),
                            ("person", "In person, elsewhere"),
                        ],
                        max_length=9,
                        verbose_name="how",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_facts",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "superseded",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "wish not to be surveyed",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="donotsurvey_by_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="donotsurvey_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="donotsurvey_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[("person", "="), ("during", "&&")],
                        name="one_wish_not_to_be_surveyed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeGiven",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        help_text="When it was true: first day in, last day out"
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                ("notice", models.CharField(max_length=150, verbose_name="notice and version")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("phone", "By phone"),
                            ("text", "By text"),
                            ("email", "By email"),
                            ("letter", "By letter"),
                            ("visit", "On a visit"),
                            ("interview", "In an interview"),
                            ("session", "At a youth service session"),
                            ("person", "In person, elsewhere"),
                        ],
                        max_length=9,
                        verbose_name="how",
                    ),
                ),
                (
                    "given_to",
                    models.CharField(
                        choices=[
                            ("own", "The young person"),
                            ("parent", "A parent"),
                            ("carer", "A carer"),
                            ("advocate", "An advocate"),
                        ],
                        default="own",
                        max_length=8,
                        verbose_name="given to",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_facts",
                        to="caseload.youngperson",
                    ),
                ),
                (
                    "recorded",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "superseded",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
            ],
            options={
                "verbose_name": "privacy notice given",
                "verbose_name_plural": "privacy notices given",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["person", "recorded"], name="noticegiven_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="noticegiven_during_is_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded", None),
                            ("superseded__gt", models.F("recorded")),
                            _connector="OR",
                        ),
                        name="noticegiven_is_superseded_by_a_later_change",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded", None)),
                        expressions=[
                            ("person", "="),
                            ("notice", "="),
                            ("how", "="),
                            ("given_to", "="),
                            ("during", "&&"),
                        ],
                        name="one_notice_a_day",
                    ),
                ],
            },
        ),
        *(restrict(table, FACT, columns=("superseded_id",)) for table in TABLES),
    ]
