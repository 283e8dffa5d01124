"""What is agreed and in force on a day, and with whom."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db.models import QuerySet

from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from optout.letters.rules import OFF_UNTIL_TURNED_ON
from providers.portal.models import Seat
from sharing.agreements import completeness, rules
from sharing.agreements.models import Agreement, AnnexA, Gateway, NamedPerson, Party, Version
from sharing.agreements.rules import Grounds, Terms

# -- what is in force ------------------------------------------------------------------------------


def terms_in_force(authority: Authority, *, on: date) -> list[Terms]:
    """All that an authority's agreements with organisations allow on a day, by provider's name.

    An agreement counts while it is in force or under review, within its period, and as long as
    the organisation is quality assured and free to the young person (LC-12).
    """
    return _terms(_allowing(on).filter(agreement__authority=authority), on)


def terms_of(agreement: Agreement, *, on: date) -> Terms | None:
    """What one agreement allows on a day; ``None`` when it allows nothing."""
    found = _terms(_allowing(on).filter(agreement=agreement), on)
    return found[0] if found else None


def assurance_of(version: Version) -> rules.Assurance:
    """Why a version's provider counts as quality assured."""
    programme = version.programme
    return rules.Assurance(
        free=version.free,
        has_programme=programme is not None,
        programme_from=programme.starts_on if programme else None,
        programme_until=programme.ends_on if programme else None,
        checked_until=version.checked_until,
    )


def _allowing(on: date) -> QuerySet[Version]:
    return (
        Version.objects.filter(
            agreement__kind=Agreement.Kind.PROVIDER,
            state__in=sorted(rules.ALLOWING),
            starts_on__lte=on,
            ends_on__gte=on,
        )
        .select_related("agreement__authority", "programme")
        .prefetch_related("purposes__gateway", "notices")
        .order_by("agreement__provider__name", "agreement_id")
    )


def _terms(versions: Iterable[Version], on: date) -> list[Terms]:
    counted = [one for one in versions if rules.assured(assurance_of(one), on)]
    people = named_users({one.agreement_id for one in counted}, on=on)
    turned_on = {
        one.agreement.authority_id: _turned_on(one.agreement.authority)
        for one in counted
        if OFF_UNTIL_TURNED_ON & {each.purpose for each in one.purposes.all()}
    }
    nothing: frozenset[str] = frozenset()
    return [
        _of(one, people[one.agreement_id], turned_on.get(one.agreement.authority_id, nothing))
        for one in counted
    ]


def _turned_on(authority: Authority) -> frozenset[str]:
    """The purposes that are off until an authority turns them on, and that it has (LDOR-09)."""
    policy = policy_of(authority)
    return frozenset({rules.ENROLMENT}) if policy.enrolment_sharing else frozenset()


def _of(version: Version, people: frozenset[int], turned_on: frozenset[str]) -> Terms:
    if version.starts_on is None or version.ends_on is None or version.review_on is None:
        raise ValueError(f"{version} is in force without its period")
    grounds = tuple(
        Grounds(purpose=one.purpose, basis=one.basis, gateway=one.gateway.code)
        for one in version.purposes.all()
    )
    return Terms(
        agreement=version.agreement_id,
        reference=version.agreement.ref,
        version=version.pk,
        number=version.number,
        authority=version.agreement.authority_id,
        provider=version.agreement.provider_id,
        purposes=rules.outwards(one.purpose for one in grounds),
        columns=frozenset(version.columns),
        term_days=version.term_days,
        clock=version.clock,
        calendar=version.calendar,
        frequency=version.frequency,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        review_on=version.review_on,
        people=people,
        grounds=grounds,
        files_allowed=version.files_allowed,
        notices=frozenset(one.pk for one in version.notices.all()),
        assured_until=rules.assured_until(assurance_of(version)),
        turned_on=turned_on,
    )


# -- where one stands ------------------------------------------------------------------------------


def newest_version(agreement: Agreement) -> Version:
    """The version that was made last."""
    return agreement.versions.order_by("-number")[0]


def governing_version(agreement: Agreement) -> Version | None:
    """The version that binds the parties, where there is one."""
    return agreement.versions.filter(state__in=sorted(rules.GOVERNING)).first()


def is_open(gateway: Gateway, *, on: date) -> bool:
    """Whether a provision of law may be chosen on a day."""
    return rules.gateway_open(usable=gateway.usable, repealed_on=gateway.repealed_on, on=on)


def content_of(version: Version, *, on: date) -> completeness.Content:
    """What is there of a version on a day, as far as it matters for its next step."""
    agreement = version.agreement
    purposes = list(version.purposes.select_related("gateway"))
    sides = {one.side: one for one in version.parties.all()}
    annex = AnnexA.objects.filter(version=version).first()
    people = list(agreement.people.filter(ended_at=None))
    starts_later = version.starts_on is not None and version.starts_on > on
    return completeness.Content(
        kind=agreement.kind,
        says_what_it_does=bool(agreement.does),
        has_opt_out_answer=bool(version.national_opt_out),
        has_period=None not in (version.starts_on, version.ends_on, version.review_on),
        is_over=version.ends_on is not None and version.ends_on < on,
        purposes=frozenset(one.purpose for one in purposes),
        closed_gateways=any(not is_open(one.gateway, on=on) for one in purposes),
        columns=frozenset(version.columns),
        notices=version.notices.count(),
        council=_safeguards(sides[Party.Side.AUTHORITY]),
        organisation=_safeguards(sides[Party.Side.PROVIDER]),
        is_free=bool(version.free),
        is_assured=rules.assured(
            replace(assurance_of(version), free=True),
            version.starts_on if version.starts_on is not None and starts_later else on,
        ),
        annex_filled=annex is not None,
        annex_approved=annex is not None and annex.approved_at is not None,
        people_approved=sum(one.approved_at is not None for one in people),
        people_waiting=sum(one.approved_at is None for one in people),
        has_copy=bool(version.signed_id),
    )


def _safeguards(party: Party) -> completeness.Safeguards:
    return completeness.Safeguards(
        has_roles=bool(party.role_of_given and party.role_of_reported),
        has_owner=bool(party.asset_owner),
        has_statement=bool(party.privacy_statement),
        has_standard=bool(party.standard and party.standard_on and party.standard_evidence),
        has_retention=bool(party.retention_on and party.retention_evidence),
        has_training=bool(party.training_on and party.training_evidence),
        has_signatory=bool(party.signatory and party.signatory_job),
        has_signed=party.signed_on is not None,
    )


# -- who is named ----------------------------------------------------------------------------------


def named_users(agreements: Collection[int], *, on: date) -> defaultdict[int, frozenset[int]]:
    """By agreement, the users who are named there and have come in for its authority by a day.

    A named person counts once a second officer has approved them; their account is the active one
    with their work address, a role and a seat at the organisation (LC-10).
    """
    named = NamedPerson.objects.filter(
        agreement__in=agreements, approved_at__isnull=False, ended_at=None
    ).values_list("agreement", "agreement__authority", "agreement__provider", "email")
    wanted = list(named)
    accounts = dict(
        User.objects.filter(email__in={email for *_, email in wanted}, is_active=True).values_list(
            "email", "pk"
        )
    )
    members = set(
        Membership.objects.current(on)
        .filter(user__in=accounts.values())
        .values_list("user", "authority")
    )
    seated = set(
        Seat.objects.filter(user__in=accounts.values(), ended_at=None).values_list(
            "user", "authority", "provider"
        )
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for agreement, authority, provider, email in wanted:
        user = accounts.get(email)
        if (user, authority) in members and (user, authority, provider) in seated and user:
            found[agreement].add(user)
    return defaultdict(frozenset, {key: frozenset(users) for key, users in found.items()})


# -- what leaves when one ends ---------------------------------------------------------------------

Leaving = Callable[[Agreement, datetime], Iterable[str]]

_leaving: list[Leaving] = []


def register_leaving(source: Leaving) -> Leaving:
    """Say what leaves when an agreement ends, a line each: for the app that knows.

    Lines are words and counts, as ``18 people on 2 lists``, and never a name.
    """
    if source not in _leaving:
        _leaving.append(source)
    return source


def leaving(agreement: Agreement, *, at: datetime) -> list[str]:
    """What leaves when an agreement ends at a moment, in lines for the page that asks."""
    return [line for source in _leaving for line in source(agreement, at)]
