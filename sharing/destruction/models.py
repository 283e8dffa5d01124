"""Who was asked to destroy, what they said, and the certificate of it (LC-04, LC-18)."""

from typing import Self

from django.db import models

from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from sharing.models import Disclosure, SharedList


class Chase(models.Model):
    """One time that an organisation was asked to confirm. Nobody is named in what it was sent."""

    on_list = models.ForeignKey(SharedList, on_delete=models.PROTECT, related_name="chases")
    at = models.DateTimeField()
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by itself"
    )
    told = models.PositiveIntegerField(help_text="How many named individuals were written to")
    sent_at = models.DateTimeField(null=True, help_text="Empty: the email has not gone yet")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"chase {self.pk} of list {self.on_list_id}"


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, user: User) -> Self:
        """Confirmations to the authorities that a user works for."""
        return self.filter(on_list__authority__in=authorities_whose_people(user))


class Confirmation(models.Model):
    """An organisation's word that its copies of some people's details are destroyed.

    ``certificate`` states it, with what we did ourselves, as canonical JSON; ``signature`` is
    Ed25519 over its bytes, by the key that it names.
    """

    class How(models.TextChoices):
        PORTAL = "portal", "In the portal"
        EMAIL = "email", "By email"
        PHONE = "phone", "By phone"
        LETTER = "letter", "By letter"
        PERSON = "person", "In person"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    on_list = models.ForeignKey(SharedList, on_delete=models.PROTECT, related_name="confirmations")
    disclosures = models.ManyToManyField(Disclosure, related_name="confirmations")
    said_by = models.CharField(max_length=100)
    said_on = models.DateField()
    how = models.CharField(max_length=6, choices=How)
    what = models.CharField(max_length=300, help_text="What was destroyed and how, in their words")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    certificate = models.TextField()
    signature = models.CharField(max_length=128)
    key = models.CharField(max_length=16, help_text="Fingerprint of the key that signed")

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-id"]

    def __str__(self) -> str:
        return f"confirmation {self.ref}"
