"""Who is asking, for the portal's own login: a secret that no other session has."""

from django.db import models

from ccis.accounts.models import User


class PortalSession(models.Model):
    """A named individual's session in the portal; of its token only the SHA-256 is kept.

    The policies of ``DisclosedRow`` find the person by the token, which SQL cannot guess, and not
    by a number, which SQL can set (docs/adr/0049).
    """

    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="portal_session_expires")]

    def __str__(self) -> str:
        return f"portal session {self.pk}"
