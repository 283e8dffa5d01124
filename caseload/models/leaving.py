"""That someone left the responsibility of the authority."""

from django.db import models
from django.db.models import Q

from caseload.models.facts import Fact, FactQuerySet, no_overlap


class Departure(Fact):
    """Someone left the authority's responsibility for good, from a day on (docs/nccis.md §5.3)."""

    class Kind(models.TextChoices):
        TRANSFERRED = "T", "Moved to another authority"
        LEFT_ENGLAND = "E", "Left England"
        MERGED = "M", "Merged into another record"
        DECEASED = "D", "Died"

    kind = models.CharField(max_length=1, choices=Kind)
    to_code = models.CharField(
        max_length=3, blank=True, help_text="The authority moved to, or 000 to 003 outside England"
    )

    objects = FactQuerySet["Departure"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_departure"),
            models.CheckConstraint(
                condition=Q(kind__in=["M", "D"], to_code="")
                | (Q(kind__in=["T", "E"]) & ~Q(to_code="")),
                name="departure_says_where_to",
            ),
            models.CheckConstraint(
                condition=~Q(kind="E") | Q(to_code__in=["000", "001", "002", "003"]),
                name="departure_from_england_has_a_country_code",
            ),
        ]
