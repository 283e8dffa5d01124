"""Incidents and all that was found out, told, decided and done about them (LC-21, LAW-04).

What was written down stays: facts, reckonings, assessments, notices and decisions are added and
never changed. The newest decision counts.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from caseload.models import YoungPerson
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider
from sharing.incidents import rules


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> Self:
        """Incidents of the authorities that a user works for."""
        return self.filter(authority__in=authorities_whose_people(user))

    def still_open(self) -> Self:
        """Incidents that nobody has closed."""
        return self.filter(closed_at=None)

    def with_clock_running(self) -> Self:
        """Open ones of which the regulator was neither told, nor need be."""
        newest = Decision.objects.filter(incident=OuterRef("pk"), about=rules.REGULATOR)
        settled = (
            Decision.objects.holding()
            .filter(pk=OuterRef("newest"))
            .filter(Q(tell=False) | Q(told_at__isnull=False))
        )
        decided = self.still_open().annotate(newest=Subquery(newest.values("pk")[:1]))
        return decided.exclude(Exists(settled))

    def late(self, at: datetime) -> Self:
        """Those whose 72 hours are over and the regulator was not told."""
        return self.with_clock_running().filter(aware_at__lte=at - rules.ALLOWED)


class Incident(models.Model):
    """Something that happened, or may have, to people's data. No name of anyone stands in it."""

    class Kind(models.TextChoices):
        WRONG = "wrong", "Sent or shown to whoever should not have it"
        TOO_MUCH = "too-much", "More was shared than may be"
        ONWARD = "onward", "An organisation passed it on without recorded consent"
        LOST = "lost", "Lost or stolen"
        ACCESS = "access", "Looked at or used without a right"
        ATTACK = "attack", "An attack on a system"
        CHANGED = "changed", "Changed, destroyed or out of reach"
        OTHER = "other", "Something else"

    class Finder(models.TextChoices):
        STAFF = "staff", "Somebody here"
        ORGANISATION = "organisation", "The organisation"
        PUBLIC = "public", "A young person, a family or somebody else"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("kind", max_length=8, choices=Kind)
    title = models.CharField("in a few words", max_length=120)
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The organisation that it happened at, or that has the data",
    )
    finder = models.CharField("found by", max_length=12, choices=Finder)
    found_by = models.CharField("their name and position", max_length=150)
    aware_at = models.DateTimeField("when we became aware")
    reported = models.BooleanField(default=False, help_text="To governance, by whoever found it")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["aware_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(aware_at__lte=F("recorded_at")), name="incident_is_known_before_its_row"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="incident_closed_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(kind="onward") | Q(provider__isnull=False),
                name="incident_of_passing_on_names_the_organisation",
            ),
        ]
        indexes = [models.Index(fields=["authority", "aware_at"], name="incident_by_authority")]

    def __str__(self) -> str:
        return f"incident {self.ref}"


class OfIncident(models.Model):
    """Something written down about an incident: who wrote it, and when."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Note(OfIncident):
    """What was found out, by stage."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notes")
    stage = models.CharField(max_length=11, choices=list(rules.STAGES.items()))
    words = models.TextField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"note {self.pk} of incident {self.incident_id}"


class Reckoning(OfIncident):
    """Who is affected, as it was worked out once: by what, and how many. Frozen."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reckonings")
    number = models.PositiveIntegerField()
    sought = models.JSONField(help_text="By what they were found: references, columns, days")
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "number"], name="one_reckoning_of_an_incident_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"reckoning {self.number} of incident {self.incident_id}"


class AffectedQuerySet(models.QuerySet["Affected"]):
    def visible_to(self, user: User) -> Self:
        """Those of the people affected whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class RiskQuerySet(models.QuerySet["Risk"]):
    def visible_to(self, user: User) -> Self:
        """What was judged of people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class Affected(models.Model):
    """Somebody who is affected, as a reckoning found."""

    reckoning = models.ForeignKey(Reckoning, on_delete=models.PROTECT, related_name="affected")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")

    objects = AffectedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reckoning", "person"], name="affected_once_in_a_reckoning"
            )
        ]

    def __str__(self) -> str:
        return f"affected {self.pk}"


class Risk(OfIncident):
    """What an incident may do to somebody, as it was judged. The newest counts."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="risks", db_index=False
    )
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=list(rules.RISKS.items()))
    why = models.CharField(max_length=300)

    objects = RiskQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["incident", "person", "-id"], name="risk_by_incident")]

    def __str__(self) -> str:
        return f"risk {self.pk}"


class Notice(OfIncident):
    """That a signatory or a data manager was told. It names no young person."""

    class How(models.TextChoices):
        SERVICE = "service", "By an email of this service"
        EMAIL = "email", "By email"
        PHONE = "phone", "By phone"
        LETTER = "letter", "By letter"
        PERSON = "person", "In person"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    key = models.CharField(max_length=40, help_text="Whom: a side of an agreement, an account")
    whom = models.CharField(max_length=320, help_text="Their name and part, as they were then")
    how = models.CharField(max_length=7, choices=How)
    told_on = models.DateField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "key"], name="told_once_of_an_incident")
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} of incident {self.incident_id}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def holding(self) -> Self:
        """Those that hold: a no rests on who was affected, and at what risk, as it was decided.

        It lapses once people were worked out again, or a risk was judged that forbids it.
        """
        since = {"incident": OuterRef("incident"), "at__gt": OuterRef("at")}
        judged = Risk.objects.filter(**since).order_by()
        at_risk, high = (
            judged.filter(level__in=[rules.RISK, rules.HIGH]),
            judged.filter(level=rules.HIGH),
        )
        lapsed = (
            Q(Exists(Reckoning.objects.filter(**since).order_by()))
            | Q(Exists(at_risk), about=rules.REGULATOR)
            | Q(Exists(high), about=rules.PEOPLE, ground=rules.NOT_HIGH)
        )
        return self.exclude(lapsed, tell=False)


class Decision(OfIncident):
    """Whether the regulator, or the people, are told, and why. Also when the answer is no."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions")
    about = models.CharField(
        max_length=9, choices=[(rules.REGULATOR, "The regulator"), (rules.PEOPLE, "The people")]
    )
    tell = models.BooleanField()
    ground = models.CharField(max_length=10, blank=True)
    why = models.TextField()
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=200, blank=True)
    why_late = models.TextField(blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="decision_says_why"),
            models.CheckConstraint(
                condition=Q(tell=True, ground="") | (Q(tell=False, told_at=None) & ~Q(ground="")),
                name="decision_not_to_tell_has_its_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk} of incident {self.incident_id}"


class Action(OfIncident):
    """What somebody is to do about an incident, by when."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=200)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_how = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="action_done_says_who",
            )
        ]

    def __str__(self) -> str:
        return f"action {self.ref}"


class Alarm(models.Model):
    """That governance knows, by email or because an officer opened it: of a new incident, of a
    clock that ends soon or is over."""

    class Kind(models.TextChoices):
        NEW = "new", "Reported"
        SOON = "soon", "Ends soon"
        LATE = "late", "Late"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=4, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="one_alarm_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} alarm of incident {self.incident_id}"
