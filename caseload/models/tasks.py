"""What is to be done about a young person: by when, by whom, and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from caseload.models.people import YoungPerson
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> Self:
        """Tasks about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))

    def of(self, authority: Authority) -> Self:
        """Tasks about young people whose record this authority keeps."""
        return self.filter(person__lead_authority=authority)

    def still_open(self) -> Self:
        """Tasks that nobody has done yet."""
        return self.filter(state=Task.State.TO_DO)


class Task(models.Model):
    """One thing to do about one young person (DWP-01, LDOR-04).

    Why it is there is told by the change that opened it: the file that it came by, or the
    officer. Without an owner it is for whoever takes it.
    """

    class Kind(models.TextChoices):
        CONTACT = "contact", "Contact them"
        MEND = "mend", "Put the record right"

    class State(models.TextChoices):
        TO_DO = "to-do", "To do"
        DONE = "done", "Done"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.CONTACT)
    what = models.CharField("what to do", max_length=200)
    due_on = models.DateField("due")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=5, choices=State, default=State.TO_DO)
    opened = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+")
    source_row = models.PositiveIntegerField(
        null=True, help_text="Row number in the file that the change came by"
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="to-do", done_by=None, done_at=None)
                | Q(state="done", done_by__isnull=False, done_at__isnull=False),
                name="task_done_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["contact", "mend"]), name="task_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["person", "what"],
                condition=Q(state="to-do"),
                name="one_open_task_that_says_the_same",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state="to-do"), name="task_by_due"),
            models.Index(fields=["person"], name="task_by_person"),
        ]

    def __str__(self) -> str:
        return f"task {self.ref}"
