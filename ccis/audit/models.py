"""Who changed what, and who looked: changes in order of knowledge, and the append-only trail."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from ccis.authorities.models import Authority


class Change(models.Model):
    """One act of writing about young people; its number orders what we came to know (design §4).

    ``id`` is the number. Facts point to the change that recorded them and to the one that
    superseded them, so "as we knew it" is a comparison of numbers.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    why = models.CharField(max_length=200)
    file_ref = models.CharField(
        max_length=8, blank=True, help_text="Reference of the file it came by"
    )
    source = models.CharField(max_length=200, blank=True, help_text="Who told us, in words")

    class Meta:
        indexes = [models.Index(fields=["authority", "-id"], name="change_by_authority")]

    def __str__(self) -> str:
        return f"change {self.pk}"


class TrailEntry(models.Model):
    """One act, written or read. Append-only by privilege; partitioned by month.

    No foreign keys, so that the trail never blocks an erasure and outlives what it names.
    """

    id = models.BigAutoField(primary_key=True)
    tx = models.BigIntegerField(
        db_default=models.Func(function="txid_current"),
        editable=False,
        help_text="Number of the transaction that wrote it: the order of sealing",
    )
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    by_id = models.BigIntegerField(null=True)
    authority_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    change_id = models.BigIntegerField(null=True)
    request_reference = models.CharField(max_length=16, blank=True)
    digest = models.BinaryField(help_text="SHA-256 of salt and details")

    class Meta:
        managed = False  # partitioned by month: made in SQL by the first migration
        db_table = "audit_trail_entry"

    def __str__(self) -> str:
        return f"{self.verb} ({self.pk})"


class TrailDetail(models.Model):
    """The erasable part of an entry: ids, codes, counts, and the salt of its digest (LAW-11).

    Once erased, it is empty and names the line that says who erased it, and why.
    """

    entry_id = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField()
    details = models.JSONField(default=dict)
    erased_by = models.BigIntegerField(null=True, help_text="The line of its erasure")

    class Meta:
        indexes = [BrinIndex(fields=["entry_id"], name="trail_detail_brin")]
        db_table = "audit_trail_detail"

    def __str__(self) -> str:
        return f"details of {self.entry_id}"


class Seal(models.Model):
    """A seal of the chain: what it states, signed, and what finds a line that was changed.

    ``payload`` is the whole truth (``ccis.audit.seals``). ``ids`` are the lines sealed, in
    order, and ``marks`` the first 8 bytes of the hash of each.
    """

    number = models.BigIntegerField(primary_key=True)
    payload = models.TextField()
    signature = models.BinaryField()
    ids = ArrayField(models.BigIntegerField())
    marks = models.BinaryField()

    def __str__(self) -> str:
        return f"seal {self.number}"
