"""Schools, the September Guarantee and what someone means to do next."""

from django.db import models
from django.db.models import Q

from caseload.models import codes
from caseload.models.facts import Fact, FactQuerySet, no_overlap
from ccis.authorities.models import Authority
from providers.models import Provider


class Guarantee(Fact):
    """September Guarantee status of Year 11 or 12, in force from a day (docs/nccis.md §2.5)."""

    for_year = models.PositiveSmallIntegerField(choices=[(11, "Year 11"), (12, "Year 12")])
    status = models.ForeignKey(
        codes.GuaranteeStatusCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The authority that leads on the offer",
    )

    objects = FactQuerySet["Guarantee"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_guarantee_status_a_year", "for_year"),
            models.CheckConstraint(condition=Q(for_year__in=[11, 12]), name="guarantee_year"),
        ]


class IntendedDestination(Fact):
    """What someone in Year 11 means to do next (docs/nccis.md §2.4)."""

    code = models.ForeignKey(
        codes.DestinationCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FactQuerySet["IntendedDestination"].as_manager()

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, no_overlap("one_intended_destination")]


class Enrolment(Fact):
    """On the roll of a school: where someone was educated, by which Year 11 is known.

    ``authority`` alone, without a provider, says that all that is known is the area.
    """

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    outside_code = models.CharField(
        max_length=3, blank=True, help_text="000 to 004: outside England or not known"
    )
    year_group = models.PositiveSmallIntegerField("year group", null=True)
    status = models.CharField("enrolment status", max_length=1, blank=True)

    objects = FactQuerySet["Enrolment"].as_manager()

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_enrolment_at_a_provider", "provider"),
            models.CheckConstraint(
                condition=Q(provider__isnull=False)
                | Q(authority__isnull=False)
                | ~Q(outside_code=""),
                name="enrolment_says_where",
            ),
        ]
