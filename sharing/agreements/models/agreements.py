"""Agreements by version, what each rests on, and what was done about them.

A version is written while it is a draft. From the day that it is sent the database refuses any
change of what it says; only its state, its signed copy and its review go on (LC-20, LC-22).
"""

from collections.abc import Mapping

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider
from sharing.agreements import rules
from sharing.agreements.models.registers import Gateway, PrivacyNotice, Programme, Wording
from sharing.agreements.rules import State


def choices_of(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes with their words, as a model's column wants them."""
    return list(words.items())


class Agreement(models.Model):
    """An information sharing agreement with one organisation, through all its versions."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", "We share with them"
        SCHOOL = "school", "A school or college shares with us"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("kind", max_length=8, choices=Kind, default=Kind.PROVIDER)
    title = models.CharField("title", max_length=150)
    does = models.CharField(
        "what the organisation does",
        max_length=200,
        blank=True,
        help_text="One sentence, for young people",
    )
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "provider", "title"], name="one_agreement_a_title"
            )
        ]

    def __str__(self) -> str:
        return self.title


_STATES = sorted(state.value for state in State)
_GOVERNING = sorted(state.value for state in rules.GOVERNING)
_BEFORE = sorted(state.value for state in rules.BEFORE)
_SIGNED_AND_AFTER = [
    state.value for state in State if state not in (State.DRAFT, State.SENT, State.ENDED)
]
_WITH_A_PERIOD = [state.value for state in State if state not in (State.DRAFT, State.ENDED)]


class Version(models.Model):
    """What the parties agreed, and where it stands (LC-20, LC-22)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("number")
    state = models.CharField(
        "state",
        max_length=12,
        choices=[(state.value, state.label) for state in State],
        default=State.DRAFT.value,
    )
    state_since = models.DateTimeField("in this state since")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    starts_on = models.DateField("starts", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    review_on = models.DateField("review by", null=True, blank=True)
    review_years = models.PositiveSmallIntegerField("reviewed within years", default=3)
    reviewed_on = models.DateField("last reviewed", null=True, blank=True)

    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    term_days = models.PositiveSmallIntegerField("working days", default=rules.USUAL_TERM)
    clock = models.CharField("clock starts", max_length=8, choices=choices_of(rules.CLOCKS))
    calendar = models.CharField("calendar", max_length=20, choices=choices_of(rules.CALENDARS))
    frequency = models.CharField("updates", max_length=12, choices=choices_of(rules.FREQUENCIES))
    files_allowed = models.BooleanField("files allowed", default=False)

    free = models.BooleanField("free to the young person", null=True, blank=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_how = models.TextField("shown to be held to the same checks by", blank=True)
    checked_until = models.DateField("which holds until", null=True, blank=True)
    assurance_evidence = models.TextField("evidence", blank=True)

    national_opt_out = models.CharField(
        "national data opt-out",
        max_length=14,
        choices=choices_of(rules.NATIONAL_OPT_OUT),
        blank=True,
    )
    notices = models.ManyToManyField(PrivacyNotice, related_name="+")

    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, related_name="+")
    signed_id = models.CharField(max_length=32, blank=True, help_text="Signed copy, encrypted")
    signed_sha256 = models.CharField("hash of the signed copy", max_length=64, blank=True)
    signed_size = models.BigIntegerField(null=True)
    signed_kind = models.CharField(max_length=4, blank=True)

    class Meta:
        ordering = ["agreement_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="one_version_of_an_agreement_a_number"
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=_GOVERNING),
                name="one_version_of_an_agreement_governs",
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=_BEFORE),
                name="one_version_of_an_agreement_is_being_made",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_STATES),
                name="agreement_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_WITH_A_PERIOD)
                | Q(starts_on__isnull=False, ends_on__isnull=False, review_on__isnull=False),
                name="agreement_that_was_sent_has_its_period",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_on_or_after_its_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_SIGNED_AND_AFTER)
                | (~Q(signed_id="") & Q(signed_sha256__regex=r"^[0-9a-f]{64}$")),
                name="agreement_that_is_signed_has_its_copy",
            ),
            models.CheckConstraint(
                condition=Q(columns__contained_by=sorted(rules.COLUMNS)),
                name="agreement_names_columns_that_we_know",
            ),
            models.CheckConstraint(
                condition=Q(term_days__gte=1, term_days__lte=260), name="agreement_term_is_days"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of agreement {self.agreement_id}"


class Party(models.Model):
    """One side of a version: its part for each set of data, its safeguards, who signs."""

    class Side(models.TextChoices):
        AUTHORITY = "authority", "The council"
        PROVIDER = "provider", "The organisation"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="parties")
    side = models.CharField("side", max_length=9, choices=Side)
    role_of_given = models.CharField(
        "for what is shared", max_length=10, choices=choices_of(rules.ROLES), blank=True
    )
    role_of_reported = models.CharField(
        "for what is reported back", max_length=10, choices=choices_of(rules.ROLES), blank=True
    )
    asset_owner = models.CharField("who answers for the information", max_length=150, blank=True)
    privacy_statement = models.URLField("published privacy statement", blank=True)
    standard = models.CharField(
        "security standard", max_length=25, choices=choices_of(rules.STANDARDS), blank=True
    )
    standard_on = models.DateField("standard confirmed", null=True, blank=True)
    standard_evidence = models.TextField("evidence of the standard", blank=True)
    retention_on = models.DateField("retention policy confirmed", null=True, blank=True)
    retention_evidence = models.TextField("evidence of the retention policy", blank=True)
    training_on = models.DateField("training confirmed", null=True, blank=True)
    training_evidence = models.TextField("evidence of training", blank=True)
    signatory = models.CharField("who signs", max_length=150, blank=True)
    signatory_job = models.CharField("their position", max_length=150, blank=True)
    signed_on = models.DateField("signed", null=True, blank=True)

    class Meta:
        ordering = ["version_id", "side"]
        verbose_name_plural = "parties"
        constraints = [models.UniqueConstraint(fields=["version", "side"], name="one_party_a_side")]

    def __str__(self) -> str:
        return f"{self.side} of version {self.version_id}"


class AgreedPurpose(models.Model):
    """What a version lets something be shared for, and what that rests on (ISA-07, LAW-01)."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="purposes")
    purpose = models.CharField("purpose", max_length=10, choices=choices_of(rules.PURPOSES))
    basis = models.CharField("lawful basis", max_length=16, choices=choices_of(rules.BASES))
    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="+")
    freely_refused = models.BooleanField(
        "refusing has no consequence", default=False, help_text="What consent needs"
    )

    class Meta:
        ordering = ["version_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "purpose"], name="a_purpose_is_agreed_once"),
            models.CheckConstraint(
                condition=Q(basis__in=sorted(rules.BASES)),
                name="basis_is_open_to_a_public_authority",
            ),
            models.CheckConstraint(
                condition=~Q(basis=rules.CONSENT) | Q(freely_refused=True),
                name="consent_is_where_refusing_has_no_consequence",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=sorted(rules.PURPOSES)), name="agreed_purpose_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of version {self.version_id}"


class AnnexA(models.Model):
    """What the organisation says that it will do with the data, approved here (LC-13)."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="annex")
    description = models.TextField("description of the data")
    activities = models.TextField("specific activities")
    contacts_people = models.BooleanField("they will contact people")
    contact_details = models.TextField("how they will contact people", blank=True)
    legal_basis = models.TextField("legal basis for receiving and using it")
    filled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Annex A"
        verbose_name_plural = "Annexes A"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("filled_by")),
                name="annex_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="annex_approved_says_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Annex A of version {self.version_id}"


class NamedPerson(models.Model):
    """Somebody of the organisation who may see what is shared, by name (LC-10, LC-13).

    They are of the agreement and not of a version: staff come and go while it is in force. An
    account counts as theirs when it has their work address and a role for the authority.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="people")
    name = models.CharField("name", max_length=150)
    job = models.CharField("position", max_length=150)
    email = models.EmailField("work email")
    phone = models.CharField("phone", max_length=30, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agreement_id", "name", "id"]
        verbose_name_plural = "named people"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "email"],
                condition=Q(ended_at=None),
                name="one_named_person_an_address",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("added_by")),
                name="named_person_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")),
                name="named_person_email_is_in_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return f"named person {self.ref}"
