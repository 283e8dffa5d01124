"""One file of a list for one named individual, and each time that it was downloaded (LC-11)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from sharing.models import Disclosure, SharedList


class FileState(models.TextChoices):
    """Where a secure file stands; the words are those of its tag."""

    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    STOPPED = "stopped", "Stopped, safe to carry on"
    DESTROYED = "destroyed", "Destroyed"


OPEN_STATES = (FileState.MAKING, FileState.READY, FileState.STOPPED)
"""States of a file that is still worth a key."""


class SecureFileQuerySet(models.QuerySet["SecureFile"]):
    def visible_to(self, user: User) -> Self:
        """Files of lists of the authorities that a user works for."""
        return self.filter(on_list__authority__in=authorities_whose_people(user))

    def concerning(self, user: User) -> Self:
        """Files made for a user, or whose passphrase goes to them."""
        return self.filter(Q(for_user=user) | Q(told_to=user))

    def stale(self, at: datetime) -> Self:
        """Files that are still there and hold someone who may not be read any more, or not so."""
        over, changed = Disclosure.objects.over(at), Q(rows__row__changed_at__gt=F("asked_at"))
        return self.filter(Q(rows__in=over) | changed, state__in=OPEN_STATES).distinct()


class SecureFile(models.Model):
    """What a list was when one named individual was given it as a file.

    The file and its passphrase lie apart, each under a key of its own in the key store; the ids
    are written here before anything is stored under them, so that nothing can be left behind.
    """

    class Form(models.TextChoices):
        WORKBOOK = "xlsx", "Encrypted Excel workbook"
        ZIP = "zip", "Encrypted zip"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    on_list = models.ForeignKey(SharedList, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=4, choices=Form)
    mark = models.CharField(max_length=4, help_text="In every row of this copy: whose it is")
    rows = models.ManyToManyField(Disclosure, related_name="files")
    for_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    told_to = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", help_text="Who sees the passphrase"
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=FileState, default=FileState.MAKING)
    beat_at = models.DateTimeField(help_text="When a worker was last seen on it")
    stopped_because = models.CharField(max_length=200, blank=True)
    file_id = models.CharField(max_length=32, blank=True)
    phrase_id = models.CharField(max_length=32, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the encrypted file")
    size = models.PositiveBigIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    objects = SecureFileQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(told_to=F("for_user")), name="passphrase_goes_to_somebody_else"
            ),
            models.UniqueConstraint(fields=["on_list", "mark"], name="one_mark_a_copy"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file_id="") & ~Q(sha256="") & Q(size__gt=0)),
                name="secure_file_ready_is_there",
            ),
            models.CheckConstraint(
                condition=Q(state="destroyed", destroyed_at__isnull=False)
                | (~Q(state="destroyed") & Q(destroyed_at=None)),
                name="secure_file_destroyed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"secure file {self.ref}"


class DownloadQuerySet(models.QuerySet["Download"]):
    def visible_to(self, user: User) -> Self:
        """Downloads of files that a user may see."""
        return self.filter(file__in=SecureFile.objects.visible_to(user))


class Download(models.Model):
    """That a file left: who took it, when, and the hash of what they got."""

    file = models.ForeignKey(SecureFile, on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    objects = DownloadQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"download {self.pk} of secure file {self.file_id}"
