"""What somebody said about sharing someone's details: every word kept, with source and date.

An objection is no row of its own. It is what the statements together come to on a day, and the
database answers that, in ``optout_objection_covers`` (docs/adr/0034).
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import Change
from optout.rules import ADVOCATE, AUTHORITY, CARER, OWN, PARENT, SCHOOL
from providers.models import Provider

if TYPE_CHECKING:
    from optout.models.requests import Request


class Channel(models.TextChoices):
    """How something reached us."""

    WEB = "web", "Online form"
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"
    POST = "post", "Post"
    IN_PERSON = "person", "In person"
    FILE = "file", "A file"


class StatementQuerySet(models.QuerySet["Statement"]):
    def believed(self) -> "StatementQuerySet":
        """Statements that were not taken out as recorded by mistake."""
        return self.filter(superseded=None)

    def visible_to(self, user: User) -> "StatementQuerySet":
        """Statements about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class Statement(models.Model):
    """Someone said no, or yes, to sharing with one organisation or with all (LC-03, LC-06)."""

    class Says(models.TextChoices):
        NO = "no", "Do not share"
        YES = "yes", "You may share"

    class SaidBy(models.TextChoices):
        OWN = OWN, "The young person"
        PARENT = PARENT, "A parent"
        CARER = CARER, "A carer"
        ADVOCATE = ADVOCATE, "An advocate"
        SCHOOL = SCHOOL, "A school or college"
        AUTHORITY = AUTHORITY, "Another authority"

    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="statements")
    says = models.CharField(max_length=3, choices=Says)
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Whom it is about; empty: all organisations",
    )
    said_on = models.DateField("said on")
    said_by = models.CharField(max_length=9, choices=SaidBy)
    channel = models.CharField(max_length=6, choices=Channel)
    source = models.CharField(max_length=200, blank=True)
    request: "models.ForeignKey[Request | None, Request | None]" = models.ForeignKey(
        "optout.Request",
        on_delete=models.PROTECT,
        null=True,
        related_name="statements",
        db_index=False,
    )
    lifts = models.BooleanField(
        default=False, help_text="A yes that takes back an earlier no (LC-06, LC-31)"
    )
    yields = models.BooleanField(
        default=False, help_text="A no that gives way to the person's own yes (LC-31)"
    )
    recorded = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)
    superseded = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(says__in=["no", "yes"]), name="statement_says"),
            models.CheckConstraint(
                condition=Q(lifts=False) | Q(says="yes"), name="only_a_yes_lifts"
            ),
            models.CheckConstraint(
                condition=Q(yields=False) | Q(says="no"), name="only_a_no_yields"
            ),
            models.CheckConstraint(
                condition=Q(superseded=None) | Q(superseded__gt=F("recorded")),
                name="statement_is_superseded_by_a_later_change",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "said_on", "id"],
                condition=Q(superseded=None),
                name="statement_by_person",
            )
        ]

    def __str__(self) -> str:
        return f"statement {self.pk} about {self.person_id}"
