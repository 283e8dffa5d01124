"""Two records that may be one person's, and merges of those that were."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from caseload.matching.models import BANDS, MatchModel
from caseload.models import YoungPerson
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority


class TwoQuerySet(models.QuerySet["Two"]):
    def visible_to(self, user: User) -> Self:
        """Pairs of people both of whom the user may see; of any other there is no trace."""
        people = YoungPerson.objects.visible_to(user)
        return self.filter(first__in=people, second__in=people)

    def of(self, authority: Authority) -> Self:
        """Pairs of one authority."""
        return self.filter(authority=authority)


class Two(models.Model):
    """Two records that may be one person's: found by the score at night, or named by someone."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    first = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(MatchModel, on_delete=models.PROTECT, null=True, related_name="+")
    weight = models.FloatField(
        default=0, help_text="Bits for it being one person, less those against"
    )
    probability = models.FloatField(default=0, help_text="That they are one person, 0 to 1")
    steps = models.JSONField(default=list, help_text="[{field, level, words, bits}]")
    band = models.CharField(max_length=7, choices=BANDS, default="ask")
    found_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who named the two; empty: the score found them",
    )

    objects = TwoQuerySet.as_manager()

    class Meta:
        verbose_name = "pair"
        ordering = ["-probability", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_two_people"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_is_in_order"),
            models.CheckConstraint(
                condition=Q(band__in=[value for value, _ in BANDS]), name="pair_band_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "-probability", "id"], name="pair_by_likeness"),
            models.Index(fields=["second"], name="pair_by_second"),
        ]

    def __str__(self) -> str:
        return f"pair {self.ref}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> Self:
        """Merges of records both of which the user might see apart."""
        people = YoungPerson.objects.open_to(user)
        return self.filter(stays__in=people, goes__in=people)

    def standing(self) -> Self:
        """Merges that nobody has undone."""
        return self.filter(undone=None)


class Merge(models.Model):
    """One record merged into another: what it takes to undo it, exactly, at any time."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    stays = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")
    goes = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")
    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="+")
    undone = models.OneToOneField(Change, on_delete=models.PROTECT, null=True, related_name="+")
    level_before = models.PositiveSmallIntegerField(help_text="Restriction of the one that stays")
    level_after = models.PositiveSmallIntegerField()
    granted_before = models.JSONField(default=list, help_text="Who might open the one that stays")
    granted_after = models.JSONField(default=list)
    moved = models.JSONField(default=dict, help_text="What each handler wants to know to undo it")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-change_id"]
        constraints = [
            models.CheckConstraint(condition=~Q(stays=F("goes")), name="merge_is_of_two_records"),
            models.UniqueConstraint(
                fields=["goes"], condition=Q(undone=None), name="a_record_is_merged_into_one_other"
            ),
        ]
        indexes = [models.Index(fields=["stays"], name="merge_by_record_that_stays")]

    def __str__(self) -> str:
        return f"merge {self.ref}"
