"""What a file told of someone that proved wrong later, for its sender to know (LA-10)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from caseload.models.people import YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import Change


class FoundWrongQuerySet(models.QuerySet["FoundWrong"]):
    def visible_to(self, user: User) -> Self:
        """Those about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))

    def of_file(self, ref: str) -> Self:
        """Those of one file, by its reference, in the order of its rows."""
        return self.filter(came_by__file_ref=ref).order_by("source_row", "id")


class FoundWrong(models.Model):
    """One thing that a row of a file said and that is not so, and whether its sender was told.

    Putting the record right is another matter, done on the person's page.
    """

    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, related_name="found_wrong", db_index=False
    )
    came_by = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+")
    source_row = models.PositiveIntegerField(null=True)
    what = models.CharField(max_length=40, help_text="Which part of the record, in words")
    words = models.CharField("what is wrong", max_length=300)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    found_at = models.DateTimeField()
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=200, blank=True, default="")

    objects = FoundWrongQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(told_by=None, told_at=None, told_how="")
                | (Q(told_by__isnull=False, told_at__isnull=False) & ~Q(told_how="")),
                name="found_wrong_told_says_who_when_and_how",
            )
        ]
        indexes = [models.Index(fields=["person"], name="found_wrong_by_person")]

    def __str__(self) -> str:
        return f"found wrong {self.pk}"
