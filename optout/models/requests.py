"""Requests: what a young person, or someone for them, asked us to do, and its clock."""

from datetime import date

from django.db import models
from django.db.models import Q, QuerySet

from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.models.statements import Channel
from optout.rules import ADVOCATE, CARER, OWN, PARENT


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> "RequestQuerySet":
        """Requests to a user's authorities: of nobody yet, and of people whom they may see."""
        people: QuerySet[YoungPerson] = YoungPerson.objects.visible_to(user)
        return self.filter(
            Q(person=None) | Q(person__in=people),
            authority__in=authorities_whose_people(user),
        )

    def unanswered(self) -> "RequestQuerySet":
        """Requests that someone still has to work on."""
        return self.exclude(state=Request.State.ANSWERED)

    def may_be_wrong(self) -> "RequestQuerySet":
        """Undecided ones that say that the record is wrong, or no longer so: until then no letter
        goes to whom they are about (LC-05).
        """
        kinds = (Request.Kind.CORRECTION, Request.Kind.DOING, Request.Kind.REACH)
        return self.unanswered().filter(kind__in=kinds, outcome="")

    def late(self, on: date) -> "RequestQuerySet":
        """Unanswered ones whose day is over."""
        return self.unanswered().filter(due_on__lt=on)


class Request(models.Model):
    """Something asked of us. What was said stays, whatever is done (LC-03, LC-05)."""

    class Kind(models.TextChoices):
        OPT_OUT = "opt-out", "Opt out"
        SHARE = "share", "Share again"
        CORRECTION = "correction", "Something is wrong"
        DOING = "doing", "What I am doing now"
        REACH = "reach", "How to reach me"
        REVIEW = "review", "Look at a decision again"
        HELP = "help", "Help"
        COMPLAINT = "complaint", "Complaint"

    class State(models.TextChoices):
        NEW = "new", "New"
        IN_HAND = "in-hand", "In hand"
        WAITING = "waiting", "Waiting for the organisation to confirm"
        ANSWERED = "answered", "Answered"

    class Outcome(models.TextChoices):
        DONE = "done", "Done as asked"
        DECLINED = "declined", "Not done"
        NOBODY = "nobody", "We hold nobody like this"

    class Speaker(models.TextChoices):
        OWN = OWN, "The young person"
        PARENT = PARENT, "A parent"
        CARER = CARER, "A carer"
        ADVOCATE = ADVOCATE, "An advocate"

    class Answer(models.TextChoices):
        LETTER = "letter", "By letter"
        TEXT = "text", "By text"
        EMAIL = "email", "By email"
        PHONE = "phone", "By phone"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=6, choices=Channel)
    received_at = models.DateTimeField()
    due_on = models.DateField(help_text="Answered by the end of this day, else late")
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    said = models.JSONField(default=dict, help_text="What was asked, as it was said")

    given = models.CharField("first name", max_length=100, blank=True)
    family = models.CharField("family name", max_length=100, blank=True)
    date_of_birth = models.DateField("date of birth", null=True)
    postcode = models.CharField("postcode", max_length=10, blank=True)

    speaker = models.CharField(max_length=8, choices=Speaker, default=Speaker.OWN)
    speaker_name = models.CharField(max_length=200, blank=True)
    proof = models.CharField(
        max_length=200, blank=True, help_text="What shows that they may speak for the person"
    )
    lacks_capacity = models.BooleanField(
        default=False, help_text="A lack of capacity is recorded (LC-31)"
    )
    identity = models.JSONField(
        default=list, help_text="Which parts agreed when the caller was asked (PIA-19)"
    )

    answer_by = models.CharField(max_length=6, choices=Answer, default=Answer.LETTER)
    answer_to = models.CharField(max_length=254, blank=True, help_text="Empty: as on record")

    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, null=True, related_name="requests"
    )
    by_code = models.BooleanField(default=False, help_text="Came with the person's own code")
    matched_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    matched_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    sent_key = models.CharField(
        max_length=64, null=True, unique=True, help_text="The one sending of a form"
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | (~Q(state="answered") & Q(answered_at=None)),
                name="request_answered_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(by_code=False) | Q(person__isnull=False),
                name="request_by_code_has_its_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "due_on", "id"],
                condition=~Q(state="answered"),
                name="request_to_answer",
            ),
            models.Index(fields=["authority", "-received_at"], name="request_received"),
        ]

    def __str__(self) -> str:
        return f"request {self.ref}"
