"""The ledger: every disclosure that ever was, its counts, who has had whose data (LC-15)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider
from sharing.agreements.models import PrivacyNotice
from sharing.models import Disclosure, DisclosureQuerySet

NAMED = (
    "person__lead_authority",
    "provider",
    "authority",
    "on_list__drafted_by",
    "on_list__released_by",
    "version__agreement",
    "letter__batch",
    "letter__version__template",
    "made__by",
    "ended__by",
)


def ledger(authority: Authority, user: User) -> DisclosureQuerySet:
    """Every disclosure that an authority made, of people whose record the user may open."""
    seen: DisclosureQuerySet = Disclosure.objects.visible_to(user)
    return seen.filter(authority=authority)


def with_names(disclosures: DisclosureQuerySet) -> DisclosureQuerySet:
    """Disclosures with all that a page says of each, in one question."""
    return disclosures.select_related(*NAMED)


def of_person(person: YoungPerson) -> list[Disclosure]:
    """Who has had someone's details, newest first, whichever authority shared them."""
    return list(with_names(Disclosure.objects.filter(person=person)))


def recipients(authority: Authority) -> list[Provider]:
    """Every organisation that an authority ever shared with, by name."""
    shared = Disclosure.objects.filter(authority=authority).values("provider")
    return list(Provider.objects.filter(pk__in=shared))


def notices_of(disclosures: list[Disclosure]) -> dict[int, PrivacyNotice]:
    """The privacy notices that some disclosures rest on, by id."""
    ids = {notice for one in disclosures for notice in one.notices}
    return {notice.pk: notice for notice in PrivacyNotice.objects.filter(pk__in=ids)}


@dataclass(frozen=True)
class Counts:
    """How many disclosures there are, each in one place: the four add up to the first."""

    all: int
    live: int
    waiting: int
    destroyed: int
    told: int
    """Told by word, in an emergency or to somebody who asked: nothing was handed over."""
    not_shown: int = 0
    """Those of people whose record the user may not open; in none of the others."""


def counts(authority: Authority, user: User, *, at: datetime) -> Counts:
    """The ledger of an authority in numbers, as a user sees it."""
    over = Q(ends_at__lte=at)
    on_list = Q(kind=Disclosure.Kind.LIST)
    found = ledger(authority, user).aggregate(
        all=Count("pk"),
        live=Count("pk", filter=Q(ends_at__gt=at)),
        waiting=Count("pk", filter=over & on_list & Q(destroyed_at=None)),
        destroyed=Count("pk", filter=over & on_list & Q(destroyed_at__isnull=False)),
        told=Count("pk", filter=over & ~on_list),
    )
    everything = Disclosure.objects.filter(authority=authority).count()
    return Counts(**found, not_shown=everything - found["all"])
