"""What someone had typed when their session ended, for half an hour."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from ccis.accounts.models import User


class HeldFormQuerySet(models.QuerySet["HeldForm"]):
    def visible_to(self, user: User) -> "HeldFormQuerySet":
        """A person's own, and nobody else's."""
        return self.filter(person=user)

    def kept(self, at: datetime) -> "HeldFormQuerySet":
        """Those whose time is not over."""
        return self.filter(until__gt=at)


class HeldForm(models.Model):
    """A form that came after the end of a session, or stood unsent on the page at the end.

    What was typed is not in the row: it lies encrypted under ``stored`` (``ccis.files.storage``),
    whose key is destroyed with the row.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    page = models.CharField(max_length=500)
    """The path of the page that it stood on."""
    action = models.CharField(max_length=500)
    """The path that it was sent to."""
    stored = models.CharField(max_length=32, unique=True)
    held_at = models.DateTimeField()
    until = models.DateTimeField()

    objects = HeldFormQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "until"], name="held_form_by_person"),
            models.Index(fields=["until"], name="held_form_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("held_at")), name="held_form_ends_after_it_began"
            )
        ]

    def __str__(self) -> str:
        return f"held form {self.pk}"
