"""Facts in two times: when it was true, and when we came to hold it and stopped (design §4).

A correction never edits: it marks the old version superseded, then inserts the new. The
database lets nobody else: no role may update anything of a fact but ``superseded``.
"""

from datetime import date
from typing import Any, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate

from caseload.models.people import YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import Change

FactT = TypeVar("FactT", bound="Fact")


class FactQuerySet(models.QuerySet[FactT]):
    def believed(self) -> Self:
        """Versions that we hold to be true now."""
        return self.filter(superseded=None)

    def as_known(self, moment: int) -> Self:
        """Versions that we held to be true when change ``moment`` was the last one."""
        return self.filter(recorded__lte=moment).filter(
            Q(superseded=None) | Q(superseded__gt=moment)
        )

    def on(self, day: date) -> Self:
        """Versions that say what was true on a day."""
        return self.filter(during__contains=day)

    def visible_to(self, user: User) -> Self:
        """Facts about young people whom a user may see."""
        return self.filter(person__in=YoungPerson.objects.visible_to(user))


class OpenManager(models.Manager[FactT]):
    """Facts that say who someone is, less those that were sealed (LAW-10).

    It comes first in its model, so whoever does not ask for ``every`` does not read a sealed one.
    """

    def get_queryset(self) -> FactQuerySet[FactT]:
        """Every version that is not sealed."""
        return FactQuerySet[FactT](self.model, using=self._db).filter(sealed=None)

    def believed(self) -> FactQuerySet[FactT]:
        """Versions that we hold to be true now."""
        return self.get_queryset().believed()

    def as_known(self, moment: int) -> FactQuerySet[FactT]:
        """Versions that we held to be true then: looking back never lifts a seal."""
        return self.get_queryset().as_known(moment)

    def on(self, day: date) -> FactQuerySet[FactT]:
        """Versions that say what was true on a day."""
        return self.get_queryset().on(day)

    def visible_to(self, user: User) -> FactQuerySet[FactT]:
        """Versions about young people whom a user may see."""
        return self.get_queryset().visible_to(user)


def no_overlap(name: str, *same: str, condition: Q | None = None) -> ExclusionConstraint:
    """Forbid two believed versions that agree in ``same`` and overlap in time."""
    believed = Q(superseded=None)
    return ExclusionConstraint(
        name=name,
        expressions=[
            *[(field, RangeOperators.EQUAL) for field in ("person", *same)],
            ("during", RangeOperators.OVERLAPS),
        ],
        condition=believed & condition if condition is not None else believed,
    )


BOOKKEEPING = frozenset(
    {"id", "person", "during", "recorded", "superseded", "source_row", "sealed"}
)
"""Fields of a version that say nothing about the person."""


class Fact(models.Model):
    """Something dated and sourced about a young person."""

    person = models.ForeignKey(
        YoungPerson, on_delete=models.PROTECT, related_name="%(class)s_facts"
    )
    during = DateRangeField(help_text="When it was true: first day in, last day out")
    recorded = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", db_index=False)
    superseded = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source_row = models.PositiveIntegerField(
        null=True, help_text="Row number in the file that the change came by"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="%(class)s_during_is_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(superseded=None) | Q(superseded__gt=F("recorded")),
                name="%(class)s_is_superseded_by_a_later_change",
            ),
        ]
        indexes = [models.Index(fields=["person", "recorded"], name="%(class)s_by_person")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} of {self.person_id}"

    @property
    def starts_on(self) -> date | None:
        """First day on which it was true."""
        return self.during.lower if self.during else None

    @property
    def ends_on(self) -> date | None:
        """Last day on which it was true; ``None`` while it goes on."""
        if not self.during or self.during.upper is None:
            return None
        return date.fromordinal(self.during.upper.toordinal() - 1)

    def content(self) -> dict[str, Any]:
        """What this version says, without its bookkeeping, by column."""
        return {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.name not in BOOKKEEPING and not getattr(field, "generated", False)
        }


class IdentityFact(Fact):
    """A fact that says who someone is, and that can be sealed (LAW-10, docs/adr/0040).

    What is sealed is believed no longer. A return of before still finds it, by its own SQL.
    """

    sealed = models.ForeignKey(
        Change,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The change that sealed it: from then on only named people see it",
    )

    class Meta(Fact.Meta):
        abstract = True
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(sealed=None) | Q(superseded__isnull=False),
                name="%(class)s_sealed_is_not_believed",
            ),
        ]
        indexes = [
            *Fact.Meta.indexes,
            models.Index(
                fields=["person"], condition=Q(sealed__isnull=False), name="%(class)s_sealed"
            ),
        ]


class Fold(models.Func):
    """Lower case, no accents, letters and digits only: how names are compared."""

    function = "ccis_fold"
    output_field = models.TextField()


def in_order(*columns: str, name: str) -> models.Index:
    """An index of what is believed, in the order of bytes, which is the same on every server."""
    return models.Index(
        *(Collate(F(column), "C") for column in columns), name=name, condition=Q(superseded=None)
    )


class FirstDay(models.Func):
    """The first day of a range."""

    function = "lower"
    output_field = models.DateField()


class NextSpell(models.Func):
    """The next number of a spell of activity."""

    template = "nextval('caseload_spell_seq')"
    output_field = models.BigIntegerField()
    allowed_default = True
