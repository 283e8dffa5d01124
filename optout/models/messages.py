"""What is to be sent to people: the outbox. A row is written with what it tells of."""

from django.db import models

from ccis.accounts.models import User
from optout.models.requests import Request


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        """Messages about requests that a user may see."""
        return self.filter(request__in=Request.objects.visible_to(user))

    def to_send(self) -> "MessageQuerySet":
        """Messages that have not gone."""
        return self.filter(sent_at=None, failed_at=None)


class Message(models.Model):
    """An acknowledgement or an answer, by the channel that the person asked for."""

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        PROGRESS = "progress", "How it stands"
        ANSWER = "answer", "Answer"

    class By(models.TextChoices):
        SCREEN = "screen", "Shown on the page"
        LETTER = "letter", "Letter"
        TEXT = "text", "Text"
        EMAIL = "email", "Email"
        PHONE = "phone", "Told by phone"
        IN_PERSON = "person", "Told in person"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=15, choices=Kind)
    by = models.CharField(max_length=6, choices=By)
    to = models.CharField(max_length=254, blank=True, help_text="Empty: as on record")
    words = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    failed_at = models.DateTimeField(null=True, help_text="When we learned that it never arrived")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(
                fields=["request"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="message_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of request {self.request_id}"
