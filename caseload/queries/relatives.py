"""Who may be a brother or a sister of someone: the same home and family name, seen by the user."""

from collections.abc import Collection
from datetime import date

from caseload.models import Address, Name, YoungPerson
from caseload.queries.summaries import Summary, summaries_of
from ccis.accounts.models import User
from ccis.authorities.models import Authority

MOST_SHOWN = 10


def relatives(
    *,
    user: User,
    authority: Authority,
    postcodes: Collection[str],
    families: Collection[str],
    but: Collection[int],
    on: date,
) -> list[Summary]:
    """People of an authority at these postcodes whose family name, folded, is one of these.

    ``but`` are ids of people who are not wanted. Of many the first ten.
    """
    homes = Address.objects.believed().filter(postcode__in=[one for one in postcodes if one])
    names = Name.objects.believed().filter(family_folded__in=[one for one in families if one])
    people = (
        YoungPerson.objects.visible_to(user)
        .of(authority)
        .filter(pk__in=homes.values("person"))
        .filter(pk__in=names.values("person"))
        .exclude(pk__in=but)
        .order_by("pk")
    )
    return list(summaries_of(list(people[:MOST_SHOWN]), on).values())
