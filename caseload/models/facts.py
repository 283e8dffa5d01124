"""Facts in two times: when it was true, and when we came to hold it and stopped (design §4).

A correction never edits: it marks the old version superseded, then inserts the new. The
database lets nobody else: no role may update anything of a fact but ``superseded``.
"""

from datetime import date
from typing import Any, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Upper

from caseload.models import codes
from caseload.models.people import YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from providers.models import Provider

FactT = TypeVar("FactT", bound="Fact")


class FactQuerySet(models.QuerySet[FactT]):
    def believed(self) -> Self:
        """Versions that we hold to be true now."""
        return self.filter(superseded=None)

    def as_known(self, moment: int) -> Self:
        """Versions that we held to be true when change ``moment`` was the last one."""
        return self.filter(recorded__lte=moment).filter(
            Q(superseded=None) | Q(superseded__gt=moment)
        )

    def on(self, day: date) -> Self:
        """Versions that say what was true on a day."""
        return self.filter(during__contains=day)

    def visible_to(self, user: User) -> Self:
        """Facts about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class OpenManager(models.Manager[FactT]):
    """Facts that say who someone is, less those that were sealed (LAW-10).

    It comes first in its model, so whoever does not ask for ``every`` does not read a sealed one.
    """

    def get_queryset(self) -> FactQuerySet[FactT]:
        """Every version that is not sealed."""
        return FactQuerySet[FactT](self.model, using=self._db).filter(sealed=None)

    def believed(self) -> FactQuerySet[FactT]:
        """Versions that we hold to be true now."""
        return self.get_queryset().believed()

    def as_known(self, moment: int) -> FactQuerySet[FactT]:
        """Versions that we held to be true then: looking back never lifts a seal."""
        return self.get_queryset().as_known(moment)

    def on(self, day: date) -> FactQuerySet[FactT]:
        """Versions that say what was true on a day."""
        return self.get_queryset().on(day)

    def visible_to(self, user: User) -> FactQuerySet[FactT]:
        """Versions about young people whom a user may see."""
        return self.get_queryset().visible_to(user)


def no_overlap(name: str, *same: str, condition: Q | None = None) -> ExclusionConstraint:
    """Forbid two believed versions that agree in ``same`` and overlap in time."""
    believed = Q(superseded=None)
    return ExclusionConstraint(
        name=name,
        expressions=[
            *[(field, RangeOperators.EQUAL) for field in ("person", *same)],
            ("during", RangeOperators.OVERLAPS),
        ],
        condition=believed & condition if condition is not None else believed,
    )


BOOKKEEPING = frozenset(
    {"id", "person", "during", "recorded", "superseded", "source_row", "sealed"}
)
"""Fields of a version that say nothing about the person."""


class Fact(models.Model):
    """Something dated and sourced about a young person."""

    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, related_name="%(class)s_facts"
    )
    during = DateRangeField(help_text="When it was true: first day in, last day out")
    recorded = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)
    superseded = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source_row = models.PositiveIntegerField(
        null=True, help_text="Row number in the file that the change came by"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="%(class)s_during_is_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(superseded=None) | Q(superseded__gt=F("recorded")),
                name="%(class)s_is_superseded_by_a_later_change",
            ),
        ]
        indexes = [models.Index(fields=["person", "recorded"], name="%(class)s_by_person")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} of {self.person_id}"

    @property
    def starts_on(self) -> date | None:
        """First day on which it was true."""
        return self.during.lower if self.during else None

    @property
    def ends_on(self) -> date | None:
        """Last day on which it was true; ``None`` while it goes on."""
        if not self.during or self.during.upper is None:
            return None
        return date.fromordinal(self.during.upper.toordinal() - 1)

    def content(self) -> dict[str, Any]:
        """What this version says, without its bookkeeping, by column."""
        return {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.name not in BOOKKEEPING and not getattr(field, "generated", False)
        }


class IdentityFact(Fact):
    """A fact that says who someone is, and that can be sealed (LAW-10, docs/adr/0040).

    What is sealed is believed no longer. A return of before still finds it, by its own SQL.
    """

    sealed = models.ForeignKey(
        Change,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The change that sealed it: from then on only named people see it",
    )

    class Meta(Fact.Meta):
        abstract = True
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(sealed=None) | Q(superseded__isnull=False),
                name="%(class)s_sealed_is_not_believed",
            ),
        ]
        indexes = [
            *Fact.Meta.indexes,
            models.Index(
                fields=["person"], condition=Q(sealed__isnull=False), name="%(class)s_sealed"
            ),
        ]


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


class Fold(models.Func):
    """Lower case, no accents, letters and digits only: how names are compared."""

    function = "ccis_fold"
    output_field = models.TextField()


def in_order(*columns: str, name: str) -> models.Index:
    """An index of what is believed, in the order of bytes, which is the same on every server."""
    return models.Index(
        *(Collate(F(column), "C") for column in columns), name=name, condition=Q(superseded=None)
    )


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


class Address(Fact):
    """Where someone lives or is written to."""

    class Kind(models.TextChoices):
        HOME = "home", "Home"
        CORRESPONDENCE = "letters", "For letters"
        TERM_TIME = "term", "In term time"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.HOME)
    line_1 = models.CharField("address line 1", max_length=100, blank=True)
    line_2 = models.CharField("address line 2", max_length=100, blank=True)
    line_3 = models.CharField("address line 3", max_length=100, blank=True)
    line_4 = models.CharField("address line 4", max_length=100, blank=True)
    town = models.CharField("town", max_length=60, blank=True)
    county = models.CharField("county", max_length=60, blank=True)
    postcode = models.CharField("postcode", max_length=8, blank=True)
    uprn = models.CharField("UPRN", max_length=12, blank=True)
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The authority in whose area it is, when known",
    )
    outside_code = models.CharField(
        max_length=3,
        blank=True,
        default="",
        db_default="",
        help_text="000 to 004: outside England, or outside the area and not known where",
    )
    ward_code = models.CharField(
        "ward",
        max_length=9,
        blank=True,
        default="",
        db_default="",
        help_text="The ward in which it lies, as found or as corrected",
    )

    objects = FactQuerySet["Address"].as_manager()

    class Meta(Fact.Meta):
        verbose_name_plural = "addresses"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_address_of_a_kind", "kind"),
            models.CheckConstraint(
                condition=Q(postcode=Upper("postcode")), name="address_postcode_is_in_capitals"
            ),
        ]
        indexes = [
            *Fact.Meta.indexes,
            models.Index(
                fields=["postcode"], condition=Q(superseded=None), name="address_by_postcode"
            ),
        ]

    @property
    def lines(self) -> list[str]:
        """The lines that are filled, town, county and postcode last."""
        parts = (self.line_1, self.line_2, self.line_3, self.line_4, self.town, self.county)
        return [part for part in (*parts, self.postcode) if part]


class ContactPoint(Fact):
    """A phone number or email address."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", "Mobile phone"
        PHONE = "phone", "Home phone"
        EMAIL = "email", "Email"

    class Whose(models.TextChoices):
        OWN = "own", "Their own"
        PARENT = "parent", "Parent or carer"
        OTHER = "other", "Someone else"

    kind = models.CharField(max_length=6, choices=Kind)
    value = models.CharField(max_length=254)
    whose = models.CharField(max_length=6, choices=Whose, default=Whose.OWN)
    note = models.CharField(max_length=100, blank=True)

    objects = FactQuerySet["ContactPoint"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_contact_point_of_a_value", "kind", "value"),
            models.CheckConstraint(condition=~Q(value=""), name="contact_point_is_not_blank"),
        ]
        indexes = [
            *Fact.Meta.indexes,
            models.Index(
                fields=["value"], condition=Q(superseded=None), name="contact_point_by_value"
            ),
        ]


class FirstDay(models.Func):
    """The first day of a range."""

    function = "lower"
    output_field = models.DateField()


class NextSpell(models.Func):
    """The next number of a spell of activity."""

    template = "nextval('caseload_spell_seq')"
    output_field = models.BigIntegerField()
    allowed_default = True


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


class Characteristic(Fact):
    """An individual circumstance, such as being in care."""

    code = models.ForeignKey(
        codes.CharacteristicCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FactQuerySet["Characteristic"].as_manager()

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, no_overlap("one_characteristic_of_a_code", "code")]


class SendProvision(Fact):
    """Special educational needs: an EHC plan, support without one, or none."""

    class Provision(models.TextChoices):
        PLAN = "E", "EHC plan"
        SUPPORT = "K", "SEN support"
        NONE = "N", "No special educational need"

    provision = models.CharField(max_length=1, choices=Provision)
    need = models.CharField("need", max_length=10, blank=True)

    objects = FactQuerySet["SendProvision"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "SEND provision"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_send_provision"),
            models.CheckConstraint(
                condition=Q(provision__in=["E", "K", "N"]), name="send_provision_is_known"
            ),
        ]


class LevelOfNeed(Fact):
    """How much support someone needs."""

    code = models.ForeignKey(
        codes.LevelOfNeedCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FactQuerySet["LevelOfNeed"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "level of need"
        constraints = [*Fact.Meta.constraints, no_overlap("one_level_of_need")]


class Guarantee(Fact):
    """September Guarantee status of Year 11 or 12, in force from a day (docs/nccis.md §2.5)."""

    for_year = models.PositiveSmallIntegerField(choices=[(11, "Year 11"), (12, "Year 12")])
    status = models.ForeignKey(
        codes.GuaranteeStatusCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The authority that leads on the offer",
    )

    objects = FactQuerySet["Guarantee"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_guarantee_status_a_year", "for_year"),
            models.CheckConstraint(condition=Q(for_year__in=[11, 12]), name="guarantee_year"),
        ]


class IntendedDestination(Fact):
    """What someone in Year 11 means to do next (docs/nccis.md §2.4)."""

    code = models.ForeignKey(
        codes.DestinationCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FactQuerySet["IntendedDestination"].as_manager()

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, no_overlap("one_intended_destination")]


class Enrolment(Fact):
    """On the roll of a school: where someone was educated, by which Year 11 is known.

    ``authority`` alone, without a provider, says that all that is known is the area.
    """

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    outside_code = models.CharField(
        max_length=3, blank=True, help_text="000 to 004: outside England or not known"
    )
    year_group = models.PositiveSmallIntegerField("year group", null=True)
    status = models.CharField("enrolment status", max_length=1, blank=True)

    objects = FactQuerySet["Enrolment"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_enrolment_at_a_provider", "provider"),
            models.CheckConstraint(
                condition=Q(provider__isnull=False)
                | Q(authority__isnull=False)
                | ~Q(outside_code=""),
                name="enrolment_says_where",
            ),
        ]


class Departure(Fact):
    """Someone left the authority's responsibility for good, from a day on (docs/nccis.md §5.3)."""

    class Kind(models.TextChoices):
        TRANSFERRED = "T", "Moved to another authority"
        LEFT_ENGLAND = "E", "Left England"
        MERGED = "M", "Merged into another record"
        DECEASED = "D", "Died"

    kind = models.CharField(max_length=1, choices=Kind)
    to_code = models.CharField(
        max_length=3, blank=True, help_text="The authority moved to, or 000 to 003 outside England"
    )

    objects = FactQuerySet["Departure"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_departure"),
            models.CheckConstraint(
                condition=Q(kind__in=["M", "D"], to_code="")
                | (Q(kind__in=["T", "E"]) & ~Q(to_code="")),
                name="departure_says_where_to",
            ),
            models.CheckConstraint(
                condition=~Q(kind="E") | Q(to_code__in=["000", "001", "002", "003"]),
                name="departure_from_england_has_a_country_code",
            ),
        ]


class Section72(Fact):
    """An instruction that institutions give us nothing but who someone is (PIA-33, LAW-07).

    Under section 72 of the Education and Skills Act 2008 it is a parent's before 16 and the
    person's own from then on, asked afresh. While it holds, a school's file leaves their name,
    address, date of birth and parent, and everything else is dropped before it is stored.
    """

    class GivenBy(models.TextChoices):
        PARENT = "parent", "A parent"
        OWN = "own", "The young person"

    given_by = models.CharField("given by", max_length=6, choices=GivenBy)

    objects = FactQuerySet["Section72"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "section 72 instruction"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_section_72_instruction"),
            models.CheckConstraint(
                condition=Q(given_by__in=["parent", "own"]), name="section_72_says_who_gave_it"
            ),
        ]


class ContactNeed(Fact):
    """How someone is to be written to or spoken with: format, language, interpreter (LAW-12)."""

    class Format(models.TextChoices):
        STANDARD = "standard", "Standard print"
        LARGE = "large", "Large print"
        EASY_READ = "easy", "Easy read"
        BRAILLE = "braille", "Braille"
        AUDIO = "audio", "Audio"
        CALL = "call", "A call instead of writing"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        ARABIC = "ar", "Arabic"
        BENGALI = "bn", "Bengali"
        CHINESE = "zh", "Chinese"
        FARSI = "fa", "Farsi"
        FRENCH = "fr", "French"
        GUJARATI = "gu", "Gujarati"
        KURDISH = "ku", "Kurdish"
        PASHTO = "ps", "Pashto"
        POLISH = "pl", "Polish"
        PORTUGUESE = "pt", "Portuguese"
        PUNJABI = "pa", "Punjabi"
        ROMANIAN = "ro", "Romanian"
        SOMALI = "so", "Somali"
        SPANISH = "es", "Spanish"
        TAMIL = "ta", "Tamil"
        TIGRINYA = "ti", "Tigrinya"
        TURKISH = "tr", "Turkish"
        UKRAINIAN = "uk", "Ukrainian"
        URDU = "ur", "Urdu"
        OTHER = "other", "Another language"

    format = models.CharField("format", max_length=8, choices=Format, default=Format.STANDARD)
    language = models.CharField(
        "language", max_length=8, choices=Language, default=Language.ENGLISH
    )
    needs_interpreter = models.BooleanField("needs an interpreter", default=False)
    note = models.CharField(max_length=100, blank=True)

    objects = FactQuerySet["ContactNeed"].as_manager()

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, no_overlap("one_set_of_contact_needs")]
