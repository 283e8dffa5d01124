"""A change that somebody proposed to a record: what it would alter, and what was decided (LC-05).

What was asked, by whom and how they showed who they are stands in its request and is never
changed; what the record says is read from the record. Here is only what ties the two together.
"""

from django.db import models
from django.db.models import Q

from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from optout import proposals
from optout.models.requests import Request


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> "CorrectionQuerySet":
        """Corrections of records that a user may see."""
        return self.filter(
            request__in=Request.objects.visible_to(user), request__person__isnull=False
        )

    def to_decide(self) -> "CorrectionQuerySet":
        """Those that nobody has decided, and whose request nothing has closed."""
        undecided = self.filter(state=Correction.State.OPEN)
        return undecided.exclude(request__state=Request.State.ANSWERED)

    def decided(self) -> "CorrectionQuerySet":
        """Those of which somebody said what becomes of them."""
        return self.exclude(state=Correction.State.OPEN)

    def says_not_theirs(self) -> "CorrectionQuerySet":
        """Those that say that a letter was not for whoever opened it."""
        return self.filter(
            request__kind=Request.Kind.CORRECTION, request__said__choice=proposals.NOT_FOR_ME
        )


class Correction(models.Model):
    """A change proposed to the record of whoever its request is about."""

    class State(models.TextChoices):
        OPEN = "open", "To decide"
        ACCEPTED = "accepted", "Done as asked"
        CHANGED = "changed", "Put right otherwise"
        DECLINED = "declined", "Not done"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="correction")
    part = models.CharField(
        max_length=20, blank=True, help_text="The part of the record; empty: not yet said which"
    )
    version = models.BigIntegerField(
        null=True, help_text="The version of a fact that it would alter; empty: it adds one"
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True, help_text="Why it was not done, as they were told")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    change = models.ForeignKey(
        Change,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The change that put the record right",
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None, change=None, reason="")
                | Q(
                    state__in=["accepted", "changed"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    change__isnull=False,
                    reason="",
                )
                | (
                    Q(
                        state="declined",
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                        change=None,
                    )
                    & ~Q(reason="")
                ),
                name="correction_decided_says_by_whom_and_what_came_of_it",
            ),
        ]
        indexes = [
            models.Index(fields=["request"], condition=Q(state="open"), name="correction_to_decide")
        ]

    def __str__(self) -> str:
        return f"correction {self.ref}"
