"""What was done about agreements: steps, reviews, audits, reminders."""

from django.db import models
from django.db.models import Q

from ccis.access.references import new_reference
from ccis.accounts.models import User
from sharing.agreements.models.agreements import Agreement, Party, Version


class Step(models.Model):
    """One step of a version from a state to another: who, when, why. Never changed."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="steps")
    was = models.CharField(max_length=12, blank=True)
    becomes = models.CharField(max_length=12)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["version_id", "id"]

    def __str__(self) -> str:
        return f"{self.was} to {self.becomes} of version {self.version_id}"


class Returned(models.Model):
    """A version as the organisation signed it: on screen, or as a file that it sent (LC-13).

    It waits for the council's signature. What is changed of the organisation's part afterwards
    puts it aside, and they sign again.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="returned")
    on_screen = models.BooleanField()
    signatory = models.CharField("who signed", max_length=150)
    job = models.CharField("their position", max_length=150)
    signed_on = models.DateField("signed")
    file_id = models.CharField(max_length=32, help_text="What was signed, encrypted")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    put_aside_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["version_id", "id"]
        verbose_name_plural = "returned"
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(put_aside_at=None),
                name="one_signature_of_the_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.version_id} as signed"


class Review(models.Model):
    """A review of an agreement, asked for or held (LC-20, ISA-08)."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "Kept as it is"
        CHANGED = "changed", "A new version is to be made"
        ENDED = "ended", "It is to end"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    asked_for_by = models.CharField("asked for by", max_length=9, choices=Party.Side)
    extraordinary = models.BooleanField(default=False)
    why = models.TextField("why")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    outcome = models.CharField("outcome", max_length=7, choices=Outcome, blank=True)
    found = models.TextField("what was found", blank=True)
    held_on = models.DateField("held", null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(closed_at=None), name="one_open_review_a_version"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", held_on=None)
                | (Q(closed_at__isnull=False, held_on__isnull=False) & ~Q(outcome="")),
                name="review_closed_has_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk} of version {self.version_id}"


class Audit(models.Model):
    """A check of how an agreement is kept, by either side (LC-29)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="audits")
    number = models.PositiveIntegerField()
    held_on = models.DateField("held")
    held_by = models.CharField("held by", max_length=9, choices=Party.Side)
    scope = models.TextField("what was looked at")
    conclusion = models.TextField("conclusion")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["agreement_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_audit_a_number")
        ]

    def __str__(self) -> str:
        return f"audit {self.number} of agreement {self.agreement_id}"


class AuditFinding(models.Model):
    """What an audit found, and what is done about it."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    finding = models.TextField("finding")
    action = models.TextField("what is to be done")
    owner = models.CharField("who does it", max_length=150)
    due_on = models.DateField("by when")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    done_on = models.DateField("done", null=True)
    done_how = models.TextField("what was done", blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["audit_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None, done_how="")
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(done_how="")),
                name="finding_done_says_what_and_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"finding {self.ref}"


class Reminder(models.Model):
    """That a review or the end of a version comes near; made once for each day that it is due."""

    class Kind(models.TextChoices):
        REVIEW = "review", "Review due"
        EXPIRY = "expiry", "Ends soon"
        ASSURANCE = "assurance", "Quality assurance ends"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=9, choices=Kind)
    due_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "due_on"], name="one_reminder_of_a_kind_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of version {self.version_id}"
