"""Registers that agreements lean on: programmes, gateways, privacy notices, wordings."""

from django.db import models
from django.db.models import F, Q

from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider


class Programme(models.Model):
    """A funder or programme that counts as quality assurance while it runs (LC-12)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField("name", max_length=150)
    starts_on = models.DateField("started", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    source = models.CharField("source", max_length=300, help_text="Where this is written")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_on_or_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Gateway(models.Model):
    """A provision of law by which something may be shared, while it is in force (LAW-01)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField("provision", max_length=150)
    says = models.CharField("what it is about", max_length=300)
    starts_on = models.DateField("in force from", null=True, blank=True)
    repealed_on = models.DateField("no longer in force from", null=True, blank=True)
    usable = models.BooleanField(
        "may be chosen",
        default=True,
        help_text="No for one that is repealed on a day that we cannot vouch for",
    )
    source = models.CharField("source", max_length=300, help_text="Where this is written")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class PrivacyNotice(models.Model):
    """One version of a notice that tells people how their data is used (LC-32)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Whose notice it is; nobody for the council's own",
    )
    title = models.CharField("title", max_length=150)
    version = models.CharField("version", max_length=30)
    address = models.URLField("address", blank=True)
    given_from = models.DateField("given from")
    given_until = models.DateField("given until", null=True, blank=True)
    says = models.TextField("what it says about sharing")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "-given_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "provider", "title", "version"],
                nulls_distinct=False,
                name="one_notice_a_title_and_version",
            ),
            models.CheckConstraint(
                condition=Q(given_until=None) | Q(given_until__gte=F("given_from")),
                name="notice_ends_on_or_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.version}"


class Wording(models.Model):
    """One version of the words that an authority's agreements are made of. Never changed."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, default="provider", help_text="As an agreement's")
    number = models.PositiveIntegerField()
    body = models.TextField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["authority_id", "kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "number"], name="one_wording_a_kind_and_number"
            )
        ]

    def __str__(self) -> str:
        return f"wording {self.number} ({self.kind}) of authority {self.authority_id}"
