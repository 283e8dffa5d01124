"""What the rule of sharing is told: facts of many people, and what an agreement offers, as sets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from caseload.models import (
    Activity,
    Address,
    Departure,
    Enrolment,
    Particulars,
    RestrictionLevel,
    YoungPerson,
)
from caseload.queries.needs import with_difficulty
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from optout.letters import queries as letters
from optout.letters.choosing import LEARNING
from optout.letters.rules import PURPOSES
from optout.models import Request
from optout.queries import objecting
from providers.models import Provider
from sharing.agreements.queries import terms_in_force
from sharing.agreements.rules import CONSENT, Terms
from sharing.models import Disclosure
from sharing.rules import (
    Answer,
    Facts,
    Offer,
    may_share,
    may_share_all,
    scope_ends_on,
    start_of,
)


def terms_now(authority: Authority, agreement: int, *, on: date) -> Terms | None:
    """What one agreement of an authority allows on a day; ``None`` when it allows nothing."""
    in_force = terms_in_force(authority, on=on)
    return next((one for one in in_force if one.agreement == agreement), None)


def offer_of(terms: Terms, purpose: str, *, places: int | None = None) -> Offer:
    """What terms let happen for one purpose; ``places`` are how many more they take."""
    ground = terms.ground_for(purpose)
    return Offer(
        provider=terms.provider,
        purpose=purpose,
        purposes=terms.purposes,
        columns=terms.columns,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        programme_ended_on=terms.assured_until,
        named=terms.people,
        places=places,
        turned_on=terms.turned_on,
        by_consent=ground is not None and ground.basis == CONSENT,
    )


@dataclass(frozen=True)
class Asked:
    """One question for many: the authority that shares, what is offered, and when."""

    authority: Authority
    provider: Provider
    offer: Offer | None
    at: datetime


def answers(people: Collection[int], asked: Asked) -> dict[int, Answer]:
    """The rule's answer for each of some people, by id, in a fixed number of questions.

    Whoever writes by it locks the people first: what it reads is what holds then.
    """
    facts = facts_of(people, asked)
    return may_share_all(facts, asked.offer, on=local_date(asked.at))


def facts_of(people: Collection[int], asked: Asked) -> dict[int, Facts]:
    """What is believed of some people, by id in the order given."""
    on, here = local_date(asked.at), asked.authority.pk
    ids = list(dict.fromkeys(people))
    held = {
        pk: (keeper, level, merged)
        for pk, keeper, level, merged in YoungPerson.objects.filter(pk__in=ids).values_list(
            "pk", "lead_authority_id", "restriction_level", "merged_into_id"
        )
    }
    counts = policy_of(asked.authority).difficulty_counts
    born, plans = _born(ids), with_difficulty(ids, on=on, counts=counts)
    left, died = _departed(ids, on)
    at_home, learning = _living(ids, here, on), _learning(ids, here, on)
    enrolled = _enrolled(ids, asked.provider, on)
    objects = objecting(ids, asked.provider, on=on)
    disputes = _disputing(ids)
    consents = letters.consents(ids, provider=asked.provider, on=on)
    said_yes = letters.said_yes(ids, asked.provider, on)
    shared = dict(
        Disclosure.objects.live(asked.at)
        .filter(person__in=ids, kind=Disclosure.Kind.LIST)
        .values_list("person", "provider")
    )
    told = letters.told(ids, on=on)
    found = {}
    for one in ids:
        keeper, level, merged = held.get(one, (None, RestrictionLevel.OPEN, None))
        consent = consents.get(one)
        found[one] = Facts(
            born=born.get(one),
            has_plan=one in plans,
            lives_here=one in at_home,
            learns_here=one in learning,
            learns_there=one in enrolled,
            is_ours=keeper == here and merged is None and one not in left,
            has_died=level == RestrictionLevel.DECEASED or one in died,
            is_restricted=RestrictionLevel.OPEN < level < RestrictionLevel.DECEASED,
            objects=one in objects,
            disputes=one in disputes,
            consents=consent is not None and consent.enough,
            consent_words=consent.why if consent is not None else "",
            said_yes=one in said_yes,
            shared_with=shared.get(one),
            told=tuple(told.get(one, ())),
        )
    return found


def scope_ends(people: Collection[int], authority: Authority, *, on: date) -> dict[int, datetime]:
    """When each of some people grows too old, as far as is known on a day (LC-17)."""
    counts = policy_of(authority).difficulty_counts
    plans = with_difficulty(people, on=on, counts=counts)
    return {
        one: start_of(scope_ends_on(born, has_plan=one in plans))
        for one, born in _born(people).items()
        if born is not None
    }


def may_go(found: Mapping[int, Answer]) -> dict[int, Answer]:
    """Those who may, in their order."""
    return {person: answer for person, answer in found.items() if answer.may}


# -- parts -----------------------------------------------------------------------------------------


def _born(people: Collection[int]) -> dict[int, date | None]:
    believed = Particulars.objects.believed().filter(person__in=people, date_of_birth__isnull=False)
    return dict(believed.order_by("during").values_list("person", "date_of_birth"))


def _departed(people: Collection[int], on: date) -> tuple[set[int], set[int]]:
    """Those who have left by a day, and those of them who died."""
    gone = Departure.objects.believed().filter(person__in=people, during__startswith__lte=on)
    kinds = list(gone.values_list("person", "kind"))
    return (
        {person for person, _ in kinds},
        {person for person, kind in kinds if kind == Departure.Kind.DECEASED},
    )


def _living(people: Collection[int], here: int, on: date) -> set[int]:
    """Those whose home is in the authority's area, or in none that is known to be another's."""
    homes = Address.objects.believed().on(on).filter(person__in=people, kind=Address.Kind.HOME)
    ours = homes.filter(Q(authority=here) | Q(authority=None, outside_code=""))
    return set(ours.values_list("person", flat=True))


def _learning(people: Collection[int], here: int, on: date) -> set[int]:
    """Those who are on the roll of, or learn at, a place in the authority's area."""
    rolls = Enrolment.objects.believed().on(on).filter(person__in=people)
    on_a_roll = rolls.filter(Q(provider__authority=here) | Q(provider=None, authority=here))
    doing = Activity.objects.believed().on(on).filter(person__in=people)
    at_a_place = doing.filter(provider__authority=here, code__group__in=LEARNING)
    return set(on_a_roll.values_list("person", flat=True)) | set(
        at_a_place.values_list("person", flat=True)
    )


def _enrolled(people: Collection[int], provider: Provider, on: date) -> set[int]:
    """Those who are on the roll of an organisation or learn there, or are to begin (LDOR-09)."""
    goes_on = Q(during__endswith=None) | Q(during__endswith__gt=on)
    rolls = Enrolment.objects.believed().filter(goes_on, person__in=people, provider=provider)
    doing = Activity.objects.believed().filter(
        goes_on, person__in=people, provider=provider, code__group__in=LEARNING
    )
    return {person for found in (rolls, doing) for person in found.values_list("person", flat=True)}


def _disputing(people: Collection[int]) -> set[int]:
    kinds = (Request.Kind.CORRECTION, Request.Kind.REVIEW)
    wrong = Request.objects.unanswered().filter(kind__in=kinds, person__in=people)
    return {person for person in wrong.values_list("person", flat=True) if person is not None}


@dataclass(frozen=True)
class InForce:
    """What the rule says of someone, for one organisation and purpose that is agreed."""

    provider: Provider
    purpose: str
    answer: Answer


def everyone_in_force(person: YoungPerson, *, at: datetime) -> list[InForce]:
    """Whether someone could be shared, with each organisation and for each purpose agreed."""
    authority, on = person.lead_authority, local_date(at)
    terms = terms_in_force(authority, on=on)
    providers = Provider.objects.in_bulk([one.provider for one in terms])
    found = []
    for one in terms:
        asked = Asked(authority, providers[one.provider], None, at)
        facts = facts_of([person.pk], asked)[person.pk]
        for purpose in (name for name in PURPOSES if name in one.purposes):
            answer = may_share(facts, offer_of(one, purpose), on=on)
            found.append(InForce(asked.provider, purpose, answer))
    return found
