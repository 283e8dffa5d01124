"""Everything that arrives: a file, its rows as sent, and what became of each row (design §5).

Every row ends in exactly one outcome, and the counts add up to the rows of the file.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Subquery

from caseload.intake.rules import (
    SPOKEN_FOR,
    Arrival,
    FileState,
    Outcome,
    Reason,
    SchoolAnswer,
    is_stalled,
)
from caseload.intake.source_models import Source
from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from providers.models import Provider

STATES = [(state.value, state.label) for state in FileState]
OUTCOMES = [(outcome.value, outcome.label) for outcome in Outcome]


class InboundFileQuerySet(models.QuerySet["InboundFile"]):
    def visible_to(self, user: User) -> Self:
        """Files of the authorities that the user works for, but for what is not sent yet."""
        return self.filter(authority__in=authorities_whose_people(user)).exclude(
            state=FileState.WITH_SENDER.value
        )

    def of(self, authority: Authority) -> Self:
        """Files that one authority received."""
        return self.filter(authority=authority)


class InboundFile(models.Model):
    """A file that someone sent in, with its life from receipt to result."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, blank=True, help_text="Empty until the headings tell")
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who sent it"
    )
    source_name = models.CharField(
        max_length=200, help_text="Who sent it, in words, when not in the directory"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, related_name="files", help_text="Whose it is"
    )
    came_by = models.CharField(
        max_length=7,
        choices=[(way.value, way.label) for way in Arrival],
        default=Arrival.BROWSER.value,
        db_default=Arrival.BROWSER.value,
    )
    dropped_as = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Of the very file that lay in a drop folder, so that it is never taken twice",
    )
    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_id = models.CharField(
        max_length=64, blank=True, help_text="Where the encrypted original is; empty once destroyed"
    )
    keep_original_until = models.DateField()
    state = models.CharField(max_length=14, choices=STATES, default=FileState.RECEIVED.value)
    stopped_in = models.CharField(
        max_length=14, blank=True, help_text="The step in which it stopped"
    )
    header_row = models.PositiveIntegerField(default=1, help_text="Row of the headings")
    header = models.JSONField(default=list, help_text="Headings as in the file, in order")
    columns = models.JSONField(default=dict, help_text="Our column by its position in the file")
    notices = models.JSONField(default=list, help_text="What the reader had to say, in words")
    dropped = models.JSONField(
        default=dict,
        help_text="What was left out before it was kept: counts and headings, and nothing of it "
        "but the ids of what we hold that ends by it",
    )
    asked_at = models.DateTimeField(null=True, help_text="When the school was last asked")
    refusal = models.CharField(max_length=400, blank=True, help_text="Why it was refused, in words")
    rows_are_read = models.BooleanField(
        default=False, help_text="Whether the rows were read with the columns as they stand"
    )
    date_system = models.PositiveSmallIntegerField(
        default=1900, help_text="The year from which its workbook counts days"
    )
    row_count = models.PositiveIntegerField(null=True)
    done_count = models.PositiveIntegerField(default=0, help_text="Rows done in the present step")
    to_do_count = models.PositiveIntegerField(
        null=True, help_text="Rows to do in the present step, when known"
    )
    counts = models.JSONField(default=dict, help_text="Rows by outcome, when last counted")
    as_at = models.DateField(help_text="The day of which the file tells, such as the census day")
    as_at_is_usual = models.BooleanField(
        default=False, help_text="Nobody gave the day: it is the usual one of the kind"
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When a worker was last seen working on it")

    objects = InboundFileQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[value for value, _ in STATES]),
                name="inbound_file_state_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(approved_by=None) & Q(approved_at=None))
                | (Q(approved_by__isnull=False) & Q(approved_at__isnull=False)),
                name="inbound_file_approval_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["authority", "sha256"],
                condition=~Q(state__in=[FileState.REFUSED.value, FileState.SET_ASIDE.value]),
                name="one_file_per_content",
            ),
            models.UniqueConstraint(
                fields=["source", "dropped_as"],
                condition=~Q(dropped_as=""),
                name="one_file_per_drop",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "-received_at"], name="inbound_file_by_receipt"),
            models.Index(fields=["authority", "sha256"], name="inbound_file_by_hash"),
        ]

    def __str__(self) -> str:
        return f"file {self.ref}"

    @property
    def sender(self) -> str:
        """Who sent it, in words."""
        return self.provider.name if self.provider else self.source_name

    def is_stalled(self, *, at: datetime) -> bool:
        """Whether a step is under way on which no worker has been seen for a while."""
        return is_stalled(FileState(self.state), beat_at=self.beat_at, at=at)

    @property
    def state_label(self) -> str:
        """The state in words."""
        return FileState(self.state).label


class AllAmong(Func):
    """Whether all candidates of a row, the first expression, are among people, the second."""

    output_field = models.BooleanField()
    template = "NOT EXISTS (SELECT FROM jsonb_array_elements(%(expressions)s)"
    arg_joiner = ") AS one WHERE (one->>'person')::bigint NOT IN "


class InboundRowQuerySet(models.QuerySet["InboundRow"]):
    def visible_to(self, user: User) -> Self:
        """Rows of files that the user may see, less those about people whom they may not see.

        Nor rows of which nobody knows yet whom they are about, and that may be about someone
        whom the user may not see: that would hint at them (PIA-07, LAW-10). Nor rows that hold
        a sealed identity, but for those who are named for it.
        """
        people = YoungPerson.objects.visible_to(user)
        return self.filter(
            Q(person__in=people)
            | Q(person=None, candidates=[])
            | Q(AllAmong(F("candidates"), Subquery(people.values("pk"))), person=None),
            Q(sealed_for=None) | Q(sealed_for__in=YoungPerson.objects.named_for(user)),
            file__in=InboundFile.objects.visible_to(user),
        )

    def saying_no(self) -> Self:
        """Rows that say no to sharing, give an instruction or bar a parent whom we hold, less
        those for which another row of their file speaks."""
        says_no = Q(read__sharing="no") | Q(read__section_72=True) | Q(read__has_key="barred_held")
        return self.filter(says_no).exclude(reason__in=SPOKEN_FOR)


class InboundRow(models.Model):
    """One row: what was sent, what was read, whom it is about, and what became of it."""

    file = models.ForeignKey(InboundFile, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As the spreadsheet counts")
    sent = models.JSONField(help_text="The cells as sent, in order, less what may not be kept")
    read = models.JSONField(default=dict, help_text="Our column: value as read, ISO dates")
    problems = models.JSONField(
        default=list, help_text="[{column, letter, heading, code, message, level, accepted}]"
    )
    outcome = models.CharField(max_length=12, choices=OUTCOMES, default=Outcome.UNDECIDED.value)
    reason = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, reason.label) for reason in Reason]
    )
    why = models.CharField(max_length=300, blank=True, help_text="Why it stands there, in words")
    rule = models.CharField(max_length=40, blank=True, help_text="The match rule that decided")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, null=True, related_name="+")
    is_new = models.BooleanField(
        default=False, help_text="Someone said that it is about nobody we know"
    )
    candidates = models.JSONField(default=list, help_text="[{person, rule, against}]")
    proposal = models.JSONField(
        default=list, help_text="What would be written: [{fact, does, supersedes, from, …}]"
    )
    person_version = models.BigIntegerField(
        null=True, help_text="Newest change of the person when the proposal was made"
    )
    wait_until = models.DateField(null=True)
    school_said = models.CharField(
        max_length=7,
        blank=True,
        default="",
        db_default="",
        choices=[(answer.value, answer.label) for answer in SchoolAnswer],
        help_text="What the school said of someone whom we do not know",
    )
    school_said_by = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text="Who at the school"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    change = models.ForeignKey(Change, on_delete=models.PROTECT, null=True, related_name="+")
    sealed_for = models.ForeignKey(
        YoungPerson,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Whose sealed identity it holds: only those who are named for them see it",
    )

    objects = InboundRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="one_row_per_number"),
            models.CheckConstraint(
                condition=Q(outcome__in=[value for value, _ in OUTCOMES]),
                name="inbound_row_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["changed", "added"])
                | (Q(change__isnull=False) & Q(person__isnull=False)),
                name="applied_row_has_person_and_change",
            ),
        ]
        indexes = [
            models.Index(fields=["file", "outcome", "number"], name="inbound_row_by_outcome"),
            models.Index(
                fields=["person"], condition=Q(person__isnull=False), name="inbound_row_by_person"
            ),
            models.Index(
                fields=["sealed_for"],
                condition=Q(sealed_for__isnull=False),
                name="inbound_row_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of file {self.file_id}"


class TakenFields(models.Model):
    """One version of what an authority takes of a kind of file; a new choice is a new version."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    years = models.JSONField(default=list, help_text="Year groups, 0 for Reception")
    fields = models.JSONField(
        default=dict, help_text="{field: {purpose, condition, document}}, of those switched on"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["authority_id", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "version"], name="one_version_of_taken_fields"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.kind}"


class ColumnMemory(models.Model):
    """How one source's headings were matched to our columns, remembered for its next file."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    heading = models.CharField(max_length=200, help_text="As normalised: lower case, no spaces")
    column = models.CharField(max_length=60, blank=True, help_text="Ours; empty means left out")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "source", "heading"], name="one_memory_per_heading"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading} means {self.column or 'nothing'}"


class RowDestructionQuerySet(models.QuerySet["RowDestruction"]):
    def visible_to(self, user: User) -> Self:
        """Destructions in files that the user may see."""
        return self.filter(file__in=InboundFile.objects.visible_to(user))


class RowDestruction(models.Model):
    """Rows about nobody of ours were destroyed: which, when and why, and nothing of what they
    said (LA-04)."""

    class Why(models.TextChoices):
        DONE = "done", "The rest of the file was done"
        TIME = "time", "Two months had passed since it was received"

    file = models.ForeignKey(InboundFile, on_delete=models.PROTECT, related_name="destructions")
    at = models.DateTimeField()
    why = models.CharField(max_length=4, choices=Why)
    numbers = models.JSONField(help_text="Numbers of the rows, as the spreadsheet counts")
    original = models.BooleanField(help_text="Whether the kept original was destroyed too")

    objects = RowDestructionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{len(self.numbers)} rows of file {self.file_id} destroyed"
