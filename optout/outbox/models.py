"""Texts and emails to people, one row each, and what people said about promotional ones."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q, QuerySet

from caseload.models import ContactPoint, YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from optout.models import Channel, Message, Request
from optout.outbox.rules import KINDS, SERVICE

if TYPE_CHECKING:
    from optout.letters.models import Letter


class State(models.TextChoices):
    """Where a message stands; the words are those of its tag."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Did not arrive"
    STOPPED = "stopped", "Stopped"
    KEPT = "kept", "Kept here"


UNSENT = (State.WAITING, State.SENDING)
"""States in which a message has not gone, as far as we know."""


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def visible_to(self, user: User) -> Self:
        """Messages of a user's authorities: about people whom they may see, or nobody yet."""
        people: QuerySet[YoungPerson] = YoungPerson.objects.visible_to(user)
        return self.filter(
            Q(person=None, message__request__in=Request.objects.visible_to(user))
            | Q(person__in=people),
            authority__in=authorities_whose_people(user),
        )


class Outgoing(models.Model):
    """One text or email: an answer to a request, or what accompanies a letter (PIA-05).

    The words never hold a personal code: ``{code}`` stands for it, and is filled in as it goes.
    """

    class By(models.TextChoices):
        TEXT = "text", "Text"
        EMAIL = "email", "Email"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, null=True, related_name="messages_out"
    )
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, null=True, related_name="outgoing"
    )
    letter: "models.OneToOneField[Letter | None, Letter | None]" = models.OneToOneField(
        "letters.Letter", on_delete=models.PROTECT, null=True, related_name="outgoing"
    )
    by = models.CharField(max_length=5, choices=By)
    kind = models.CharField(max_length=11, choices=list(KINDS.items()), default=SERVICE)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=150, blank=True)
    words = models.TextField()
    site = models.URLField(blank=True, help_text="Where the pages for young people are")
    stop_key = models.CharField(
        max_length=43, null=True, unique=True, help_text="Opens the page that stops such messages"
    )
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    why = models.CharField(max_length=100, blank=True, help_text="Why it did not go, or arrive")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Of the present sending")
    deliveries = models.PositiveSmallIntegerField(default=1, help_text="Which sending this is")
    next_at = models.DateTimeField(help_text="It does not go before")
    claimed_at = models.DateTimeField(null=True, help_text="When a worker took it to send")
    service_id = models.CharField(
        max_length=36, blank=True, db_index=True, help_text="The sending service's own id"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SERVICE) | Q(person__isnull=False, stop_key__isnull=False),
                name="promotional_message_can_be_stopped",
            ),
            models.CheckConstraint(
                condition=Q(message=None) | Q(letter=None), name="message_out_is_about_one_thing"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
                name="message_sent_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="message_out_due",
            ),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="message_out_sent"),
            models.Index(fields=["authority", "-made_at"], name="message_out_listed"),
        ]

    def __str__(self) -> str:
        return f"message out {self.ref}"

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped, by someone or by what the record says."""
        return self.state == State.STOPPED

    @property
    def is_to_somebody_else(self) -> bool:
        """Whether it tells someone what became of a complaint that they made for the person."""
        return (
            self.contact_point_id is None
            and self.message is not None
            and (
                self.message.request.kind == Request.Kind.COMPLAINT
                and self.message.request.speaker != Request.Speaker.OWN
            )
        )

    @property
    def reference(self) -> str:
        """What the sending service knows this sending by: it is found again by it."""
        return self.ref if self.deliveries == 1 else f"{self.ref}-{self.deliveries}"


class MessageChoiceQuerySet(models.QuerySet["MessageChoice"]):
    def visible_to(self, user: User) -> Self:
        """What young people said whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class MessageChoice(models.Model):
    """Someone agreed to promotional messages, or stopped them; the latest counts (LAW-06)."""

    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, related_name="message_choices"
    )
    agrees = models.BooleanField()
    said_on = models.DateField()
    channel = models.CharField(max_length=6, choices=Channel)
    source = models.CharField(max_length=200, blank=True)
    recorded = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = MessageChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-said_on", "agrees", "-id"]

    def __str__(self) -> str:
        return f"choice {self.pk} about messages to {self.person_id}"
