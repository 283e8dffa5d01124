"""Lists: drafted by one person, released by another, opened by named people alone."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.letters.rules import PURPOSES
from providers.models import Provider
from sharing.agreements.models import Version
from sharing.rules import HEADINGS

OPEN_LIST = "sharing.open_list"
"""What is granted for one list and one named individual (LC-10)."""


class ListState(models.TextChoices):
    """Where a list stands; the words are those of its tag (pages §5.2)."""

    DRAFTED = "drafted", "To release"
    RELEASED = "released", "Released"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SharedListQuerySet(models.QuerySet["SharedList"]):
    def visible_to(self, user: User) -> Self:
        """Lists of the authorities that a user works for."""
        return self.filter(authority__in=authorities_whose_people(user))


class SharedList(models.Model):
    """Some people for one organisation and one purpose, with the columns that may go (LC-26)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=list(PURPOSES.items()))
    columns = ArrayField(
        models.CharField(max_length=20),
        help_text="The most that goes: of each person what their letter named besides",
    )
    version = models.ForeignKey(
        Version,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version of the agreement that it was drafted under, then released under",
    )
    state = models.CharField(max_length=9, choices=ListState, default=ListState.DRAFTED)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects = SharedListQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-id"]
        permissions = [("open_list", "May open this list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("drafted_by")),
                name="list_is_released_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="released", released_by__isnull=False, released_at__isnull=False)
                | (~Q(state="released") & Q(released_by=None, released_at=None)),
                name="list_released_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ListState.values), name="list_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(columns__contained_by=list(HEADINGS)), name="list_columns_are_known"
            ),
        ]
        indexes = [models.Index(fields=["authority", "-drafted_at"], name="list_by_authority")]

    def __str__(self) -> str:
        return f"list {self.ref}"


class ListEntryQuerySet(models.QuerySet["ListEntry"]):
    def visible_to(self, user: User) -> Self:
        """Entries about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class ListEntry(models.Model):
    """Someone who was drafted onto a list, and why they were dropped from it, if they were."""

    on_list = models.ForeignKey(SharedList, on_delete=models.PROTECT, related_name="entries")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="list_entries")
    dropped = ArrayField(
        models.CharField(max_length=20),
        default=list,
        help_text="Reasons found at release, by name as in sharing.rules.Reason; empty: none",
    )

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "list entries"
        constraints = [
            models.UniqueConstraint(
                fields=["on_list", "person"], name="one_entry_a_person_and_list"
            )
        ]

    def __str__(self) -> str:
        return f"entry {self.pk} of list {self.on_list_id}"


class ListGrant(UserObjectPermissionBase):
    """Which named individual may open which list: guardian's direct form, with a foreign key."""

    content_object = models.ForeignKey(SharedList, on_delete=models.CASCADE)
    opened_at = models.DateTimeField(null=True, help_text="When they first saw somebody on it")

    class Meta(UserObjectPermissionBase.Meta):
        pass
