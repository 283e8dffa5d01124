"""Disclosures: the one door by which something personal leaves, and what went through it."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from caseload.models import YoungPerson
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from optout.letters.models import Letter
from optout.letters.rules import PURPOSES
from providers.models import Provider
from sharing.agreements.models import Version
from sharing.models.lists import SharedList
from sharing.rules import HEADINGS


class EndedBecause(models.TextChoices):
    """Why a disclosure ended before or at its term. A term that ends by itself may be unmarked."""

    NOT_REACHED = "not-reached", "They could not be reached"
    REFUSED = "refused", "They said no to the organisation"
    WRONG_DETAILS = "wrong-details", "The details were wrong"
    TERM = "term", "The time ended"
    OBJECTION = "objection", "They opted out"
    DIED = "died", "They died"
    RESTRICTED = "restricted", "The record was restricted"
    MOVED = "moved", "Another authority is responsible for them"
    AGREEMENT = "agreement", "The agreement stopped"
    RECALLED = "recalled", "We took it back"


BY_OUTCOME = (EndedBecause.NOT_REACHED, EndedBecause.REFUSED, EndedBecause.WRONG_DETAILS)
"""Ended by what the organisation said."""

BY_ITSELF = ("", EndedBecause.TERM)


class TimeRange(Func):
    """From a moment until before another."""

    function = "TSTZRANGE"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User) -> Self:
        """Disclosures of young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))

    def live(self, at: datetime) -> Self:
        """Those that an organisation may read at a moment."""
        return self.filter(ends_at__gt=at)

    def over(self, at: datetime) -> Self:
        """Those that have ended by a moment, whatever ended them."""
        return self.filter(ends_at__lte=at)

    def to_confirm(self, at: datetime) -> Self:
        """Ended, and the organisation has not said that its copies are destroyed.

        What somebody was told by word has no copy of ours to destroy.
        """
        return self.over(at).filter(destroyed_at=None, kind=Disclosure.Kind.LIST)


class Disclosure(models.Model):
    """One person's details to one organisation, for one purpose, for a while (LC-15).

    ``ends_at`` is the stroke at which it is over: its term, or whatever came before that. It is
    never deleted: the ledger is this table.
    """

    class Kind(models.TextChoices):
        LIST = "list", "On a list"
        EMERGENCY = "emergency", "In an emergency"
        TOLD = "told", "Told to somebody who asked"

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.LIST)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(YoungPerson, on_delete=models.PROTECT, related_name="disclosures")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    on_list = models.ForeignKey(
        SharedList, on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    purpose = models.CharField(max_length=10, choices=list(PURPOSES.items()))
    columns = ArrayField(models.CharField(max_length=20))
    version = models.ForeignKey(
        Version,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The version of the agreement that it was released under",
    )
    basis = models.CharField(max_length=20, blank=True, help_text="Lawful basis, by code (ISA-07)")
    gateway = models.CharField(max_length=40, blank=True, help_text="Legal gateway, by code")
    letter = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The letter that it rests on (LC-32)",
    )
    notices = ArrayField(
        models.BigIntegerField(), default=list, help_text="Privacy notices relied on (LC-32)"
    )
    made = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)
    released_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    engaged_at = models.DateTimeField(null=True, help_text="When they began to work together")
    ends_at = models.DateTimeField()
    ended_because = models.CharField(max_length=13, choices=EndedBecause, blank=True)
    ended = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    destroyed_at = models.DateTimeField(
        null=True, help_text="When the organisation said that its copies are destroyed"
    )
    purged_at = models.DateTimeField(null=True, help_text="When we destroyed what it said")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-released_at", "-id"]
        constraints = [
            ExclusionConstraint(
                name="one_live_disclosure_a_person",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        TimeRange("released_at", "ends_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(kind="list"),
            ),
            models.CheckConstraint(
                condition=Q(kind="emergency", on_list=None)
                | Q(kind="told", on_list=None, letter__isnull=False, version__isnull=False)
                | Q(
                    kind="list",
                    on_list__isnull=False,
                    letter__isnull=False,
                    version__isnull=False,
                ),
                name="disclosure_on_a_list_says_what_it_rests_on",
            ),
            models.CheckConstraint(
                condition=Q(columns__contained_by=list(HEADINGS), columns__len__gt=0),
                name="disclosure_columns_are_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("released_at")),
                name="disclosure_ends_after_its_release",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(received_at__gte=F("released_at")),
                name="disclosure_is_received_after_its_release",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(destroyed_at__gte=F("ends_at")),
                name="disclosure_is_destroyed_after_its_end",
            ),
            models.CheckConstraint(
                condition=Q(purged_at=None) | Q(purged_at__gte=F("ends_at")),
                name="disclosure_is_purged_after_its_end",
            ),
            models.CheckConstraint(
                condition=Q(ended_because__in=["", *EndedBecause.values]),
                name="disclosure_end_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "-released_at", "-id"], name="disclosure_ledger"),
            models.Index(fields=["provider", "ends_at"], name="disclosure_by_provider"),
            models.Index(
                fields=["ends_at"], condition=Q(purged_at=None), name="disclosure_to_purge"
            ),
        ]

    def __str__(self) -> str:
        return f"disclosure {self.ref}"


class DisclosedRowQuerySet(models.QuerySet["DisclosedRow"]):
    def visible_to(self, user: User) -> Self:
        """Rows about young people whom a user may see."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))


class DisclosedRow(models.Model):
    """What an organisation reads of one disclosure: the agreed columns and nothing else.

    The portal's login may read this table alone, and of it what a policy finds (docs/adr/0049).
    ``ends_at`` and ``on_list`` follow the disclosure by trigger.
    """

    disclosure = models.OneToOneField(
        Disclosure, on_delete=models.PROTECT, primary_key=True, related_name="row"
    )
    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    on_list = models.ForeignKey(SharedList, on_delete=models.PROTECT, null=True, related_name="+")
    values = models.JSONField(help_text="By column: a text, or a list of texts")
    given_before = models.JSONField(
        default=dict, help_text="By column: keyed digests of what it said before it changed"
    )
    changed_at = models.DateTimeField(
        null=True, help_text="When what it says last changed: a copy from before is not given out"
    )
    released_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = DisclosedRowQuerySet.as_manager()

    def __str__(self) -> str:
        return f"row of disclosure {self.disclosure_id}"
