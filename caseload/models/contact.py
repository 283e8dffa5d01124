"""Where someone is, how to reach them, and how they want to be written to."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from caseload.models.facts import Fact, FactQuerySet, no_overlap
from ccis.authorities.models import Authority


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

    is_held_back = False
    """Set on what is shown of someone who does not let us contact them (PIA-08)."""

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
    undelivered_on = models.DateField(
        "messages do not arrive since", null=True, help_text="Nothing is sent to it (USE-06)"
    )

    is_held_back = False
    """As of an address."""

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
