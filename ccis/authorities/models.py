"""Local authorities past and present, sub-regional units, and each authority's own policy."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ccis.access.references import new_reference


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def served(self) -> "AuthorityQuerySet":
        """Authorities whose caseload this installation keeps."""
        return self.filter(is_served=True)

    def open_on(self, on: date) -> "AuthorityQuerySet":
        """Authorities that existed on a day."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=on)).filter(
            Q(closed_on=None) | Q(closed_on__gte=on)
        )


class Authority(models.Model):
    """An English local authority with education duties, present or past (docs/nccis.md App. A)."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", "Local authority"
        SERVICE = "service", "Service Children's Education"

    code = models.CharField("code", max_length=3, unique=True)
    name = models.CharField("name", max_length=100)
    council_name = models.CharField(
        "name on pages",
        max_length=100,
        blank=True,
        help_text="What the council calls itself, such as London Borough of Somewhere",
    )
    ons_code = models.CharField("ONS code", max_length=9, blank=True)
    region = models.CharField("region", max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.AUTHORITY)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True
    )
    is_served = models.BooleanField(
        "kept here", default=False, help_text="This installation keeps the authority's caseload"
    )
    database_id = models.CharField(
        "database id", max_length=3, help_text="First three digits of every YoungPersonsID"
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "authorities"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{3}$"), name="authority_code_is_three_digits"
            ),
            models.CheckConstraint(
                condition=Q(database_id__regex=r"^[0-9]{3}$"),
                name="authority_database_id_is_three_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What pages call it: its own name where it has chosen one."""
        return self.council_name or self.name


class SubRegion(models.Model):
    """A unit that several authorities share, as a nine-borough partnership does (LA-01)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    name = models.CharField(max_length=100, unique=True)
    authorities = models.ManyToManyField(Authority, related_name="sub_regions")
    contact_name = models.CharField(max_length=100, blank=True)
    contact_email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PublishedFigure(models.Model):
    """What the department published of an area for a year, to compare with (docs/nccis.md §10)."""

    area_code = models.CharField(max_length=20)
    area_name = models.CharField(max_length=100)
    year = models.SmallIntegerField(help_text="2025 means December 2024 to February 2025")
    measure = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    suppressed = models.BooleanField(default=False)

    class Meta:
        ordering = ["area_code", "year", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "year", "measure"], name="one_published_figure_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.area_code} in {self.year}"


class PolicyProfile(models.Model):
    """One version of an authority's choices; a new choice is a new version (design §4)."""

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="policy_profiles"
    )
    version = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["authority_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "version"], name="one_policy_profile_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"policy {self.version} of authority {self.authority_id}"


class Ward(models.Model):
    """An electoral ward by its national code; a ward whose borders change gets a new code."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name


class Postcode(models.Model):
    """Where a postcode lies, by the national directory: its authority and ward (PIA-24)."""

    postcode = models.CharField(max_length=8, primary_key=True)
    """In capitals, with its one space."""
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    """With duties for education there; none outside England."""
    area_code = models.CharField(max_length=9, blank=True)
    """The national code of the county or district, as the directory gives it."""
    ward_code = models.CharField(max_length=9, blank=True)
    introduced_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    """The first day of the month in which it went out of use; its last place is kept."""

    class Meta:
        ordering = ["postcode"]
        constraints = [
            models.CheckConstraint(
                condition=Q(postcode__regex=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"),
                name="postcode_is_in_capitals_with_one_space",
            )
        ]

    def __str__(self) -> str:
        return self.postcode


class WordsOf(models.Func):
    """The letters and digits of two texts as words in capitals, as an array."""

    template = (
        "array_remove(string_to_array(regexp_replace(upper(%(expressions)s),"
        " '[^A-Z0-9]+', ' ', 'g'), ' '), '')"
    )
    arg_joiner = " || ' ' || "


class GazetteerAddress(models.Model):
    """A property in an authority's own gazetteer (PIA-24): no person is named in it."""

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    uprn = models.CharField("UPRN", max_length=12)
    """Without leading noughts, as a person's address holds it."""
    saon = models.CharField("part of the building", max_length=100, blank=True)
    paon = models.CharField("number or name", max_length=100, blank=True)
    street = models.CharField(max_length=110, blank=True)
    locality = models.CharField(max_length=60, blank=True)
    town = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    ward_code = models.CharField(max_length=9, blank=True)
    classification = models.CharField(max_length=10, blank=True)
    number_words = models.GeneratedField(
        expression=WordsOf(F("saon"), F("paon")),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    """The words of its number or name, by which an address as written is known to be it."""
    gone_on = models.DateField(null=True)
    """The day of the first whole file in which it was no more."""

    class Meta:
        ordering = ["authority_id", "uprn"]
        verbose_name_plural = "gazetteer addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "uprn"], name="one_gazetteer_address_per_uprn"
            ),
            models.CheckConstraint(
                condition=Q(uprn__regex=r"^[1-9][0-9]{0,11}$"), name="gazetteer_uprn_is_digits"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "postcode"], name="gazetteer_by_postcode"),
        ]

    def __str__(self) -> str:
        return self.uprn

    @property
    def lines(self) -> list[str]:
        """The address as it is written on an envelope."""
        number = [f"{self.paon} {self.street}".strip()]
        parts = (self.saon, *number, self.locality, self.town, self.postcode)
        return [part for part in parts if part]
