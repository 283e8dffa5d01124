"""What is to be done about young people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ccis.access.references
from caseload.grants import TASKS
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0006_section_72"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
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
                    "kind",
                    models.CharField(
                        choices=[("contact", "Contact them"), ("mend", "Put the record right")],
                        default="contact",
                        max_length=7,
                    ),
                ),
                ("what", models.CharField(max_length=200, verbose_name="what to do")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[("to-do", "To do"), ("done", "Done")],
                        default="to-do",
                        max_length=5,
                    ),
                ),
                (
                    "source_row",
                    models.PositiveIntegerField(
                        help_text="Row number in the file that the change came by", null=True
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="caseload.youngperson",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "to-do")),
                        fields=["due_on", "id"],
                        name="task_by_due",
                    ),
                    models.Index(fields=["person"], name="task_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None), ("state", "to-do")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                ("state", "done"),
                            ),
                            _connector="OR",
                        ),
                        name="task_done_says_by_whom_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["contact", "mend"])),
                        name="task_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "to-do")),
                        fields=("person", "what"),
                        name="one_open_task_that_says_the_same",
                    ),
                ],
            },
        ),
        *narrow(TASKS),
    ]
