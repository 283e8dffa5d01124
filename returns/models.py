"""The making of a return: what it was made from, what came of it, what was found wrong."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period


class BuildState(models.TextChoices):
    """Where a making stands. The lawful steps are in ``returns.steps.NEXT_STATES``."""

    ASKED = "asked", "Asked for"
    FIXING = "fixing", "Fixing the moment"
    RECORDS = "records", "Making the records"
    CHECKING = "checking", "Checking"
    WRITING = "writing", "Writing the file"
    PROVING = "proving", "Proving the file"
    DONE = "done", "Made"
    REFUSED = "refused", "Not made: errors to mend"
    STOPPED = "stopped", "Stopped, safe to carry on"


UNDER_WAY = (
    BuildState.ASKED,
    BuildState.FIXING,
    BuildState.RECORDS,
    BuildState.CHECKING,
    BuildState.WRITING,
    BuildState.PROVING,
)
"""States in which a worker has something to do."""


class BuildKind(models.TextChoices):
    TRIAL = "trial", "Trial"
    FINAL = "final", "Final"


class BuildQuerySet(models.QuerySet["Build"]):
    def visible_to(self, user: User) -> Self:
        """Returns of the authorities that the user works for."""
        return self.filter(authority__in=authorities_whose_people(user))

    def of(self, authority: Authority) -> Self:
        """Returns of one authority."""
        return self.filter(authority=authority)

    def for_period(self, period: Period) -> Self:
        """Returns of one month."""
        return self.filter(period=str(period))

    def done(self) -> Self:
        """Those that were made to the end."""
        return self.filter(state=BuildState.DONE)

    def under_way(self) -> Self:
        """Those that a worker has something to do for."""
        return self.filter(state__in=UNDER_WAY)

    def standing(self) -> Self:
        """Final ones that no later final one of their month replaced."""
        return self.done().filter(kind=BuildKind.FINAL, replaced_by=None)

    def newest_first(self) -> Self:
        """By month, then by when they were asked for, newest first."""
        return self.order_by("-period", "-id")


class Build(models.Model):
    """One making of one month's return: its inputs, how far it is, its results (design §7).

    With the same inputs (authority, period, edition, moment, baseline, date of send, software
    version, header codes) the file comes out the same, byte for byte.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7, help_text="The month, as 2026-10")
    edition = models.CharField(max_length=7)
    kind = models.CharField(max_length=5, choices=BuildKind)
    state = models.CharField(max_length=8, choices=BuildState, default=BuildState.ASKED)

    moment = models.BigIntegerField(
        null=True, help_text="Number of the last change that the return knows of"
    )
    baseline = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The final return before it, which says who was already sent as a leaver",
    )
    date_of_send = models.DateField()
    software_version = models.CharField(max_length=20)
    supplier_name = models.CharField(max_length=60)
    schema_version = models.CharField(max_length=10)
    database_ids = models.JSONField(default=list, help_text="DatabaseIDs of the file's header")
    lead_codes = models.JSONField(default=list, help_text="LEACodes of the file's header")

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When a worker was last seen working on it")
    done_count = models.PositiveIntegerField(
        default=0, help_text="Records done in the present step"
    )
    stopped_because = models.CharField(max_length=400, blank=True)
    step_reached = models.CharField(
        max_length=8, blank=True, help_text="The step in which it stopped or was refused"
    )

    record_count = models.PositiveIntegerField(null=True)
    counts = models.JSONField(default=dict, help_text="Records by cohort status")
    finding_counts = models.JSONField(default=dict, help_text="Findings by priority")
    people_with_findings = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict, help_text="How long each step took")

    file_name = models.CharField(max_length=120, blank=True, help_text="Within RETURNS_FOLDER")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    rebuilt_at = models.DateTimeField(null=True, help_text="When it was last made again to compare")
    rebuilt_same = models.BooleanField(null=True, help_text="Whether the bytes were the same then")
    records_kept = models.BooleanField(
        default=False, help_text="Its typed records are still in the database"
    )
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces"
    )

    objects = BuildQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BuildState.values), name="build_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BuildKind.values), name="build_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(period__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$"),
                name="build_period_is_a_month",
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | (
                    Q(
                        moment__isnull=False,
                        finished_at__isnull=False,
                        record_count__isnull=False,
                        size__isnull=False,
                    )
                    & ~Q(sha256="")
                ),
                name="build_that_is_done_has_its_file_and_moment",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")),
                name="build_does_not_replace_itself",
            ),
            models.UniqueConstraint(
                fields=["authority", "period"],
                condition=Q(state__in=UNDER_WAY),
                name="one_build_under_way_per_authority_and_period",
            ),
            models.UniqueConstraint(
                fields=["authority", "period"],
                condition=Q(state="done", kind="final", replaced_by=None),
                name="one_standing_final_build_per_period",
            ),
        ]
        indexes = [models.Index(fields=["authority", "-period", "-id"], name="build_by_period")]

    def __str__(self) -> str:
        return f"return {self.ref}"

    @property
    def month(self) -> Period:
        """The month that it is for."""
        return Period.parse(self.period)

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in UNDER_WAY

    @property
    def must_mend(self) -> int:
        """Findings that stand in the way of a final return."""
        return int(self.finding_counts.get("1", 0))

    def is_stalled(self, *, at: datetime, after_seconds: int) -> bool:
        """Whether it is under way and no worker has been seen on it for so long."""
        if not self.is_under_way:
            return False
        seen = self.beat_at or self.asked_at
        return (at - seen).total_seconds() > after_seconds


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        """Findings about young people whom the user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class Finding(models.Model):
    """One check that one record of one making failed. The value itself is not kept."""

    build = models.ForeignKey(Build, on_delete=models.CASCADE, related_name="findings")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")
    young_persons_id = models.CharField(max_length=13)
    code = models.CharField(max_length=10)
    priority = models.PositiveSmallIntegerField(null=True, help_text="Empty where it is not known")
    element = models.CharField(max_length=40)
    value_present = models.BooleanField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["build", "code", "person"], name="finding_by_rule")]

    def __str__(self) -> str:
        return f"finding {self.code} in build {self.build_id}"


class SentStatusQuerySet(models.QuerySet["SentStatus"]):
    def visible_to(self, user: User) -> Self:
        """What was sent of young people whom the user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class SentStatus(models.Model):
    """Whom a final return named, with what status: leavers are named once (docs/nccis.md §5.3)."""

    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="sent")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")
    young_persons_id = models.CharField(max_length=13)
    status = models.CharField(max_length=1)

    objects = SentStatusQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sent statuses"
        constraints = [
            models.UniqueConstraint(
                fields=["build", "person"], name="one_sent_status_per_build_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} in build {self.build_id}"


class BuildProvider(models.Model):
    """What the directory said of a provider when the return was made, so that it can be made again.

    The directory is mended in place; facts are not.
    """

    build = models.ForeignKey(Build, on_delete=models.CASCADE, related_name="providers")
    provider_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    dfe_number = models.CharField(max_length=7, blank=True)
    ukprn = models.CharField(max_length=8, blank=True)
    authority_code = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["build", "provider_id"], name="one_provider_per_build")
        ]

    def __str__(self) -> str:
        return f"provider {self.provider_id} in build {self.build_id}"


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    def visible_to(self, user: User) -> Self:
        """Those of the authorities that the user works for."""
        return self.filter(authority__in=authorities_whose_people(user))

    def of(self, authority: Authority) -> Self:
        """Those of one authority."""
        return self.filter(authority=authority)


class Reconciliation(models.Model):
    """An old system's return held against ours of the same month, record by record (PIA-30)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(
        "intake.InboundFile", on_delete=models.PROTECT, related_name="+", help_text="What moved in"
    )
    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True, help_text="Empty while a worker has it")
    counts = models.JSONField(
        default=dict,
        help_text="Records there and here by status, activity and age; rows by outcome",
    )
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_off_at = models.DateTimeField(null=True)
    signed_off_note = models.CharField(max_length=400, blank=True)

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_off_by=None, signed_off_at=None)
                | Q(signed_off_by__isnull=False, signed_off_at__isnull=False),
                name="reconciliation_sign_off_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"reconciliation {self.ref}"


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, user: User) -> Self:
        """Those about nobody whom we know, or about someone whom the user may see."""
        seen = YoungPerson.objects.visible_to(user)
        return self.filter(
            Q(person=None) | Q(person__in=seen),
            reconciliation__in=Reconciliation.objects.visible_to(user),
        )


class Difference(models.Model):
    """One thing that differs between the two returns. The values themselves are not kept."""

    class What(models.TextChoices):
        THERE = "there", "Only in the old return"
        HERE = "here", "Only in ours"
        VALUE = "value", "Another value"

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name="differences"
    )
    what = models.CharField(max_length=5, choices=What)
    element = models.CharField(max_length=40, blank=True, help_text="Empty for a whole record")
    reason = models.CharField(max_length=30, help_text="A key of returns.moving.reasons.REASONS")
    young_persons_id = models.CharField(max_length=13)
    row_number = models.PositiveIntegerField(null=True, help_text="Row of the old return's file")
    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    explanation = models.CharField(max_length=400, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    explained_at = models.DateTimeField(null=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["there", "here", "value"]), name="difference_is_of_a_kind"
            )
        ]
        indexes = [
            models.Index(
                fields=["reconciliation", "what", "element", "reason", "young_persons_id", "id"],
                name="difference_by_group",
            ),
            models.Index(fields=["person"], name="difference_by_person"),
        ]

    def __str__(self) -> str:
        return f"difference {self.pk} of reconciliation {self.reconciliation_id}"


class CheckState(models.TextChoices):
    """Where the checking of someone's file stands."""

    ASKED = "asked", "Asked for"
    READING = "reading", "Reading"
    CHECKING = "checking", "Checking"
    DONE = "done", "Checked"
    STOPPED = "stopped", "Stopped, safe to carry on"


class FileCheckQuerySet(models.QuerySet["FileCheck"]):
    def visible_to(self, user: User) -> Self:
        """Files that the user's authorities sent in to be checked, whoever's they are."""
        return self.filter(authority__in=authorities_whose_people(user))

    def kept_at(self, at: datetime) -> Self:
        """Those whose day is not over."""
        return self.filter(keep_until__gt=at)


class FileCheck(models.Model):
    """Any supplier's file, sent in to be checked; it and all that was found go after a day.

    Nothing of it enters the caseload. ``authority`` is the sender's, not the file's.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    edition = models.CharField(max_length=7)
    state = models.CharField(max_length=8, choices=CheckState, default=CheckState.ASKED)
    stopped_because = models.CharField(max_length=400, blank=True)

    file_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_id = models.CharField(max_length=32, help_text="Where the file is kept, encrypted")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    keep_until = models.DateTimeField(help_text="When it and all that was found are destroyed")
    beat_at = models.DateTimeField(null=True, help_text="When a worker was last seen working on it")

    record_count = models.PositiveBigIntegerField(default=0, help_text="Records read so far")
    records_found = models.PositiveBigIntegerField(
        default=0, help_text="Records in which something was found"
    )
    was_read = models.BooleanField(default=False, help_text="Whether it was read to its end")
    says = models.JSONField(default=dict, help_text="What its header says of itself")
    counts = models.JSONField(
        default=list, help_text="For each rule that found something: code, findings, records"
    )
    not_asked = models.JSONField(default=dict, help_text="Rules not asked, by the reason")

    objects = FileCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CheckState.values), name="file_check_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(keep_until__gt=F("asked_at")), name="file_check_is_kept_for_a_time"
            ),
        ]
        indexes = [models.Index(fields=["authority", "-asked_at"], name="file_check_newest")]

    def __str__(self) -> str:
        return f"check {self.ref}"

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in (CheckState.ASKED, CheckState.READING, CheckState.CHECKING)


class CheckFinding(models.Model):
    """One thing found in someone's file: ids and codes, never a value."""

    check_of = models.ForeignKey(FileCheck, on_delete=models.CASCADE, related_name="findings")
    place = models.BigIntegerField(
        null=True, help_text="Record in the file; empty: the file itself"
    )
    young_persons_id = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=10)
    priority = models.PositiveSmallIntegerField(null=True, help_text="Empty where it is not known")
    element = models.CharField(max_length=100)
    value_present = models.BooleanField()
    detail = models.CharField(max_length=600, blank=True, help_text="Names of elements, counts")

    class Meta:
        indexes = [models.Index(fields=["check_of", "code", "place"], name="check_finding_by_rule")]

    def __str__(self) -> str:
        return f"finding {self.code} in check {self.check_of_id}"
