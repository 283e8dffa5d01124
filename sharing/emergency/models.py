"""What was shared in an emergency, who asked outside the portal, and what came of it.

Every word that left stands in the ledger as a disclosure; here is why, and who decided.
"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When

from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider
from sharing.models import Disclosure


class How(models.TextChoices):
    PHONE = "phone", "By phone"
    PERSON = "person", "In person"
    EMAIL = "email", "By secure email"
    LETTER = "letter", "By letter"


class Criteria(models.Model):
    """One version of an authority's written criteria, a line each. Never changed."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    lines = ArrayField(models.CharField(max_length=200))
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["authority_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "number"], name="one_version_of_criteria_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"criteria {self.number} of authority {self.authority_id}"


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, user: User) -> Self:
        """Those about young people whom a user may see."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))

    def with_done(self) -> Self:
        """Each with ``is_done``, by which those at which nobody has looked again come first."""
        return self.annotate(is_done=Case(When(reviewed_at=None, then=0), default=1))

    def to_review(self) -> Self:
        """Those at which nobody has looked again."""
        return self.filter(reviewed_at=None)

    def waiting_to_be_told(self) -> Self:
        """Those of them that governance was not written to of, and has not opened."""
        return self.to_review().filter(told_at=None)


class Emergency(models.Model):
    """Why one person's details went to one recipient in an emergency, and what was found of it."""

    class Outcome(models.TextChoices):
        RIGHT = "right", "It was right, and no more than was needed"
        TOO_MUCH = "too-much", "It was right, but more was told than was needed"
        WRONG = "wrong", "It should not have been shared"

    disclosure = models.OneToOneField(
        Disclosure, on_delete=models.PROTECT, related_name="emergency"
    )
    criteria = models.ForeignKey(
        Criteria,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The version in force; none for those that the service came with",
    )
    met = ArrayField(models.CharField(max_length=200), help_text="The criteria that were met")
    why = models.TextField(help_text="What the emergency is")
    whys = models.JSONField(help_text="Why each field was needed, by column")
    told_to = models.CharField(max_length=150, help_text="Their name and position")
    checked = models.CharField(max_length=200, help_text="How it was checked who they are")
    how = models.CharField(max_length=6, choices=How)
    decided_by = models.CharField(max_length=150, help_text="Name and position of who decided")
    despite = models.BooleanField(help_text="Whether an opt-out covered the recipient (LA-07)")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_key = models.CharField(max_length=64, unique=True, help_text="The one sending of a form")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    found = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(
        null=True, help_text="When governance was written to, or opened it; empty: not yet"
    )

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "emergencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", reviewed_by=None, reviewed_at=None)
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(outcome="")),
                name="emergency_reviewed_says_who_and_what",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("by")),
                name="emergency_is_reviewed_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(reviewed_at=None), name="emergency_to_review")
        ]

    def __str__(self) -> str:
        return f"emergency of disclosure {self.disclosure_id}"


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user: User) -> Self:
        """Enquiries to a user's authorities: of nobody, and of people whom they may see."""
        people: models.QuerySet[YoungPerson] = YoungPerson.objects.visible_to(user)
        return self.filter(
            Q(person=None) | Q(person__in=people), authority__in=authorities_whose_people(user)
        )

    def with_done(self) -> Self:
        """Each with ``is_done``, by which those that nobody has answered come first."""
        return self.annotate(is_done=Case(When(state=Enquiry.State.CHECKED, then=0), default=1))

    def undecided(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(state=Enquiry.State.CHECKED)


class Enquiry(models.Model):
    """Somebody asked outside the portal for what an agreement covers (LC-30).

    Who they are is checked before anything is told, and both stay on record, also of a no.
    """

    class State(models.TextChoices):
        CHECKED = "checked", "To answer"
        TOLD = "told", "Told"
        REFUSED = "refused", "Refused"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, null=True, related_name="enquiries"
    )
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    asker = models.CharField(max_length=150, help_text="Their name and position")
    channel = models.CharField(max_length=6, choices=How)
    asks = models.TextField(help_text="What they ask, and what for")
    checks = ArrayField(models.CharField(max_length=12), help_text="What was checked")
    checked = models.TextField(help_text="What was done to check, and what it showed")
    state = models.CharField(max_length=8, choices=State)
    why = models.TextField(blank=True, help_text="Why it was told, or refused")
    disclosure = models.OneToOneField(
        Disclosure, on_delete=models.PROTECT, null=True, related_name="enquiry"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="checked", answered_at=None, answered_by=None, disclosure=None)
                | Q(state="refused", answered_at__isnull=False, disclosure=None)
                | Q(state="told", answered_at__isnull=False, disclosure__isnull=False),
                name="enquiry_told_is_in_the_ledger",
            ),
            models.CheckConstraint(
                condition=Q(state="refused")
                | (
                    Q(person__isnull=False)
                    & Q(checks__overlap=["called-back", "named", "document", "authority"])
                ),
                name="enquiry_is_answered_only_to_whom_we_know",
            ),
        ]
        indexes = [models.Index(fields=["authority", "-at"], name="enquiry_by_authority")]

    def __str__(self) -> str:
        return f"enquiry {self.ref}"
