"""What help someone needs: circumstances, special educational needs, level of need."""

from django.db import models
from django.db.models import Q

from caseload.models import codes
from caseload.models.facts import Fact, FactQuerySet, no_overlap


class Characteristic(Fact):
    """An individual circumstance, such as being in care."""

    code = models.ForeignKey(
        codes.CharacteristicCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FactQuerySet["Characteristic"].as_manager()

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, no_overlap("one_characteristic_of_a_code", "code")]


class SendProvision(Fact):
    """Special educational needs: an EHC plan, support without one, or none."""

    class Provision(models.TextChoices):
        PLAN = "E", "EHC plan"
        SUPPORT = "K", "SEN support"
        NONE = "N", "No special educational need"

    provision = models.CharField(max_length=1, choices=Provision)
    need = models.CharField("need", max_length=10, blank=True)

    objects = FactQuerySet["SendProvision"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "SEND provision"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_send_provision"),
            models.CheckConstraint(
                condition=Q(provision__in=["E", "K", "N"]), name="send_provision_is_known"
            ),
        ]


class LevelOfNeed(Fact):
    """How much support someone needs."""

    code = models.ForeignKey(
        codes.LevelOfNeedCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FactQuerySet["LevelOfNeed"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "level of need"
        constraints = [*Fact.Meta.constraints, no_overlap("one_level_of_need")]
