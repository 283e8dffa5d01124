"""Strands in their versions, and every decision of triage (LC-07, LC-15, LAW-05)."""

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Q

from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.letters.rules import PURPOSES
from providers.models import Provider
from sharing.models import ListState, SharedList
from sharing.triage.rules import Row


class StrandQuerySet(models.QuerySet["Strand"]):
    def visible_to(self, user: User) -> Self:
        """Strands of the authorities that a user works for."""
        return self.filter(authority__in=authorities_whose_people(user))


class Strand(models.Model):
    """By what people are matched to one organisation, for one purpose."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=list(PURPOSES.items()))
    name = models.CharField(max_length=80, help_text="For officers alone")
    stopped_at = models.DateTimeField(null=True)

    objects = StrandQuerySet.as_manager()

    class Meta:
        ordering = ["provider__name", "name", "id"]

    def __str__(self) -> str:
        return f"strand {self.ref}"


class StrandVersion(models.Model):
    """Its criteria as they once stood. The one put in use last is in use."""

    strand = models.ForeignKey(Strand, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    criteria = models.JSONField(default=list)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    places = models.PositiveIntegerField(null=True, help_text="Empty: nobody counts")
    note = models.CharField(
        max_length=500, blank=True, help_text="Why it is right although being on it tells something"
    )
    used_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["strand", "number"], name="strand_version_number"),
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None)
                | Q(used_at__isnull=False, used_by__isnull=False),
                name="strand_in_use_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of strand {self.strand_id}"

    @property
    def rows(self) -> list[Row]:
        """The criteria."""
        return [Row(**{**one, "of": tuple(one["of"])}) for one in self.criteria]


def as_data(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Criteria as they are kept."""
    return [{**vars(row), "of": list(row.of)} for row in rows]


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def visible_to(self, user: User) -> Self:
        """Choices about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))

    def chosen(self) -> Self:
        """Accepted ones that wait for a list, or are on a list that waits for release."""
        return self.filter(provider__isnull=False, lapsed_at=None).filter(
            Q(on_list=None) | Q(on_list__state=ListState.DRAFTED)
        )


class Choice(models.Model):
    """What was proposed for somebody, what a person decided, and why. It never leaves (LC-15)."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        CHANGED = "changed", "Another organisation"
        LEFT = "left", "Left out"

    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="choices")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision)
    proposed = models.ForeignKey(
        StrandVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    proposed_because = models.CharField(max_length=300, blank=True)
    strand = models.ForeignKey(
        StrandVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The strand by which they go; none where they were left out",
    )
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=10, choices=list(PURPOSES.items()), blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="In the words of who decided")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    on_list = models.ForeignKey(
        SharedList, on_delete=models.PROTECT, null=True, related_name="choices"
    )
    lapsed_at = models.DateTimeField(
        null=True, help_text="When it was found that they cannot go any more"
    )

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="left", provider=None, strand=None)
                | (~Q(decision="left") & Q(provider__isnull=False, strand__isnull=False)),
                name="choice_says_where_to",
            ),
            models.CheckConstraint(
                condition=Q(decision="accepted") | ~Q(reason=""), name="choice_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"choice {self.pk}"
