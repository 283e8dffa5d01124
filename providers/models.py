"""The directory: schools, colleges, training providers and employers, with their numbers."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from ccis.access.references import new_reference
from ccis.authorities.models import Authority


class ProviderQuerySet(models.QuerySet["Provider"]):
    def open_on(self, on: date) -> "ProviderQuerySet":
        """Providers that were open on a day."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=on)).filter(
            Q(closed_on=None) | Q(closed_on__gte=on)
        )

    def with_dfe_number(self, number: str) -> "ProviderQuerySet":
        """Providers with a seven-digit DfE number (authority code and establishment number)."""
        return self.filter(dfe_number=number)


class Provider(models.Model):
    """An organisation where young people learn or work, or that reports about them."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        COLLEGE = "college", "College"
        TRAINING = "training", "Training provider"
        EMPLOYER = "employer", "Employer"
        OTHER = "other", "Other"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    name = models.CharField("name", max_length=200)
    kind = models.CharField("kind", max_length=10, choices=Kind)
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="providers",
        help_text="The authority in whose area it is",
    )
    dfe_number = models.CharField("DfE number", max_length=7, blank=True)
    urn = models.CharField("URN", max_length=6, blank=True)
    ukprn = models.CharField("UKPRN", max_length=8, blank=True)
    address = models.CharField("address", max_length=300, blank=True)
    postcode = models.CharField("postcode", max_length=8, blank=True)
    email = models.EmailField("email", blank=True)
    phone = models.CharField("phone", max_length=30, blank=True)
    opened_on = models.DateField("opened", null=True, blank=True)
    closed_on = models.DateField("closed", null=True, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dfe_number="") | Q(dfe_number__regex=r"^[0-9]{7}$"),
                name="provider_dfe_number_is_seven_digits",
            ),
            models.CheckConstraint(
                condition=Q(urn="") | Q(urn__regex=r"^[0-9]{5,6}$"), name="provider_urn_is_digits"
            ),
            models.CheckConstraint(
                condition=Q(ukprn="") | Q(ukprn__regex=r"^1[0-9]{7}$"),
                name="provider_ukprn_is_eight_digits",
            ),
            models.UniqueConstraint(
                fields=["urn"], condition=~Q(urn=""), name="one_provider_per_urn"
            ),
            models.UniqueConstraint(
                fields=["dfe_number"],
                condition=~Q(dfe_number="") & Q(closed_on=None),
                name="one_open_provider_per_dfe_number",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None)
                | Q(opened_on=None)
                | Q(closed_on__gte=models.F("opened_on")),
                name="provider_closes_on_or_after_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["ukprn"], name="provider_by_ukprn"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="provider_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterLoad(models.Model):
    """One reading of the published register of establishments."""

    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    file_name = models.CharField(max_length=200)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"register load {self.pk}"


class RegisterEntry(models.Model):
    """What the register said of an establishment from one load until another."""

    urn = models.CharField("URN", max_length=6)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=60)
    type_name = models.CharField(max_length=100, blank=True)
    phase = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=Provider.Kind)
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    dfe_number = models.CharField(max_length=7, blank=True)
    ukprn = models.CharField(max_length=8, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    from_age = models.SmallIntegerField(null=True)
    to_age = models.SmallIntegerField(null=True)
    recorded = models.ForeignKey(RegisterLoad, on_delete=models.PROTECT, related_name="+")
    superseded = models.ForeignKey(
        RegisterLoad, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["urn", "-recorded_id"]
        verbose_name_plural = "register entries"
        constraints = [
            models.UniqueConstraint(
                fields=["urn"],
                condition=Q(superseded=None),
                name="one_current_register_entry_per_urn",
            )
        ]

    def __str__(self) -> str:
        return f"register entry {self.urn}"
