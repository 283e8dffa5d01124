"""What organisations say of the people on their lists: attempts, and answers, all of them kept.

The portal's login reads those of rows that are live on its own lists, and no others
(docs/adr/0054).
"""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from caseload.intake.models import InboundFile
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from sharing.models import Disclosure
from sharing.outcomes.rules import CONFIRMED, DOING, HOWS, LONGEST_NOTES, LONGEST_WHERE, RESULTS
from sharing.template import OUTCOMES


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, user: User) -> Self:
        """Attempts to reach young people whom a user may see."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that were not taken back as logged by mistake."""
        return self.filter(undone_at=None)


class Attempt(models.Model):
    """One time that an organisation tried to reach someone on its list (LC-18)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="attempts")
    tried_on = models.DateField()
    how = models.CharField(max_length=6, choices=list(HOWS.items()))
    result = models.CharField(
        max_length=9, choices=list(RESULTS.items()), blank=True, help_text="Empty: not said"
    )
    at = models.DateTimeField(help_text="When it was logged")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Their name at the time")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-tried_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=list(HOWS)), name="attempt_how_is_known"),
            models.CheckConstraint(
                condition=Q(result__in=["", *RESULTS]), name="attempt_result_is_known"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="attempt_undone_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.ref}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> Self:
        """Answers about young people whom a user may see."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))

    def that_count(self) -> Self:
        """The one that counts of each disclosure: the last."""
        return self.order_by("disclosure_id", "-number").distinct("disclosure_id")

    def to_feed(self) -> Self:
        """Confirmed, nothing said since, and not yet given to intake."""
        later = Answer.objects.filter(
            disclosure=OuterRef("disclosure"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later), outcome=CONFIRMED, file=None)


class Answer(models.Model):
    """What an organisation said became of someone (LC-09). The last counts; all are kept.

    ``number`` counts the answers about one disclosure: whoever answers says which they have seen.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=13, choices=list(OUTCOMES.items()))
    where = models.CharField(max_length=LONGEST_WHERE, blank=True)
    since = models.DateField(null=True)
    doing = models.CharField(max_length=9, choices=list(DOING.items()), blank=True)
    notes = models.CharField(max_length=LONGEST_NOTES, blank=True)
    tries = models.PositiveSmallIntegerField(null=True, help_text="As told, not as logged")
    mark = models.CharField(
        max_length=4, blank=True, help_text="Of the copy of the list that it came back in"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Their name at the time")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(
        InboundFile,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="By which it came to the record",
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["disclosure_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "number"], name="one_answer_a_disclosure_and_number"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list(OUTCOMES)), name="answer_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(doing__in=["", *DOING]), name="answer_doing_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(outcome=CONFIRMED, since__isnull=False) & ~Q(where=""))
                | (~Q(outcome=CONFIRMED) & Q(where="", since=None, doing="", file=None)),
                name="answer_confirmed_says_where_and_since_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(outcome=CONFIRMED, file=None),
                name="answer_to_feed",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.ref}"


class Reminder(models.Model):
    """One time that an organisation was asked for overdue updates, with nobody named (LC-19)."""

    on_list = models.ForeignKey(
        "sharing.SharedList", on_delete=models.PROTECT, related_name="reminders"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by itself"
    )
    told = models.PositiveIntegerField(help_text="How many named individuals were written to")
    sent_at = models.DateTimeField(null=True, help_text="Empty: the email has not gone yet")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"reminder {self.pk} of list {self.on_list_id}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        """Referrals of young people whom a user may see."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))


class Referral(models.Model):
    """That an organisation refers someone on, with their own explicit yes to it (LC-21).

    There is no row without the yes: by whom it was heard, when and how.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="referrals")
    to = models.CharField(max_length=LONGEST_WHERE)
    consented_on = models.DateField()
    consented_how = models.CharField(max_length=6, choices=list(HOWS.items()))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Their name at the time")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(to="") & Q(consented_how__in=list(HOWS)),
                name="referral_says_to_whom_and_how_they_consented",
            )
        ]

    def __str__(self) -> str:
        return f"referral {self.ref}"


from sharing.outcomes.workbook_models import (  # noqa: E402 - one table leads to the other
    Place,
    Workbook,
    WorkbookRow,
    WorkbookState,
)

__all__ = [
    "Answer",
    "Attempt",
    "Place",
    "Referral",
    "Reminder",
    "Workbook",
    "WorkbookRow",
    "WorkbookState",
]
