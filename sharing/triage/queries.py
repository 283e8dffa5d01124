"""Who meets which strand, by sets; what the rule says of them; and what is proposed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from caseload.models import (
    Activity,
    Address,
    Characteristic,
    CharacteristicCode,
    EthnicityCode,
    Particulars,
    RiskIndicators,
    SendProvision,
    YoungPerson,
)
from caseload.rules import HEADLINES
from ccis.accounts.models import User
from ccis.authorities.models import Authority, Ward
from ccis.calendar.academic import age_on, year_group
from ccis.calendar.words import local_date
from optout.letters.rules import FROM_AGE, TO_AGE_WITH_PLAN
from providers.models import Provider
from sharing.agreements.queries import terms_in_force
from sharing.agreements.rules import Terms
from sharing.models import Disclosure, SharedList
from sharing.queries.asking import Asked, facts_of, offer_of
from sharing.rules import Facts, may_share
from sharing.triage.models import Choice, StrandVersion
from sharing.triage.rules import Option, Places, Standing, Weighed, meets, stand

# -- indicators ------------------------------------------------------------------------------------

KINDS = {
    "doing": "What they are doing",
    "age": "Age",
    "year": "Year group",
    "send": "Special educational needs",
    "characteristic": "Circumstances",
    "risk": "Signs of risk, as their school told us",
    "ethnicity": "Ethnicity",
    "ward": "Ward",
}
"""Kinds of indicators, in their order on a form."""

FLAGS = {
    "alternative_provision": "In alternative provision",
    "carer": "Young carer",
    "ehc_plan": "EHC plan, by the school",
    "english_additional": "English as an additional language",
    "free_meals": "Free school meals",
    "looked_after": "Looked after, by the school",
    "pregnant_or_parent": "Pregnant or a parent",
    "sen_support": "SEN support, by the school",
    "youth_justice": "Known to youth justice",
}
JUDGEMENTS = {"high": "Risk judged high", "medium": "Risk judged medium", "low": "Risk judged low"}
ATTENDANCE = {"below_90": (90, "Attendance below 90%"), "below_50": (50, "Attendance below 50%")}
YEARS = range(9, 15)


def indicators(authority: Authority) -> dict[str, dict[str, str]]:
    """Every indicator of each kind, by code, in words; wards are those where people live."""
    homes = Address.objects.believed().filter(
        kind=Address.Kind.HOME, person__lead_authority=authority
    )
    wards = set(homes.exclude(ward_code="").values_list("ward_code", flat=True).distinct())
    names = dict(Ward.objects.filter(code__in=wards).values_list("code", "name"))
    return {
        "doing": {f"doing:{group}": words for group, words in HEADLINES.items()},
        "age": {f"age:{age}": f"Aged {age}" for age in range(FROM_AGE, TO_AGE_WITH_PLAN)},
        "year": {f"year:{year}": f"Year {year}" for year in YEARS},
        "send": {f"send:{one.value}": one.label for one in SendProvision.Provision},
        "characteristic": {
            f"characteristic:{one.code}": one.label for one in CharacteristicCode.objects.all()
        },
        "risk": {
            **{f"risk:{name}": words for name, words in FLAGS.items()},
            **{f"risk:{name}": words for name, words in JUDGEMENTS.items()},
            **{f"risk:{name}": words for name, (_, words) in ATTENDANCE.items()},
        },
        "ethnicity": {f"ethnicity:{one.code}": one.label for one in EthnicityCode.objects.all()},
        "ward": {f"ward:{code}": names.get(code, code) for code in sorted(wards)},
    }


def held_by(
    people: QuerySet[YoungPerson], wanted: Iterable[str], *, on: date
) -> dict[int, set[str]]:
    """Which of the indicators wanted each of some people holds: one question for each kind."""
    codes = frozenset(wanted)
    kinds = {one.split(":")[0] for one in codes}
    held: dict[int, set[str]] = defaultdict(set)
    for kind, ask in ASKING.items():
        if kinds & set(kind.split("|")):
            for person, code in ask(people.order_by().values("pk"), on):
                if code in codes:
                    held[person].add(code)
    return held


Held = Iterable[tuple[int, str]]


def _doing(people: Any, on: date) -> Held:
    found = Activity.objects.believed().on(on).filter(person__in=people)
    for person, group in found.values_list("person", "code__group"):
        yield person, f"doing:{group}"


def _particulars(people: Any, on: date) -> Held:
    found = Particulars.objects.believed().filter(person__in=people).order_by("during")
    newest = {one[0]: one for one in found.values_list("person", "date_of_birth", "ethnicity")}
    for person, born, ethnicity in newest.values():
        yield person, f"ethnicity:{ethnicity}"
        if born is not None:
            yield person, f"age:{age_on(born, on)}"
            yield person, f"year:{year_group(born, on)}"


def _send(people: Any, on: date) -> Held:
    found = SendProvision.objects.believed().on(on).filter(person__in=people)
    for person, provision in found.values_list("person", "provision"):
        yield person, f"send:{provision}"


def _circumstances(people: Any, on: date) -> Held:
    found = Characteristic.objects.believed().on(on).filter(person__in=people)
    for person, code in found.values_list("person", "code"):
        yield person, f"characteristic:{code}"


def _risk(people: Any, on: date) -> Held:
    found = RiskIndicators.objects.believed().on(on).filter(person__in=people)
    for one in found.values("person", "judgement", "attendance_percent", *FLAGS):
        person, attendance = one["person"], one["attendance_percent"]
        yield person, f"risk:{one['judgement']}"
        yield from ((person, f"risk:{name}") for name in FLAGS if one[name])
        if attendance is not None:
            for name, (below, _) in ATTENDANCE.items():
                if attendance < below:
                    yield person, f"risk:{name}"


def _ward(people: Any, on: date) -> Held:
    homes = Address.objects.believed().on(on).filter(person__in=people, kind=Address.Kind.HOME)
    for person, code in homes.values_list("person", "ward_code"):
        yield person, f"ward:{code}"


ASKING = {
    "doing": _doing,
    "age|year|ethnicity": _particulars,
    "send": _send,
    "characteristic": _circumstances,
    "risk": _risk,
    "ward": _ward,
}


# -- strands ---------------------------------------------------------------------------------------


def in_use(authority: Authority) -> list[StrandVersion]:
    """The version in use of each strand of an authority that has not stopped."""
    used = StrandVersion.objects.filter(
        strand__authority=authority, strand__stopped_at=None, used_at__isnull=False
    )
    last = (
        used.order_by().values("strand").annotate(last=Max("number")).values_list("strand", "last")
    )
    newest = set(last)
    versions = used.select_related("strand__provider").order_by("strand__provider__name", "pk")
    return [one for one in versions if (one.strand_id, one.number) in newest]


def matched(
    people: QuerySet[YoungPerson], versions: Collection[StrandVersion], *, on: date
) -> dict[int, list[StrandVersion]]:
    """Which of some strands each person meets; whoever meets none is not there."""
    rows = {one.pk: one.rows for one in versions}
    wanted = {code for held in rows.values() for row in held for code in row.of}
    held = held_by(people, wanted, on=on)
    nothing: set[str] = set()
    everyone = people.order_by("pk").values_list("pk", flat=True)
    found = {
        pk: [one for one in versions if meets(rows[one.pk], held.get(pk, nothing))]
        for pk in everyone
    }
    return {pk: fits for pk, fits in found.items() if fits}


def strays(shared: SharedList, people: Collection[int], at: datetime) -> set[int]:
    """Of people whom triage put on a draft, those who meet no strand of it any more (LC-07)."""
    chosen = set(shared.choices.filter(person__in=people).values_list("person", flat=True))
    if not chosen:
        return chosen
    versions = [
        one
        for one in in_use(shared.authority)
        if one.strand.provider_id == shared.provider_id and one.strand.purpose == shared.purpose
    ]
    everyone = YoungPerson.objects.filter(pk__in=chosen)
    return chosen - matched(everyone, versions, on=local_date(at)).keys()


def counts(
    version: StrandVersion, *, user: User, authority: Authority, on: date
) -> tuple[int, int, list[int]]:
    """Of the caseload that a user may see: how many there are, meet it, and meet each row."""
    people = YoungPerson.objects.visible_to(user).of(authority)
    rows = version.rows
    held = held_by(people, {code for row in rows for code in row.of}, on=on)
    nothing: set[str] = set()
    everyone = [held.get(pk, nothing) for pk in people.values_list("pk", flat=True)]
    return (
        len(everyone),
        sum(meets(rows, one) for one in everyone),
        [sum(row.met_by(one) for one in everyone) for row in rows],
    )


# -- triage ----------------------------------------------------------------------------------------


def places_left(versions: Collection[StrandVersion], *, at: datetime) -> Places:
    """How many more each provider takes: places of its strands, less who is there or on the way."""
    total: dict[int, int] = defaultdict(int)
    unlimited = {one.strand.provider_id for one in versions if one.places is None}
    for one in versions:
        total[one.strand.provider_id] += one.places or 0
    authority = {one.strand.authority_id for one in versions}
    taken = (
        Disclosure.objects.live(at).filter(kind="list", authority__in=authority),
        Choice.objects.chosen().filter(authority__in=authority),
    )
    for rows in taken:
        for provider, many in rows.order_by().values_list("provider").annotate(many=Count("pk")):
            if provider in total:
                total[provider] -= many
    return Places({one: max(left, 0) for one, left in total.items() if one not in unlimited})


def weigh(
    user: User, authority: Authority, *, at: datetime, only: Collection[int] | None = None
) -> list[Weighed]:
    """Everyone who meets a strand in use and whom a user may see, with what is proposed.

    ``only`` asks about some people. The number of questions does not grow with the people.
    """
    on = local_date(at)
    versions = in_use(authority)
    people = YoungPerson.objects.visible_to(user).of(authority)
    if only is not None:
        people = people.filter(pk__in=only)
    fits = matched(people, versions, on=on)
    options = _options(authority, fits, at=at)
    places = places_left(versions, at=at)
    settled = standing_choices(fits)
    everyone = {pk: Weighed(pk, tuple(options[pk])) for pk in fits}
    found = {}
    for pk, one in everyone.items():
        if pk not in settled:
            found[pk] = stand(one, places)
    for pk, standing in settled.items():
        one = everyone[pk]
        if standing is Standing.LEFT:  # who was left out takes a place after everybody else
            one = stand(one, places)
        found[pk] = replace(one, standing=standing)
    return [found[pk] for pk in everyone]


def _options(
    authority: Authority, fits: dict[int, list[StrandVersion]], *, at: datetime
) -> dict[int, list[Option]]:
    on = local_date(at)
    terms = terms_in_force(authority, on=on)
    by_provider: dict[int, dict[int, list[StrandVersion]]] = defaultdict(lambda: defaultdict(list))
    for pk, versions in fits.items():
        for version in versions:
            by_provider[version.strand.provider_id][pk].append(version)
    providers = Provider.objects.in_bulk(list(by_provider))
    options: dict[int, list[Option]] = defaultdict(list)
    for provider, people in by_provider.items():
        facts = facts_of(list(people), Asked(authority, providers[provider], None, at))
        for pk, versions in people.items():
            options[pk] += [_option(one, facts[pk], terms, on) for one in versions]
    return options


def _option(version: StrandVersion, facts: Facts, terms: Collection[Terms], on: date) -> Option:
    strand = version.strand
    agreed = terms_for(terms, strand.provider_id, strand.purpose)
    offer = offer_of(agreed, strand.purpose) if agreed is not None else None
    return Option(
        strand=version.pk,
        name=strand.name,
        provider=strand.provider_id,
        organisation=strand.provider.name,
        purpose=strand.purpose,
        tests=len(version.criteria),
        answer=may_share(facts, offer, on=on),
    )


def terms_for(terms: Iterable[Terms], provider: int, purpose: str) -> Terms | None:
    """What is in force with a provider, for a purpose where there is a choice."""
    theirs = sorted(
        (one for one in terms if one.provider == provider),
        key=lambda one: purpose not in one.purposes,
    )
    return theirs[0] if theirs else None


def standing_choices(people: Collection[int]) -> dict[int, Standing]:
    """Who is chosen already, and who was left out by the last decision about them."""
    chosen = Choice.objects.chosen().filter(person__in=people).values_list("person", flat=True)
    newest = Choice.objects.filter(person__in=people).order_by("person", "-pk").distinct("person")
    still_left = [one for one in newest if one.lapsed_at is None]
    left = {one.person_id for one in still_left if one.decision == Choice.Decision.LEFT}
    return dict.fromkeys(left, Standing.LEFT) | dict.fromkeys(chosen, Standing.CHOSEN)
