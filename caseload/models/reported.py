"""What a school reports of someone: attendance by period, and signs that they may become NEET."""

from django.db import models
from django.db.models import F, Q

from caseload.models.facts import Fact, FactQuerySet, no_overlap
from providers.models import Provider


class Attendance(Fact):
    """Sessions at one school in a term, a half term or any other run of days (ISA-12).

    Sums alone are held: why someone was away is not. ``unclear`` are sessions whose mark the list
    of the time does not have; ``suspended`` are among the authorised ones.
    """

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    possible = models.PositiveSmallIntegerField("sessions possible")
    attended = models.PositiveSmallIntegerField("attended")
    authorised = models.PositiveSmallIntegerField("authorised absence")
    unauthorised = models.PositiveSmallIntegerField("unauthorised absence")
    suspended = models.PositiveSmallIntegerField("of these suspended or excluded", default=0)
    unclear = models.PositiveSmallIntegerField("not clear", default=0)
    marks = models.CharField(
        max_length=7, blank=True, help_text="List of marks by which they were counted"
    )

    objects = FactQuerySet["Attendance"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "attendance"
        verbose_name_plural = "attendance"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_attendance_at_a_time", "provider"),
            models.CheckConstraint(
                condition=Q(
                    possible=F("attended") + F("authorised") + F("unauthorised") + F("unclear")
                ),
                name="attendance_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(suspended__lte=F("authorised")),
                name="attendance_suspended_is_authorised",
            ),
            models.CheckConstraint(
                condition=Q(during__upper_inf=False), name="attendance_is_of_a_period"
            ),
        ]

    @property
    def percent(self) -> float | None:
        """Share of the possible sessions that were attended; ``None`` where none was possible."""
        return 100 * self.attended / self.possible if self.possible else None


class RiskIndicators(Fact):
    """What a school said twice a year of the risk that someone becomes NEET (ISA-01).

    Each is kept as it was told; what was not told is empty. Nothing is scored here.
    """

    class Judgement(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    class Because(models.TextChoices):
        PLACE = "place", "They have a firm place or job for after Year 11"
        BETTER = "better", "What counted against them is better now"
        WRONG = "wrong", "What is shown is wrong or out of date"
        SUPPORT = "support", "Support is in place and works"
        KNOWN = "known", "We know them well and see no risk"

    attendance_percent = models.DecimalField(
        "attendance, per cent", max_digits=4, decimal_places=1, null=True
    )
    exclusions = models.PositiveSmallIntegerField("suspensions and exclusions", null=True)
    english_additional = models.BooleanField("English as an additional language", null=True)
    ehc_plan = models.BooleanField("EHC plan", null=True)
    sen_support = models.BooleanField("SEN support", null=True)
    alternative_provision = models.BooleanField("alternative provision", null=True)
    looked_after = models.BooleanField("looked after", null=True)
    pregnant_or_parent = models.BooleanField("pregnant or a parent", null=True)
    free_meals = models.BooleanField("free school meals", null=True)
    carer = models.BooleanField("young carer", null=True)
    youth_justice = models.BooleanField("known to youth justice", null=True)
    judgement = models.CharField(
        "the school's judgement of the risk", max_length=6, choices=Judgement, blank=True
    )
    judged_because = models.CharField(
        "why the school judges so", max_length=7, choices=Because, blank=True, default=""
    )
    comment = models.CharField("comment", max_length=300, blank=True)
    confirmed_by = models.CharField(
        "confirmed by", max_length=100, blank=True, help_text="Who at the school"
    )

    objects = FactQuerySet["RiskIndicators"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "risk indicators"
        verbose_name_plural = "risk indicators"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_set_of_risk_indicators"),
            models.CheckConstraint(
                condition=Q(judgement__in=["", "high", "medium", "low"]),
                name="risk_judgement_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    judged_because__in=["", "place", "better", "wrong", "support", "known"]
                ),
                name="risk_judged_because_is_known",
            ),
            models.CheckConstraint(
                condition=Q(attendance_percent=None)
                | Q(attendance_percent__gte=0, attendance_percent__lte=100),
                name="risk_attendance_is_a_percentage",
            ),
        ]

    @property
    def signs(self) -> list[str]:
        """What was said to be so, in words."""
        flags = [
            field.verbose_name
            for field in self._meta.concrete_fields
            if isinstance(field, models.BooleanField) and getattr(self, field.name)
        ]
        return [str(flag) for flag in flags]
