"""What providers told us of drop-outs, and to whom it goes (LDOR-01, LDOR-03)."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from caseload.intake.models import InboundFile
from caseload.intake.source_models import Source
from ccis.access.checks import authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority, SubRegion


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> Self:
        """What authorities that the user works for were told."""
        return self.filter(source__authority__in=authorities_whose_people(user))

    def of(self, source: Source) -> Self:
        """What one provider told one authority."""
        return self.filter(source=source)

    def sent(self) -> Self:
        """What has gone to the authority, and not only been checked."""
        return self.filter(sent_at__isnull=False)


class Notification(models.Model):
    """What a provider told of one month: the month's people, one person at once, or nobody.

    People stand in its file, which is read, matched and used like any other.
    """

    class How(models.TextChoices):
        ONE = "one", "One person"
        FILE = "file", "Workbook"
        NIL = "nil", "Nothing to report"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="notifications")
    month = models.DateField(help_text="First day of the month that it tells of")
    how = models.CharField(max_length=4, choices=How)
    file = models.OneToOneField(
        InboundFile, on_delete=models.PROTECT, null=True, related_name="notification"
    )
    key = models.CharField(
        max_length=40, unique=True, help_text="Of the form that sent it: twice is once"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(
        null=True, help_text="Empty while rows to mend wait with the provider"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(how="nil") & Q(file=None)) | (~Q(how="nil") & Q(file__isnull=False)),
                name="notification_of_nobody_has_no_file",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="notification_month_is_its_first_day"
            ),
            models.UniqueConstraint(
                fields=["source", "month"],
                condition=Q(how="nil"),
                name="nothing_to_report_is_said_once",
            ),
        ]
        indexes = [models.Index(fields=["source", "month"], name="notification_by_month")]

    def __str__(self) -> str:
        return f"notification {self.ref}"


class RouteQuerySet(models.QuerySet["Route"]):
    def visible_to(self, user: User) -> Self:
        """Routes of the authorities that the user works for."""
        return self.filter(authority__in=authorities_whose_people(user))

    def of(self, authority: Authority) -> Self:
        """The matrix of one authority, with what it said before."""
        return self.filter(authority=authority)

    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(ended_at=None)


class Route(models.Model):
    """One line of the information flow matrix: to whom goes what is about residents of ``home``.

    A line is never edited: a change ends it and makes another (LDOR-03).
    """

    class To(models.TextChoices):
        OFFICER = "officer", "An officer of the council"
        CONTRACTOR = "contractor", "A contractor of the council"
        UNIT = "unit", "A sub-regional unit"

    class Way(models.TextChoices):
        HERE = "here", "In this service"
        EXCHANGE = "exchange", "As an encrypted workbook, by secure exchange"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="+", help_text="Whose matrix it is"
    )
    home = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="+", help_text="Whose residents"
    )
    to = models.CharField(max_length=10, choices=To)
    unit = models.ForeignKey(SubRegion, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=100)
    email = models.EmailField()
    way = models.CharField(max_length=8, choices=Way)
    exchange = models.CharField(
        max_length=200, blank=True, help_text="By which secure service, and to which address there"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["home__name", "-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "home"],
                condition=Q(ended_at=None),
                name="one_route_for_each_home",
            ),
            models.CheckConstraint(
                condition=(Q(to="unit") & Q(unit__isnull=False)) | (~Q(to="unit") & Q(unit=None)),
                name="route_to_a_unit_names_it",
            ),
            models.CheckConstraint(
                condition=(Q(way="exchange") & ~Q(exchange="")) | Q(way="here", exchange=""),
                name="route_by_exchange_says_by_which",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="route_ended_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"route {self.ref}"


class PassingOnQuerySet(models.QuerySet["PassingOn"]):
    def visible_to(self, user: User) -> Self:
        """What authorities that the user works for passed on."""
        return self.filter(authority__in=authorities_whose_people(user))


class PassingOn(models.Model):
    """Rows about residents of another authority, passed on to it together (LDOR-03)."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    rows = ArrayField(models.BigIntegerField(), help_text="Rows of files, by id")
    way = models.CharField(max_length=8, choices=Route.Way)
    told = models.CharField(max_length=300, help_text="To whom, as the matrix had it then")
    file = models.ForeignKey(
        InboundFile,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Where it arrived, in this service: the same words twice arrive once",
    )
    stored_id = models.CharField(
        max_length=64, blank=True, help_text="The encrypted workbook; empty once it is destroyed"
    )
    made_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody, when the service passed it on itself",
    )
    made_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=200, blank=True, help_text="How it was sent, as was said")

    objects = PassingOnQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name_plural = "passings on"
        constraints = [
            models.CheckConstraint(
                condition=Q(way="here", file__isnull=False, sent_at__isnull=False)
                | Q(way="exchange", file=None),
                name="passed_on_here_has_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"passing on {self.ref}"
