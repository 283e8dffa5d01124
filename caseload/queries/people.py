"""The list of people: whom it holds and the orders that it may be put in."""

from datetime import date
from typing import Any

from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Collate

from caseload.models import Departure, Name, YoungPerson
from caseload.models.facts import FirstDay
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.govuk.lists import Sort

SORTS = (
    Sort("name", "Name", ("family_sorted", "given_sorted"), nullable=True),
    Sort("youngest", "Date of birth", ("-born",), nullable=True),
    Sort("since", "Since", ("-doing_since",), nullable=True),
    Sort("review", "Review", ("review_on",), nullable=True),
)


def people_of(user: User, authority: Authority, on: date) -> QuerySet[YoungPerson]:
    """The people of an authority whom the user may see and who have not left by a day."""
    left = Departure.objects.believed().filter(person=OuterRef("pk"), during__startswith__lte=on)
    return YoungPerson.objects.visible_to(user).of(authority).filter(~Exists(left))


def in_order(people: QuerySet[YoungPerson], sort: str, on: date) -> QuerySet[YoungPerson]:
    """People with the columns that an order goes by; only those are read."""
    if sort == "youngest":
        return _related(people, "particulars_facts").annotate(born=F("now__date_of_birth"))
    if sort in ("since", "review"):
        doing = _related(people, "activity_facts", now__during__contains=on)
        return doing.annotate(doing_since=FirstDay(F("now__during")), review_on=F("now__review_on"))
    named = _related(people, "name_facts", now__kind=Name.Kind.LEGAL, now__during__contains=on)
    return named.annotate(
        family_sorted=Collate("now__family_folded", "C"),
        given_sorted=Collate("now__given_folded", "C"),
    )


def _related(people: QuerySet[YoungPerson], facts: str, **wanted: Any) -> QuerySet[YoungPerson]:
    """People with the one believed fact of a kind that holds, if there is one, as ``now``."""
    condition = Q(**{f"{facts}__superseded": None})
    for name, value in wanted.items():
        condition &= Q(**{name.replace("now", facts, 1): value})
    return people.annotate(now=FilteredRelation(facts, condition=condition))
