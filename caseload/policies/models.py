"""Appropriate policy documents in their versions: what each allows, while it is in force."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from caseload.policies.rules import CONDITIONS
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority


class PolicyDocumentQuerySet(models.QuerySet["PolicyDocument"]):
    def in_force(self, on: date) -> Self:
        """Those in force on a day."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class PolicyDocument(models.Model):
    """One version of a document that says how special category or offence data is protected."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("title", max_length=150)
    version = models.CharField("version", max_length=30)
    conditions = ArrayField(models.CharField(max_length=6), help_text="That it covers, by code")
    covers = models.TextField("what data it covers, and how that is protected and erased")
    kept_at = models.CharField("where it is kept", max_length=300)
    starts_on = models.DateField("in force from")
    ends_on = models.DateField("last day in force", null=True)
    review_on = models.DateField("review by")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "title", "version"],
                name="one_policy_document_a_title_and_version",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="policy_document_ends_on_or_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(conditions__contained_by=list(CONDITIONS), conditions__len__gt=0),
                name="policy_document_covers_conditions_that_we_know",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """As a field or a strand that rests on it names it."""
        return f"{self.title}, version {self.version}"
