"""Personal codes: what a letter prints, of which we keep a keyed digest alone (LC-02)."""

from datetime import date

from django.db import models
from django.utils.crypto import salted_hmac

from caseload.models import YoungPerson
from ccis.accounts.models import User


def digest_of(code: str) -> str:
    """The keyed digest under which a code is kept: the database alone does not tell it."""
    return salted_hmac("optout.code", code, algorithm="sha256").hexdigest()


class PersonalCodeQuerySet(models.QuerySet["PersonalCode"]):
    def usable(self, on: date) -> "PersonalCodeQuerySet":
        """Codes that work on a day."""
        return self.filter(expires_on__gte=on, ended_at=None)

    def visible_to(self, user: User) -> "PersonalCodeQuerySet":
        """Codes of young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class PersonalCode(models.Model):
    """Opens the choices of one person to whoever was sent it, until it expires."""

    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_on = models.DateField(help_text="The last day on which it works")
    ended_at = models.DateTimeField(null=True, help_text="Taken back before it expired")

    objects = PersonalCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"code {self.pk} of {self.person_id}"
