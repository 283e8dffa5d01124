"""Reads of incidents: whom the ledger finds, who is to be told, how far an incident has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from caseload.models import YoungPerson
from ccis.access.roles import STAFF_ROLES, Role
from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority
from sharing.agreements.models import Agreement, NamedPerson, Party, Version
from sharing.incidents import rules
from sharing.incidents.models import Affected, Decision, Incident, Reckoning, Risk
from sharing.models import Disclosure
from sharing.rules import ONE_DAY, start_of


@dataclass(frozen=True)
class Sought:
    """By what the people affected are looked for in the ledger; each narrows the one before.

    ``people`` are references of others, whom no line of the ledger tells of.
    """

    list: str = ""
    file: str = ""
    provider: str = ""
    since: date | None = None
    until: date | None = None
    columns: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def asks_the_ledger(self) -> bool:
        """Whether anything is said by which disclosures are looked for."""
        parts = (self.list, self.file, self.provider, self.since, self.until, self.columns)
        return any(parts)

    def as_data(self) -> dict[str, Any]:
        """The same, as it is kept: references, codes and days, and what was left out is absent."""
        kept: dict[str, Any] = {}
        for name, value in vars(self).items():
            if isinstance(value, tuple):
                value = list(value)
            if value:
                kept[name] = value.isoformat() if isinstance(value, date) else value
        return kept


def sought_of(data: Mapping[str, Any]) -> Sought:
    """What was kept, read again."""
    kept: dict[str, Any] = dict(data)
    for day in {"since", "until"} & kept.keys():
        kept[day] = date.fromisoformat(kept[day])
    for many in {"columns", "people"} & kept.keys():
        kept[many] = tuple(kept[many])
    return Sought(**kept)


def disclosures(authority: Authority, sought: Sought) -> QuerySet[Disclosure]:
    """The lines of an authority's ledger that are meant; none where nothing is asked of it."""
    found = Disclosure.objects.filter(authority=authority)
    if not sought.asks_the_ledger:
        return found.none()
    if sought.list:
        found = found.filter(on_list__ref=sought.list)
    if sought.file:
        found = found.filter(files__ref=sought.file)
    if sought.provider:
        found = found.filter(provider__ref=sought.provider)
    if sought.since:
        found = found.filter(ends_at__gte=start_of(sought.since))
    if sought.until:
        found = found.filter(released_at__lt=start_of(sought.until + ONE_DAY))
    if sought.columns:
        found = found.filter(columns__overlap=list(sought.columns))
    return found


def people_of(authority: Authority, sought: Sought) -> QuerySet[YoungPerson]:
    """Everybody affected, once each, whoever may open their record."""
    told = disclosures(authority, sought).values("person")
    ours = YoungPerson.objects.filter(pk__in=told)
    return ours | ours_of(authority, sought.people) if sought.people else ours


def ours_of(authority: Authority, refs: Iterable[str]) -> QuerySet[YoungPerson]:
    """Those of some references whose record an authority keeps."""
    return YoungPerson.objects.filter(lead_authority=authority, ref__in=list(refs))


# -- how far it has come ---------------------------------------------------------------------------


def newest_reckoning(incident: Incident) -> Reckoning | None:
    """The reckoning that counts: the last."""
    return incident.reckonings.first()


def affected(incident: Incident) -> QuerySet[Any]:
    """Those affected by the newest reckoning, each with ``level`` and ``why`` of their risk, and
    whether they ``were_told``."""
    newest = newest_reckoning(incident)
    found = Affected.objects.filter(reckoning=newest) if newest else Affected.objects.none()
    judged = Risk.objects.filter(incident=incident, person=OuterRef("person")).order_by("-pk")
    told = Affected.objects.filter(reckoning__in=_told(incident), person=OuterRef("person"))
    return found.annotate(
        level=Subquery(judged.values("level")[:1]),
        why=Subquery(judged.values("why")[:1]),
        were_told=Exists(told),
    )


def _told(incident: Incident) -> QuerySet[Any]:
    """The reckonings that counted each time that people were told: whom these found know."""
    counted = Reckoning.objects.filter(incident=OuterRef("incident"), at__lte=OuterRef("at"))
    told = Decision.objects.filter(incident=incident, about=rules.PEOPLE, told_at__isnull=False)
    return told.order_by().values(counted=Subquery(counted.order_by("-number").values("pk")[:1]))


def newest_decision(incident: Incident, about: str) -> Decision | None:
    """What was decided last about telling somebody."""
    return incident.decisions.filter(about=about).first()


def decision_that_holds(incident: Incident, about: str) -> Decision | None:
    """The last decision about telling somebody; ``None`` where what was found since undoes it.

    That people were told says nothing of whoever was found to be affected since.
    """
    newest = newest_decision(incident, about)
    if newest is None or not Decision.objects.holding().filter(pk=newest.pk).exists():
        return None
    later = affected(incident).filter(were_told=False)
    if about == rules.PEOPLE and newest.told_at and later.exists():
        return None
    return newest


def standing(incident: Incident, *, on: date) -> rules.Standing:
    """What is there of an incident."""
    newest = newest_reckoning(incident)
    counted = affected(incident).values_list("level", "were_told").annotate(Count("pk")).order_by()
    risks: dict[str, int] = {}
    told: dict[str | None, int] = {}
    for level, were_told, many in counted:
        if level:
            risks[level] = risks.get(level, 0) + many
        if were_told:
            told[level] = many
    notified = set(incident.notices.values_list("key", flat=True))
    return rules.Standing(
        stages=frozenset(incident.notes.values_list("stage", flat=True)),
        counted=newest is not None,
        people=newest.people if newest else 0,
        risks=risks,
        told=sum(told.values()),
        high_told=told.get(rules.HIGH, 0),
        to_notify=sum(one.key not in notified for one in to_notify(incident, on=on)),
        regulator=_decided(decision_that_holds(incident, rules.REGULATOR)),
        people_told=_decided(decision_that_holds(incident, rules.PEOPLE)),
        actions=incident.actions.filter(done_at=None).count(),
    )


def _decided(decision: Decision | None) -> rules.Decided | None:
    if decision is None:
        return None
    return rules.Decided(tell=decision.tell, done=decision.told_at is not None)


def clock_of(incident: Incident, at: datetime) -> rules.Clock:
    """Where the regulator's clock of an incident stands."""
    decided = decision_that_holds(incident, rules.REGULATOR)
    return rules.clock(
        incident.aware_at,
        at=at,
        told_at=decided.told_at if decided else None,
        not_needed=decided is not None and not decided.tell,
    )


# -- who is to be told -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Whom:
    """A signatory or a data manager of an agreement that the incident touches (LC-21, LA-06)."""

    key: str
    name: str
    part: str
    email: str = field(default="", repr=False)
    """Where the service can write to them; empty where somebody must tell them otherwise."""

    @property
    def words(self) -> str:
        """Their name and part."""
        return f"{self.name}, {self.part}"


def to_notify(incident: Incident, *, on: date) -> list[Whom]:
    """Whom the agreements that an incident touches have told: signatories, then data managers."""
    touched = agreements_of(incident)
    newest = _versions_that_bind(touched)
    found = [*_signatories(newest), *_data_managers(incident.authority, on), *_named(touched)]
    return list({one.key: one for one in found}.values())


def agreements_of(incident: Incident) -> list[Agreement]:
    """The agreements with the organisation, and those under which what was found was shared."""
    ours = Agreement.objects.filter(authority=incident.authority).select_related("provider")
    newest = newest_reckoning(incident)
    under: Iterable[int | None] = ()
    if newest is not None:
        lines = disclosures(incident.authority, sought_of(newest.sought))
        under = lines.values_list("version__agreement", flat=True).distinct()
    ids = {one for one in under if one is not None}
    if incident.provider_id is not None:
        ids |= set(ours.filter(provider=incident.provider).values_list("pk", flat=True))
    return list(ours.filter(pk__in=ids))


def _versions_that_bind(agreements: list[Agreement]) -> list[Version]:
    """Of each agreement the version signed last; none of one that nobody signed."""
    signed = Version.objects.filter(agreement__in=agreements).exclude(signed_id="")
    newest: dict[int, Version] = {}
    for version in signed.select_related("agreement__provider", "agreement__authority").order_by(
        "number"
    ):
        newest[version.agreement_id] = version
    return list(newest.values())


def _signatories(versions: list[Version]) -> list[Whom]:
    found = []
    parties = Party.objects.filter(version__in=versions).select_related(
        "version__agreement__provider", "version__agreement__authority"
    )
    for party in parties.order_by("version__agreement__title", "side"):
        agreement = party.version.agreement
        ours = party.side == Party.Side.AUTHORITY
        gives = ours == (agreement.kind == Agreement.Kind.PROVIDER)
        who = agreement.authority.title if ours else agreement.provider.name
        found.append(
            Whom(
                key=f"signatory:{agreement.ref}:{party.side}",
                name=party.signatory or "The signatory",
                part=f"{'originating signatory' if gives else 'signatory'} for {who}, "
                f"{agreement.title}",
            )
        )
    return found


def _data_managers(authority: Authority, on: date) -> list[Whom]:
    return [
        Whom(f"manager:{user.ref}", user.name, "data manager here", user.email)
        for user in staff_of(authority, Role.DATA_MANAGER, on=on)
    ]


def staff_here(authority: Authority, *, on: date) -> QuerySet[User]:
    """Everybody who works for an authority on a day, and so may be given something to do."""
    held = Membership.objects.current(on).filter(
        authority=authority, role__in=[role.value for role in STAFF_ROLES]
    )
    return User.objects.filter(is_active=True, memberships__in=held).distinct().order_by("name")


def _named(agreements: list[Agreement]) -> list[Whom]:
    named = NamedPerson.objects.filter(
        agreement__in=agreements, approved_at__isnull=False, ended_at=None
    )
    return [
        Whom(f"named:{one.ref}", one.name, f"{one.job}, {one.agreement.provider.name}", one.email)
        for one in named.select_related("agreement__provider")
    ]


def staff_of(authority: Authority, role: Role, *, on: date) -> QuerySet[User]:
    """Who plays a part for an authority on a day, by name."""
    held = Membership.objects.current(on).filter(authority=authority, role=role.value)
    return User.objects.filter(is_active=True, memberships__in=held).distinct().order_by("name")
