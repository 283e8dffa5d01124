"""A completed workbook that came back, and its rows until they are taken (LC-09).

Of a row nothing is kept but what the organisation filled in: what the council gave it is compared
as the file is read, and not stored again.
"""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from sharing.models import Disclosure, SharedList

STALLED_AFTER = timedelta(seconds=90)
KEPT_FOR = timedelta(days=7)
"""How long the workbook itself is kept, to be given back with what to mend."""


class WorkbookState(models.TextChoices):
    """Where a workbook stands; the words are those of its tag (pages §5.2)."""

    READING = "reading", "Being read"
    REVIEW = "review", "Ready to review"
    TAKING = "taking", "Being applied"
    STOPPED = "stopped", "Stopped, safe to carry on"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    SET_ASIDE = "set-aside", "Set aside"


WORKING = (WorkbookState.READING, WorkbookState.TAKING)
OVER = (WorkbookState.DONE, WorkbookState.REFUSED, WorkbookState.SET_ASIDE)


class WorkbookQuerySet(models.QuerySet["Workbook"]):
    def visible_to(self, user: User) -> Self:
        """Workbooks of lists of the authorities that a user works for."""
        return self.filter(on_list__authority__in=authorities_whose_people(user))

    def stalled(self, at: datetime) -> Self:
        """Those on which no worker has been seen for a while."""
        return self.filter(state__in=WORKING, beat_at__lt=at - STALLED_AFTER)

    def outlived(self, at: datetime) -> Self:
        """Those whose original has been kept for long enough."""
        return self.filter(~Q(state__in=WORKING), sent_at__lt=at - KEPT_FOR).exclude(stored_id="")


class Workbook(models.Model):
    """A workbook of one list that somebody sent back completed."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    on_list = models.ForeignKey(SharedList, on_delete=models.PROTECT, related_name="workbooks")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, help_text="Of the workbook as opened")
    stored_id = models.CharField(max_length=32, blank=True, help_text="Empty once destroyed")
    state = models.CharField(
        max_length=9, choices=WorkbookState, default=WorkbookState.READING.value
    )
    stopped_in = models.CharField(max_length=9, blank=True)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why nothing of it was used")
    notices = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0, help_text="People of the list not in it")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField()

    objects = WorkbookQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["on_list", "sha256"],
                condition=~Q(state__in=["refused", "set-aside"]),
                name="one_workbook_per_content",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WorkbookState.values), name="workbook_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="workbook_taken_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"workbook {self.ref}"


class Place(models.TextChoices):
    """The one place of a row: before it is taken, and after."""

    REFUSED = "refused", "Cannot be used"
    CHANGES = "changes", "Will change"
    SAME = "same", "No change"
    EMPTY = "empty", "Nothing filled in"
    TAKEN = "taken", "Changed"


class WorkbookRowQuerySet(models.QuerySet["WorkbookRow"]):
    def visible_to(self, user: User) -> Self:
        """Rows about young people whom a user may see, and those that are about nobody known."""
        seen = Disclosure.objects.visible_to(user)
        return self.filter(
            Q(disclosure=None) | Q(disclosure__in=seen),
            workbook__in=Workbook.objects.visible_to(user),
        )


class WorkbookRow(models.Model):
    """One row: whose it is, what was filled in, what is wrong, and what became of it."""

    workbook = models.ForeignKey(Workbook, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As the spreadsheet counts")
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, null=True)
    row_ref = models.CharField(
        max_length=8, blank=True, help_text="By which it is known again once its row is gone"
    )
    mark = models.CharField(max_length=4, blank=True, help_text="Of the copy that it is of")
    place = models.CharField(max_length=7, choices=Place)
    said = models.JSONField(default=dict, help_text="What was filled in, days as ISO text")
    seen = models.PositiveIntegerField(
        default=0, help_text="Number of the last answer when it was read"
    )
    problems = models.JSONField(default=list, help_text="[{position, heading, message}]")

    objects = WorkbookRowQuerySet.as_manager()

    class Meta:
        ordering = ["workbook_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["workbook", "number"], name="one_workbook_row_a_number"
            ),
            models.CheckConstraint(
                condition=Q(place__in=["refused", "empty"]) | Q(disclosure__isnull=False),
                name="workbook_row_that_is_used_is_about_somebody",
            ),
        ]
        indexes = [models.Index(fields=["workbook", "place", "number"], name="workbook_row_place")]

    def __str__(self) -> str:
        return f"row {self.number} of workbook {self.workbook_id}"
