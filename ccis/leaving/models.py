"""One row for each time that a file with personal data left the service."""

from typing import Self

from django.db import models

from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority

WHY_LENGTH = 200


class LeftFileQuerySet(models.QuerySet["LeftFile"]):
    def visible_to(self, user: User) -> Self:
        """Files that the authorities which a user works for gave out."""
        return self.filter(authority__in=authorities_whose_people(user))


class LeftFile(models.Model):
    """Who took which file, when, why, and the hash of what they got. Never changed, never deleted.

    ``of`` is the reference of what it is a file of: with ``kind`` it leads there. Nobody is named.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, help_text="As registered in ccis.leaving.kinds")
    of = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by command"
    )
    at = models.DateTimeField()
    why = models.CharField(max_length=WHY_LENGTH)
    people = models.PositiveIntegerField(null=True, help_text="Young people in it, where known")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes of the file")

    objects = LeftFileQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["authority", "-at", "-id"], name="left_file_ledger"),
            models.Index(fields=["authority", "of"], name="left_file_of"),
        ]

    def __str__(self) -> str:
        return f"file {self.ref} that left"
