"""What the council keeps of returns of drop-outs: chasing, retention, service levels, toolkit."""

from django.db import models
from django.db.models import F, Q

from caseload.intake.source_models import Source
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority, SubRegion
from providers.models import Provider
from sharing.monitoring.rules import MEASURES, LevelDays


class ServiceLevelQuerySet(models.QuerySet["ServiceLevel"]):
    def of(self, authority: Authority) -> "ServiceLevelQuerySet":
        """Those of one authority, with whoever they are with."""
        found = self.filter(authority=authority)
        return found.select_related("provider", "other_authority", "unit", "authority")


class ServiceLevel(models.Model):
    """What a council and another side agreed about returns of drop-outs (LDOR-07).

    It is never edited: what was agreed stays, it is signed, reviewed and ended.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    other_authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey(SubRegion, on_delete=models.PROTECT, null=True, related_name="+")
    due_day = models.PositiveSmallIntegerField(
        help_text="Day of the month after by which a return is due"
    )
    their_days = models.PositiveSmallIntegerField(
        help_text="Working days in which they answer a question of ours"
    )
    our_days = models.PositiveSmallIntegerField(
        help_text="Working days in which we say what came of a notification"
    )
    they_name = models.CharField(max_length=100, help_text="Whom of theirs we escalate to")
    they_job = models.CharField(max_length=100)
    they_email = models.EmailField()
    we_name = models.CharField(max_length=100, help_text="Whom of ours they challenge")
    we_job = models.CharField(max_length=100)
    we_email = models.EmailField()
    how = models.CharField(max_length=600, blank=True, help_text="How a challenge is settled")
    starts_on = models.DateField()
    review_on = models.DateField()
    reviewed_on = models.DateField(null=True)
    our_signatory = models.CharField(max_length=150, blank=True)
    our_signed_on = models.DateField(null=True)
    their_signatory = models.CharField(max_length=150, blank=True)
    their_signed_on = models.DateField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True, help_text="Its last day")
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=300, blank=True)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__isnull=False, other_authority=None, unit=None)
                | Q(provider=None, other_authority__isnull=False, unit=None)
                | Q(provider=None, other_authority=None, unit__isnull=False),
                name="service_level_is_with_one_side",
            ),
            models.CheckConstraint(
                condition=Q(due_day__range=(1, 31))
                & Q(their_days__range=(1, 60))
                & Q(our_days__range=(1, 60)),
                name="service_level_days_are_days",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("starts_on")),
                name="service_level_is_reviewed_after_its_start",
            ),
            models.CheckConstraint(
                condition=(Q(our_signed_on=None) & Q(our_signatory=""))
                | (Q(our_signed_on__isnull=False) & ~Q(our_signatory="")),
                name="service_level_signed_by_us_says_by_whom",
            ),
            models.CheckConstraint(
                condition=(Q(their_signed_on=None) & Q(their_signatory=""))
                | (Q(their_signed_on__isnull=False) & ~Q(their_signatory="")),
                name="service_level_signed_by_them_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, ended_why="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
                name="service_level_ended_says_by_whom_and_why",
            ),
            *(
                models.UniqueConstraint(
                    fields=["authority", side],
                    condition=Q(ended_on=None),
                    name=f"one_service_level_with_{words}",
                )
                for side, words in (
                    ("provider", "a_provider"),
                    ("other_authority", "an_authority"),
                    ("unit", "a_unit"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"service level agreement {self.ref}"

    @property
    def title(self) -> str:
        """Whom it is with."""
        with_whom = self.provider or self.other_authority or self.unit
        return str(with_whom)

    @property
    def days(self) -> LevelDays:
        """The days that say where it stands."""
        return LevelDays(
            ours=self.our_signed_on,
            theirs=self.their_signed_on,
            starts_on=self.starts_on,
            review_on=self.review_on,
            ended_on=self.ended_on,
        )


class Chase(models.Model):
    """One time that a return was asked for again, or escalated. The email names nobody."""

    class Step(models.TextChoices):
        REMINDER = "reminder", "Reminded"
        ESCALATION = "escalation", "Escalated"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="chases")
    month = models.DateField(help_text="First day of the month of the return")
    step = models.CharField(max_length=10, choices=Step)
    to = models.EmailField()
    to_whom = models.CharField(max_length=210, help_text="As the agreement or directory has it")
    level = models.ForeignKey(
        ServiceLevel,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The agreement that names whom it was escalated to",
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step="reminder", level=None)
                | Q(step="escalation", level__isnull=False),
                name="chase_escalated_rests_on_an_agreement",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="chase_month_is_its_first_day"),
        ]
        indexes = [models.Index(fields=["source", "month"], name="chase_by_month")]

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def of(self, authority: Authority) -> "BaselineQuerySet":
        """The register of one authority, with what it said before."""
        return self.filter(source__authority=authority)

    def current(self) -> "BaselineQuerySet":
        """What it says now."""
        return self.filter(replaced_at=None)


class Baseline(models.Model):
    """A figure of a provider's retention data, of one academic year (LDOR-05)."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="baselines")
    year = models.PositiveSmallIntegerField(help_text="In which the academic year begins")
    measure = models.CharField(max_length=10, choices=list(MEASURES.items()))
    figure = models.DecimalField(max_digits=8, decimal_places=2)
    origin = models.CharField(max_length=200, help_text="Where the figure is from")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = BaselineQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "source_id", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "year", "measure"],
                condition=Q(replaced_at=None),
                name="one_baseline_a_measure_and_year",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=sorted(MEASURES), figure__gte=0),
                name="baseline_is_a_known_measure",
            ),
            models.CheckConstraint(
                condition=~Q(measure="retention") | Q(figure__lte=100),
                name="baseline_retention_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.year} for source {self.source_id}"


class WithoutAgreement(models.Model):
    """What is known and planned about a local provider that has no sharing agreement (LDOR-07)."""

    class Standing(models.TextChoices):
        NONE = "none", "There is none"
        NOT_KNOWN = "not-known", "Not known"
        NOT_NEEDED = "not-needed", "None is needed"

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=Standing)
    plan = models.CharField(max_length=600, help_text="What is planned, or why none is needed")
    owner = models.CharField(max_length=150, blank=True)
    due_on = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "plans for providers without an agreement"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "provider"],
                condition=Q(replaced_at=None),
                name="one_plan_for_a_provider",
            ),
            models.CheckConstraint(
                condition=Q(standing="not-needed") | (Q(due_on__isnull=False) & ~Q(owner="")),
                name="plan_has_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"plan for provider {self.provider_id}"


class Toolkit(models.Model):
    """A version of what a council adds to the toolkit of its providers (LDOR-08)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    words = models.TextField(blank=True, help_text="Why it asks, in its own words")
    instructions = models.TextField(blank=True)
    contact = models.CharField(max_length=150)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["authority_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "number"], name="one_toolkit_version_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"toolkit {self.number} of authority {self.authority_id}"
