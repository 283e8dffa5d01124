"""What someone is doing, and when that was confirmed."""

from django.db import models
from django.db.models import F, Q

from caseload.models import codes
from caseload.models.facts import Fact, FactQuerySet, FirstDay, NextSpell, no_overlap
from caseload.models.people import YoungPerson
from ccis.audit.models import Change
from providers.models import Provider


class Activity(Fact):
    """What someone is doing, from one day until another (docs/nccis.md §2.2).

    ``spell`` stays the same through every version of one activity, so that confirmations
    belong to the activity and not to a version of it.
    """

    spell = models.BigIntegerField(db_default=NextSpell())
    code = models.ForeignKey(
        codes.ActivityCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    establishment_name = models.CharField(
        "where", max_length=200, blank=True, help_text="When it is not in the directory"
    )
    course = models.CharField("course", max_length=200, blank=True)
    course_level = models.CharField("level", max_length=30, blank=True)
    ascertained_on = models.DateField("found out on")
    review_on = models.DateField("review on", null=True)
    predicted_end_on = models.DateField("expected end", null=True)
    leaving_reason = models.CharField("reason for leaving", max_length=100, blank=True)

    objects = FactQuerySet["Activity"].as_manager()

    class Meta(Fact.Meta):
        verbose_name_plural = "activities"
        constraints = [*Fact.Meta.constraints, no_overlap("one_activity_at_a_time")]
        indexes = [
            *Fact.Meta.indexes,
            models.Index(
                fields=["code", "person"], condition=Q(superseded=None), name="activity_by_code"
            ),
            models.Index(
                FirstDay(F("during")).desc(),
                F("person"),
                condition=Q(superseded=None),
                name="activity_since",
            ),
            models.Index(
                fields=["review_on", "person"],
                condition=Q(superseded=None, review_on__isnull=False),
                name="activity_by_review",
            ),
        ]


class Verification(models.Model):
    """An activity was confirmed on a day: a narrow row, never a new version (design §4)."""

    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="verifications")
    spell = models.BigIntegerField()
    verified_on = models.DateField()
    recorded = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)
    superseded = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source_row = models.PositiveIntegerField(null=True)

    objects = FactQuerySet["Verification"].as_manager()  # type: ignore[type-var]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(superseded=None) | Q(superseded__gt=F("recorded")),
                name="verification_is_superseded_by_a_later_change",
            )
        ]
        indexes = [
            models.Index(fields=["person", "spell", "verified_on"], name="verification_by_person")
        ]

    def __str__(self) -> str:
        return f"verification {self.pk} of {self.person_id}"
