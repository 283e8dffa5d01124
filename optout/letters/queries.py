"""What is published, who was told what, and whether a notice has run."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from caseload.models import Address, ContactNeed, SealedIdentity, YoungPerson
from caseload.queries.choices import attempts_at_consent, contact_withheld
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.words import short_date
from ccis.calendar.working_days import BankHolidaysNotKnown, add_working_days
from optout.letters import rules
from optout.letters.models import Letter, ListedProvider, ProviderList, Template, Version
from optout.models import Statement
from optout.queries import (
    Announced,
    objecting,
    register_announced,
    register_shared_with,
    shared_with,
)
from providers.models import Provider

# -- seals -----------------------------------------------------------------------------------------


def sealed_since(people: Any, moment: datetime) -> set[int]:
    """Of whom of some people an identity was sealed since a moment (LAW-10).

    ``people`` are ids, or a query that gives them.
    """
    sealed = SealedIdentity.objects.standing().filter(person__in=people, change__at__gte=moment)
    return set(sealed.values_list("person", flat=True))


# -- lists and templates ---------------------------------------------------------------------------


def current_list(authority: Authority, *, on: date | None = None) -> ProviderList | None:
    """The newest list of an authority, or the one that stood at the end of a day."""
    lists = ProviderList.objects.filter(authority=authority)
    if on is not None:
        lists = lists.filter(made_at__date__lte=on)
    return lists.order_by("-version").first()


def announce_lists() -> None:
    """Let the pages for young people name the organisations of the published list."""
    register_shared_with(_listed)
    register_announced(_announced)


def _listed(authority: Authority, on: date) -> list[Provider]:
    newest = current_list(authority, on=on)
    return [] if newest is None else list(newest.providers.all())


HELPING = frozenset({rules.SUPPORT, rules.AT_RISK})
"""Purposes for which an organisation offers help with courses and jobs."""


def _announced(authority: Authority, person: YoungPerson | None, on: date) -> Announced | None:
    """What the letters said that reached someone; else what the newest template says (LC-14).

    Every letter that arrived still holds, so that nobody is left out whom one of them named.
    """
    letters = told([person.pk], on=on).get(person.pk, []) if person else []
    arrived = [one for one in letters if not one.returned]
    consent = bool(policy_of(authority).consent_first)
    if arrived:
        named = Provider.objects.filter(pk__in={pk for one in arrived for pk in one.providers})
        columns = {name for one in arrived for name in one.columns}
        purposes = {one.purpose for one in arrived}
        organisations = sorted(named, key=lambda one: (one.name, one.pk))
    else:
        newest = (
            Version.objects.filter(template__authority=authority)
            .order_by("-published_at", "-pk")
            .first()
        )
        columns = set(newest.columns) if newest else set()
        purposes = {newest.purpose} if newest else set()
        consent = consent or bool(newest and newest.asks_consent)
        organisations = shared_with(authority, on=on)
    return Announced(
        columns=tuple(words for name, words in rules.COLUMNS.items() if name in columns),
        organisations=tuple(organisations),
        helps=purposes <= HELPING,
        asks_consent=consent,
    )


def somebody_was_written_to(authority: Authority) -> bool:
    """Whether any letters of an authority went out."""
    return Letter.objects.posted().filter(batch__authority=authority).exists()


def told_by_an_older_list(newest: ProviderList) -> bool:
    """Whether letters went out that point to a list before the newest (LC-23)."""
    posted = Letter.objects.posted().filter(batch__authority=newest.authority_id)
    return posted.exclude(batch__provider_list=newest).exists()


def newest_versions(template: Template) -> dict[str, Version]:
    """The newest version of a template in each language that has one."""
    found: dict[str, Version] = {}
    for version in template.versions.order_by("-number"):
        found.setdefault(version.language, version)
    return found


# -- needs -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Need:
    """How someone is to be written to (LAW-12)."""

    format: str = rules.STANDARD
    language: str = "en"


NO_NEED = Need()


def needs_of(people: Collection[int], on: date) -> dict[int, Need]:
    """Formats and languages that people need; whoever is not named needs nothing special."""
    needs = ContactNeed.objects.believed().on(on).filter(person__in=people)
    return {one.person_id: Need(one.format, one.language) for one in needs}


# -- notices ---------------------------------------------------------------------------------------


def notice_runs_until(posted_on: date, sharing_from: date, working_days: int) -> date:
    """The last day of a letter's notice: so many working days after it was posted, and not before
    the day that it names itself.
    """
    return max(days_after(posted_on, working_days), sharing_from - timedelta(days=1))


def days_after(start: date, working_days: int) -> date:
    """The working day so many after another.

    Beyond the list of bank holidays, Monday to Friday count and two weeks are added, so that a
    notice is never too short because a list is old.
    """
    try:
        return add_working_days(start, working_days)
    except BankHolidaysNotKnown:
        weeks, rest = divmod(working_days, 5)
        return start + timedelta(weeks=weeks + 2, days=rest + 2 * (start.weekday() + rest > 4))


def told(people: Collection[int], *, on: date) -> dict[int, list[rules.Told]]:
    """What each was told by letters posted by a day, oldest first; four questions in all."""
    letters = list(
        Letter.objects.posted()
        .filter(person__in=people, batch__posted_on__lte=on)
        .select_related("batch__authority", "version", "address")
        .order_by("batch__posted_on", "pk")
    )
    listed = defaultdict(set)
    for list_id, provider in ListedProvider.objects.filter(
        list__in={one.batch.provider_list_id for one in letters}
    ).values_list("list", "provider"):
        listed[list_id].add(provider)
    working_days = {
        authority: policy_of(authority).notice_working_days
        for authority in {one.batch.authority for one in letters}
    }
    where = _where({one.person_id for one in letters}, on)
    found: dict[int, list[rules.Told]] = defaultdict(list)
    for one in letters:
        if one.batch.posted_on is None:  # only those that were posted are asked for
            continue
        found[one.person_id].append(
            rules.Told(
                posted_on=one.batch.posted_on,
                runs_until=notice_runs_until(
                    one.batch.posted_on,
                    one.batch.sharing_from,
                    working_days[one.batch.authority],
                ),
                providers=frozenset(listed[one.batch.provider_list_id]),
                columns=frozenset(one.version.columns),
                purpose=one.version.purpose,
                returned=one.returned_on is not None and one.returned_on <= on,
                address_is_theirs=tuple(one.address.lines) in where[one.person_id],
                letter=one.pk,
            )
        )
    return dict(found)


def notices(
    people: Collection[int], *, provider: Provider, columns: Collection[str], purpose: str, on: date
) -> dict[int, rules.Notice]:
    """Whether the notice of each has run by a day, about an organisation, columns and a purpose.

    Ids in, one answer for each (LC-23). ``columns`` are names of ``rules.COLUMNS``, ``purpose``
    one of ``rules.PURPOSES``.
    """
    by_person = told(people, on=on)
    wanted = frozenset(columns)
    return {
        person: rules.notice(
            by_person.get(person, ()),
            provider=provider.pk,
            columns=wanted,
            purpose=purpose,
            on=on,
        )
        for person in people
    }


def notice_of(
    person: YoungPerson, provider: Provider, columns: Collection[str], *, purpose: str, on: date
) -> rules.Notice:
    """The same for one person."""
    answers = notices([person.pk], provider=provider, columns=columns, purpose=purpose, on=on)
    return answers[person.pk]


def returned_addresses(person: YoungPerson) -> dict[tuple[str, ...], str]:
    """Addresses from which letters to someone came back, by their lines, in words (USE-06)."""
    back = Letter.objects.filter(person=person, returned_on__isnull=False)
    return {
        tuple(letter.address.lines): f"Post came back {short_date(letter.returned_on)}"
        for letter in back.select_related("address").order_by("returned_on")
        if letter.returned_on
    }


# -- consent first ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Consent:
    """Whether someone's say allows sharing, as the authority's policy has it (LC-24)."""

    enough: bool
    why: str


NO_CONTACT = "Does not consent to being contacted"


def consents(people: Collection[int], *, provider: Provider, on: date) -> dict[int, Consent]:
    """Whether each said yes, or was asked so often as the policy says (LC-16, LC-24).

    Where the policy is opt-out by letter nothing is asked. A letter that asks for consent and did
    not come back is an attempt, and so is each call, visit or message that was recorded as one.
    Whoever does not let us contact them is not shared, whatever the policy (PIA-08). A no to
    sharing is an objection, which is asked about apart.
    """
    by_authority: dict[int, list[int]] = defaultdict(list)
    for person, keeper in YoungPerson.objects.filter(pk__in=people).values_list(
        "pk", "lead_authority"
    ):
        by_authority[keeper].append(person)
    found: dict[int, Consent] = {}
    for authority in Authority.objects.filter(pk__in=by_authority):
        policy = policy_of(authority)
        theirs = by_authority[authority.pk]
        if not policy.consent_first:
            found |= dict.fromkeys(theirs, Consent(True, ""))
            found |= dict.fromkeys(contact_withheld(theirs, on), Consent(False, NO_CONTACT))
            continue
        attempts = _attempts(theirs, on)
        yes = said_yes(theirs, provider, on)
        withheld = contact_withheld(theirs, on)
        for person in theirs:
            tried = attempts.get(person, 0)
            if person in withheld:
                found[person] = Consent(False, NO_CONTACT)
            elif person in yes:
                found[person] = Consent(True, "")
            elif tried >= policy.consent_attempts:
                found[person] = Consent(True, f"Asked {tried} times without an answer")
            else:
                found[person] = Consent(
                    False, f"Has not said yes; asked {tried} of {policy.consent_attempts} times"
                )
    return found


def _attempts(people: Collection[int], on: date) -> dict[int, int]:
    asked = Letter.objects.posted().filter(
        person__in=people, batch__posted_on__lte=on, returned_on=None, version__asks_consent=True
    )
    tried = Counter(asked.values_list("person", flat=True))
    tried.update(person for person, _ in attempts_at_consent(people, "sharing", on))
    return tried


def said_yes(people: Collection[int], provider: Provider, on: date) -> set[int]:
    """Which of some people said yes to sharing with an organisation, and hold to it."""
    yes = Statement.objects.believed().filter(
        Q(provider=None) | Q(provider=provider),
        person__in=people,
        lifts=True,
        said_on__lte=on,
    )
    return set(yes.values_list("person", flat=True)) - objecting(people, provider, on=on)


def _where(people: Collection[int], on: date) -> dict[int, set[tuple[str, ...]]]:
    """Every address that we now hold of someone on a day, by its lines."""
    found: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    known = Address.objects.believed().filter(person__in=people, during__startswith__lte=on)
    newest: dict[tuple[int, str], Address] = {}
    for address in known.order_by("during"):
        newest[address.person_id, address.kind] = address
    for (person, _), address in newest.items():
        found[person].add(tuple(address.lines))
    return found
