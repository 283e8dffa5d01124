"""Who someone is: numbers, names, date of birth, gender and ethnicity."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate

from caseload.models import codes
from caseload.models.facts import (
    FactQuerySet,
    Fold,
    IdentityFact,
    OpenManager,
    in_order,
    no_overlap,
)


class IdentifierKind(models.Model):
    """A kind of identifier: a row of data, so that a new national one needs no code (USE-08)."""

    code = models.CharField(primary_key=True, max_length=20)
    label = models.CharField(max_length=60)
    pattern = models.CharField(
        max_length=200, help_text="Regular expression that the value matches"
    )
    check_rule = models.CharField(
        max_length=20, blank=True, help_text="Check-digit rule: upn, uln or empty"
    )
    says_when_wrong = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label


class Identifier(IdentityFact):
    """A number that names someone elsewhere: UPN, ULN, id on a previous system."""

    kind = models.ForeignKey(IdentifierKind, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=40)

    objects = OpenManager["Identifier"]()
    every = FactQuerySet["Identifier"].as_manager()

    class Meta(IdentityFact.Meta):
        constraints = [
            *IdentityFact.Meta.constraints,
            no_overlap("one_identifier_of_a_kind", "kind"),
        ]
        indexes = [
            *IdentityFact.Meta.indexes,
            models.Index(
                fields=["kind", "value"], condition=Q(superseded=None), name="identifier_by_value"
            ),
        ]


class Name(IdentityFact):
    """A name that someone is or was known by."""

    class Kind(models.TextChoices):
        LEGAL = "legal", "Legal name"
        KNOWN_AS = "known-as", "Known as"
        FORMER = "former", "Former name"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.LEGAL)
    given = models.CharField("first name", max_length=100, blank=True)
    middle = models.CharField("middle names", max_length=100, blank=True)
    family = models.CharField("family name", max_length=100, blank=True)
    given_folded = models.GeneratedField(
        expression=Fold(F("given")), output_field=models.TextField(), db_persist=True
    )
    family_folded = models.GeneratedField(
        expression=Fold(F("family")), output_field=models.TextField(), db_persist=True
    )

    objects = OpenManager["Name"]()
    every = FactQuerySet["Name"].as_manager()

    class Meta(IdentityFact.Meta):
        constraints = [
            *IdentityFact.Meta.constraints,
            no_overlap("one_name_of_a_kind", "kind", condition=~Q(kind="former")),
            models.CheckConstraint(condition=~Q(given="", family=""), name="name_is_not_blank"),
        ]
        indexes = [
            *IdentityFact.Meta.indexes,
            in_order("family_folded", "given_folded", name="name_by_family"),
            in_order("given_folded", "family_folded", name="name_by_given"),
            models.Index(
                Collate(F("family_folded"), "C"),
                Collate(F("given_folded"), "C"),
                F("person"),
                condition=Q(superseded=None, kind="legal"),
                name="name_in_order",
            ),
        ]

    @property
    def full(self) -> str:
        """Given and family name as in running text."""
        return f"{self.given} {self.family}".strip()

    @property
    def sorted(self) -> str:
        """Family name first, as in a sorted table."""
        return f"{self.family}, {self.given}".strip(", ")


class Particulars(IdentityFact):
    """Date of birth, gender and ethnicity."""

    date_of_birth = models.DateField("date of birth", null=True)
    gender = models.ForeignKey(
        codes.GenderCode, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ethnicity = models.ForeignKey(
        codes.EthnicityCode, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = OpenManager["Particulars"]()
    every = FactQuerySet["Particulars"].as_manager()

    class Meta(IdentityFact.Meta):
        verbose_name_plural = "particulars"
        constraints = [*IdentityFact.Meta.constraints, no_overlap("one_set_of_particulars")]
        indexes = [
            *IdentityFact.Meta.indexes,
            models.Index(
                fields=["-date_of_birth", "person"],
                condition=Q(superseded=None),
                name="particulars_by_birth",
            ),
        ]
