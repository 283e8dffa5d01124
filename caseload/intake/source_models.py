"""Whoever sends files to an authority: what is expected of them, and how their software gets in."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ccis.access.references import new_reference, show_reference
from ccis.authorities.models import Authority
from providers.models import Provider


def source_key(provider: Provider | None, name: str) -> str:
    """What a source is known by from one file to the next."""
    if provider is not None:
        return f"provider:{provider.ref}"
    return " ".join(name.lower().split())


class SourceQuerySet(models.QuerySet["Source"]):
    def of(self, authority: Authority) -> "SourceQuerySet":
        """Whoever sends to one authority."""
        return self.filter(authority=authority)


class Source(models.Model):
    """Someone who sends files: of the directory, or known by name alone (pages §2.3)."""

    class Expects(models.TextChoices):
        NOTHING = "", "At no fixed time"
        WEEK = "week", "Each week"
        MONTH = "month", "Each month"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=220, help_text="What it is known by, see source_key")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, help_text="In words, when not in the directory")
    kinds = ArrayField(
        models.CharField(max_length=40), default=list, help_text="What it may send; empty for any"
    )
    expects = models.CharField(max_length=5, choices=Expects, blank=True, default="")
    expected_day = models.PositiveSmallIntegerField(
        null=True, help_text="Day of the month, or of the week from Monday as 1"
    )
    expected_months = ArrayField(
        models.PositiveSmallIntegerField(), default=list, help_text="1 to 12; empty for all"
    )
    expected_from = models.DateField(null=True, help_text="Nothing due before this counts")
    email = models.EmailField(blank=True, help_text="Empty: that of the directory")
    has_folder = models.BooleanField(default=False, help_text="Whether it may drop files in one")
    reminded_at = models.DateTimeField(null=True)
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "key"], name="one_source_per_key"),
            models.CheckConstraint(
                condition=Q(expects="", expected_day=None, expected_from=None)
                | Q(expects="week", expected_day__range=(1, 7), expected_from__isnull=False)
                | Q(expects="month", expected_day__range=(1, 31), expected_from__isnull=False),
                name="source_expects_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"source {self.ref}"

    @property
    def title(self) -> str:
        """What it is called."""
        return self.provider.name if self.provider else self.name

    @property
    def address(self) -> str:
        """Where a reminder goes; empty when nobody has said."""
        return self.email or (self.provider.email if self.provider else "")

    @property
    def folder(self) -> str:
        """The name of its drop folder."""
        return show_reference(self.ref)

    def may_send(self, kind: str) -> bool:
        """Whether files of a kind are taken from it."""
        return not self.kinds or kind in self.kinds


class SourceToken(models.Model):
    """By what a source's software is known. Its secret is shown once; its digest is kept."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60, help_text="Which software it is for")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the secret")
    kinds = ArrayField(models.CharField(max_length=40), help_text="What may be sent with it")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_on = models.DateField(help_text="Its last day")
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True, help_text="When it was last used")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="source_token_revoked_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")),
                name="source_token_revoked_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.ref}"

    def works(self, *, on: date) -> bool:
        """Whether it lets its bearer in on a day."""
        return self.revoked_at is None and on <= self.expires_on
