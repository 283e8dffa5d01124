"""What someone chose about their information, and what they were told of it."""

from django.db import models
from django.db.models import Q

from caseload.models.facts import Fact, FactQuerySet, no_overlap


class Section72(Fact):
    """An instruction that institutions give us nothing but who someone is (PIA-33, LAW-07).

    Under section 72 of the Education and Skills Act 2008 it is a parent's before 16 and the
    person's own from then on, asked afresh. While it holds, a school's file leaves their name,
    address, date of birth and parent, and everything else is dropped before it is stored.
    """

    class GivenBy(models.TextChoices):
        PARENT = "parent", "A parent"
        OWN = "own", "The young person"

    given_by = models.CharField("given by", max_length=6, choices=GivenBy)

    objects = FactQuerySet["Section72"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "section 72 instruction"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_section_72_instruction"),
            models.CheckConstraint(
                condition=Q(given_by__in=["parent", "own"]), name="section_72_says_who_gave_it"
            ),
        ]
