"""Messages of the drop box, and how each mailbox was when it was last read (LC-03)."""

from datetime import date

from django.db import models
from django.db.models import Q

from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.models import Request


class Trouble(models.TextChoices):
    """What kept us from reading a mailbox."""

    SETTINGS = "settings", "Its address in the settings cannot be used"
    UNREACHABLE = "unreachable", "Its server does not answer"
    CERTIFICATE = "certificate", "Its server could not prove who it is"
    REFUSED = "refused", "Its server refused the name or the password"
    FOLDER = "folder", "It has no such folder"
    MOVING = "moving", "Messages were taken in, and could not be moved away"
    STUCK = "stuck", "Some messages could not be taken in, and stay in the mailbox"
    OTHER = "other", "Its server answered with something that we do not understand"


class Mailbox(models.Model):
    """How reading an authority's mailbox went. Where it is stands in the settings alone."""

    authority = models.OneToOneField(
        Authority, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    busy_until = models.DateTimeField(null=True, help_text="A worker reads it, until then at most")
    looked_at = models.DateTimeField(null=True, help_text="Last read to the end")
    trouble = models.CharField(max_length=11, choices=Trouble, blank=True)
    trouble_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mailbox of {self.authority_id}"


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, user: User) -> "MailQuerySet":
        """Messages to a user's authorities, less those about someone whom they may not see."""
        return self.filter(
            Q(request=None) | Q(request__in=Request.objects.visible_to(user)),
            authority__in=authorities_whose_people(user),
        )

    def waiting(self) -> "MailQuerySet":
        """Messages that someone has to read."""
        return self.filter(state=Mail.State.WAITING)

    def late(self, on: date) -> "MailQuerySet":
        """Waiting ones whose day is over."""
        return self.waiting().filter(due_on__lt=on)


class Mail(models.Model):
    """One message of the drop box. It stays in the mailbox until this row is committed."""

    class State(models.TextChoices):
        WAITING = "waiting", "To read"
        HELD = "held", "Held back: many from one sender"
        BOUNCE = "bounce", "Could not be delivered"
        AUTOMATIC = "automatic", "Automatic reply"
        REQUEST = "request", "Made a request"
        NOT_REQUEST = "not-request", "Not a request"

    class Unread(models.TextChoices):
        """Why its words are not here."""

        TOO_LARGE = "large", "It is too large"
        NOT_READABLE = "unreadable", "We could not make sense of it"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mark = models.CharField(max_length=64, help_text="By what the same message is known again")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    received_at = models.DateTimeField(help_text="When it reached the mailbox")
    taken_in_at = models.DateTimeField()
    due_on = models.DateField(help_text="Dealt with by the end of this day, else late")

    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    answer_to = models.CharField(max_length=254, blank=True, help_text="Where answers are to go")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    is_cut = models.BooleanField(default=False, help_text="It was longer than we take in")
    left_out = models.JSONField(default=list, help_text="Names of attachments, none taken in")
    unread = models.CharField(max_length=10, choices=Unread, blank=True)

    state = models.CharField(max_length=11, choices=State, default=State.WAITING)
    request = models.OneToOneField(
        Request, on_delete=models.PROTECT, null=True, related_name="mail"
    )
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True, help_text="Why it is not a request")
    emptied_at = models.DateTimeField(null=True, help_text="Its words were destroyed")

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "mark"], name="mail_is_taken_in_once"),
            models.CheckConstraint(
                condition=Q(state="request", request__isnull=False)
                | (~Q(state="request") & Q(request=None)),
                name="mail_made_a_request_has_it",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["request", "not-request"])
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="mail_is_settled_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "due_on", "id"],
                condition=Q(state="waiting"),
                name="mail_to_read",
            ),
            models.Index(fields=["authority", "-received_at", "id"], name="mail_received"),
            models.Index(fields=["authority", "uid_validity", "uid"], name="mail_by_uid"),
            models.Index(fields=["authority", "sender", "taken_in_at"], name="mail_by_sender"),
        ]

    def __str__(self) -> str:
        return f"mail {self.ref}"
