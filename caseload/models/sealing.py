"""That an identity was sealed: whose, why, by whom and when, and whether it still is (LAW-10)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from caseload.models.people import YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import Change


class SealedIdentityQuerySet(models.QuerySet["SealedIdentity"]):
    def visible_to(self, user: User) -> Self:
        """Those of young people for whom a user was named."""
        return self.filter(person__in=YoungPerson.objects.named_for(user))

    def standing(self) -> Self:
        """Those that nobody lifted."""
        return self.filter(lifted=None)


class SealedIdentity(models.Model):
    """A seal on some versions of who someone was; the versions name its change."""

    class Why(models.TextChoices):
        ADOPTION = "adoption", "Adoption"
        GENDER = "gender", "Gender recognition"
        PROTECTED = "protected", "Protected person"

    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=9, choices=Why)
    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="+")
    lifted = models.OneToOneField(Change, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SealedIdentityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sealed identities"
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted=None) | Q(lifted__gt=F("change")),
                name="seal_is_lifted_by_a_later_change",
            )
        ]

    def __str__(self) -> str:
        return f"sealed identity {self.pk}"
