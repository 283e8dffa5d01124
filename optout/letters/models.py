"""Letters: their templates by version, batches of them, and what each told whom (LC-01, LC-02).

Versions and lists are added and never changed: the database refuses anything else. What a letter
said is its version, filled with what its own row points to.
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from caseload.models import Address, YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.letters.rules import LANGUAGES, PURPOSES
from optout.letters.texts import ALSO_BY
from optout.models import PersonalCode
from optout.outbox.rules import KINDS, SERVICE
from providers.models import Provider


class ProviderList(models.Model):
    """One version of the published list of organisations that a letter points to (LC-14)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    providers: "models.ManyToManyField[Provider, ListedProvider]" = models.ManyToManyField(
        Provider, through="ListedProvider", related_name="+"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["authority_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "version"], name="one_list_of_providers_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"list {self.version} of authority {self.authority_id}"


class ListedProvider(models.Model):
    """An organisation of one version of the list."""

    list = models.ForeignKey(ProviderList, on_delete=models.PROTECT, related_name="listed")
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "provider"], name="provider_is_listed_once")
        ]

    def __str__(self) -> str:
        return f"provider {self.provider_id} of list {self.list_id}"


class Template(models.Model):
    """A letter of an authority's own, under one name through all its versions (LC-02)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "name"], name="one_template_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """What a template said from the day that it was published. It is never changed."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=8, choices=list(LANGUAGES.items()), default="en")
    body = models.TextField()
    purpose = models.CharField(max_length=10, choices=list(PURPOSES.items()))
    columns = models.JSONField(help_text="What it announces, by the catalogue's names")
    columns_said = models.CharField(
        max_length=300, blank=True, help_text="The columns in its language, where that is another"
    )
    code_said = models.CharField(
        max_length=60, blank=True, help_text="“Your code:” in its language, where that is another"
    )
    kind = models.CharField(
        max_length=11,
        choices=list(KINDS.items()),
        default=SERVICE,
        help_text="Of its text and email (LAW-06)",
    )
    text = models.TextField(blank=True, help_text="What a text says that goes with the letter")
    email_subject = models.CharField(
        max_length=150, blank=True, help_text="Of an email that says what the letter says"
    )
    asks_consent = models.BooleanField(
        default=False, help_text="Nothing is shared unless the person says yes (LC-24)"
    )
    sender = models.TextField(help_text="The council's name and address, a line each")
    phone = models.CharField(max_length=30)
    email = models.EmailField()
    signed_by = models.CharField(max_length=100)
    team = models.CharField(max_length=100)
    web_address = models.URLField(help_text="Where the pages for young people are")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["template_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="one_version_of_a_template_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of template {self.template_id}"


class BatchState(models.TextChoices):
    """Where a batch stands; the words are those of its tag."""

    WAITING = "waiting", "Waiting for approval"
    MAKING = "making", "Approved"
    PRINTED = "printed", "Printed"
    POSTED = "posted", "Sent"
    STOPPED = "stopped", "Stopped, safe to carry on"
    WITHDRAWN = "withdrawn", "Withdrawn"


UNDER_WAY = (BatchState.WAITING, BatchState.MAKING, BatchState.PRINTED, BatchState.STOPPED)
"""States in which whoever is in the batch is not put into another."""


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> Self:
        """Batches of the authorities that a user works for."""
        return self.filter(authority__in=authorities_whose_people(user))


class Batch(models.Model):
    """Letters to many at once: chosen by a rule, approved by a second person, made, posted."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    provider_list = models.ForeignKey(ProviderList, on_delete=models.PROTECT, related_name="+")
    rule = models.JSONField(help_text="Whom it was chosen by, as optout.letters.choosing.Rule")
    left_out = models.JSONField(default=dict, help_text="How many were left out, by reason")
    dated_on = models.DateField(help_text="The date on the letters")
    sharing_from = models.DateField(help_text="From when the letters say that we may share")
    also_by = models.CharField(
        max_length=6, blank=True, choices=list(ALSO_BY.items()), help_text="What goes with them"
    )
    also_left_out = models.JSONField(
        default=dict, help_text="How many got no text or email with their letter, by reason"
    )
    state = models.CharField(max_length=9, choices=BatchState, default=BatchState.WAITING)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When a worker was last seen on it")
    stopped_because = models.CharField(max_length=200, blank=True)
    stored_id = models.CharField(max_length=32, blank=True, help_text="All letters as one PDF")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True)
    posted_on = models.DateField(null=True)
    posted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-id"]
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("planned_by")),
                name="batch_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", posted_on__isnull=False)
                | (~Q(state="posted") & Q(posted_on=None)),
                name="batch_posted_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.ref}"


class Part(models.Model):
    """Some hundred letters of a batch: their words sealed away first, then as a PDF."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=8)
    words_id = models.CharField(max_length=32, help_text="The letters as data, stored encrypted")
    pdf_id = models.CharField(max_length=32, blank=True)
    letters = models.PositiveIntegerField()

    class Meta:
        ordering = ["batch_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_part_a_number")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of batch {self.batch_id}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> Self:
        """Letters to young people whom a user may see."""
        people: QuerySet[YoungPerson] = YoungPerson.objects.visible_to(user)
        return self.filter(person__in=people)

    def posted(self) -> Self:
        """Letters that went out."""
        return self.filter(skipped="", batch__state=BatchState.POSTED)


class Letter(models.Model):
    """One letter to one person: what it said and where it went (LC-01, LC-23)."""

    ref = models.CharField(
        max_length=8,
        unique=True,
        default=new_reference,
        editable=False,
        help_text="Shows in the envelope's window, so that one that comes back is known by it",
    )
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="letters")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="letters")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+", db_index=False)
    format = models.CharField(max_length=8, default="standard")
    skipped = models.CharField(
        max_length=12, blank=True, help_text="Why it was not made after all, as in LEFT_OUT"
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.PositiveIntegerField(null=True, help_text="Which of its part it is, from 0")
    code = models.ForeignKey(
        PersonalCode, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    returned_on = models.DateField(null=True, help_text="The day that it came back to us")
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    returned_why = models.CharField(max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "person"], name="one_letter_a_person")
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} to {self.person_id}"

    @property
    def posted_on(self) -> date | None:
        """The day that it went out."""
        return None if self.skipped else self.batch.posted_on
