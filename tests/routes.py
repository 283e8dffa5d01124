"""Every address of the service, and a sample of each, for tests that walk them all.

A route is found by asking the resolver. What stands in its place holders comes from ``SAMPLES``,
by the app's namespace and the place holder's name; where one route differs, by its own name in
``SAMPLES_OF_ROUTES``. A route without a sample fails ``test_every_url.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.source_models import Source, SourceToken
from caseload.merging.models import Merge, Two
from caseload.models import Task, YoungPerson
from caseload.policies.models import PolicyDocument
from ccis.access.roles import Permission
from ccis.accounts.models import Invitation, User
from ccis.authorities.models import Authority, SubRegion
from optout.letters.models import Letter
from optout.mailbox.models import Mail
from optout.models import Correction, Request
from optout.outbox.models import Outgoing
from providers.models import Provider
from providers.portal.models import Seat, SeatOffer
from returns.models import Build, FileCheck
from sharing.agreements.models import Agreement, AuditFinding, Gateway, NamedPerson, Programme
from sharing.destruction.models import Confirmation
from sharing.emergency.models import Emergency, Enquiry
from sharing.files.models import SecureFile
from sharing.incidents.models import Action
from sharing.models import Disclosure, SharedList
from sharing.monitoring.models import ServiceLevel
from sharing.triage.models import Strand
from tests.factories.accounts import InvitationFactory, member
from tests.factories.agreements import AuditFindingFactory, whole_version
from tests.factories.authorities import BARNET
from tests.factories.caseload import TaskFactory, complete_person
from tests.factories.dropouts import NotificationFactory, PassingOnFactory, RouteFactory
from tests.factories.incidents import ActionFactory
from tests.factories.intake import InboundFileFactory, InboundRowFactory, SourceTokenFactory
from tests.factories.letters import LetterFactory
from tests.factories.mailbox import MailFactory
from tests.factories.merging import MergeFactory, TwoFactory
from tests.factories.monitoring import ServiceLevelFactory
from tests.factories.optout import CorrectionFactory, RequestFactory, StatementFactory
from tests.factories.outbox import OutgoingFactory
from tests.factories.outcomes import WorkbookFactory
from tests.factories.policies import PolicyDocumentFactory
from tests.factories.portal import SeatFactory, SeatOfferFactory
from tests.factories.providers import ProviderFactory
from tests.factories.returns import BuildFactory, FileCheckFactory, ReconciliationFactory
from tests.factories.sharing import (
    ConfirmationFactory,
    EmergencyFactory,
    EmergencyReasonFactory,
    EnquiryFactory,
    SecureFileFactory,
    SharedListFactory,
)
from tests.factories.triage import StrandVersionFactory


@dataclass(frozen=True)
class World:
    """One of everything that an address may name, all of one authority."""

    authority: Authority
    person: YoungPerson
    task: Task
    provider: Provider
    seat: Seat
    offer: SeatOffer
    unit: SubRegion
    file: InboundFile
    source: Source
    token: SourceToken
    row: InboundRow
    build: Build
    check: FileCheck
    move: InboundFile
    request: Request
    correction: Correction
    letter: Letter
    outgoing: Outgoing
    mail: Mail
    user: User
    invitation: Invitation
    pair: Two
    merge: Merge
    finding: AuditFinding
    named: NamedPerson
    shared: SharedList
    disclosure: Disclosure
    secure_file: SecureFile
    confirmation: Confirmation
    strand: Strand
    level: ServiceLevel
    incident_action: Action
    emergency: Emergency
    enquiry: Enquiry
    policy: PolicyDocument


def make_world(authority: Authority) -> World:
    """Make one of everything for an authority."""
    person = complete_person(lead_authority=authority)
    StatementFactory(person=person)
    file = InboundFileFactory(authority=authority)
    token = SourceTokenFactory(source__authority=authority)
    return World(
        authority=authority,
        person=person,
        task=TaskFactory(person=person),
        provider=(provider := ProviderFactory(authority=authority)),
        seat=SeatFactory(provider=provider, authority=authority),
        offer=SeatOfferFactory(provider=provider, invitation__authority=authority),
        unit=SubRegion.objects.create(name=f"Unit of {authority.code}"),
        file=file,
        source=token.source,
        token=token,
        row=InboundRowFactory(file=file, person=person),
        build=BuildFactory(authority=authority),
        check=FileCheckFactory(authority=authority),
        move=a_move(authority),
        request=RequestFactory(authority=authority, person=person),
        correction=CorrectionFactory(person=person),
        letter=LetterFactory(person=person),
        outgoing=OutgoingFactory(person=person),
        mail=MailFactory(authority=authority),
        user=member(authority=authority),
        invitation=InvitationFactory(authority=authority),
        pair=TwoFactory(first=person),
        merge=MergeFactory(stays=person),
        finding=AuditFindingFactory(audit__agreement=(agreed := an_agreement(authority))),
        named=agreed.people.get(),
        shared=(shared := SharedListFactory(authority=authority)),
        disclosure=EmergencyFactory(person=person),
        secure_file=SecureFileFactory(on_list=shared),
        confirmation=ConfirmationFactory(on_list=shared),
        strand=StrandVersionFactory(strand__authority=authority).strand,
        level=ServiceLevelFactory(authority=authority),
        incident_action=ActionFactory(incident__authority=authority),
        emergency=EmergencyReasonFactory(disclosure__person=person),
        enquiry=EnquiryFactory(person=person),
        policy=PolicyDocumentFactory(authority=authority),
    )


def an_agreement(authority: Authority) -> Agreement:
    """An agreement that is in force, with somebody named."""
    return whole_version(agreement__authority=authority).agreement


def a_move(authority: Authority) -> InboundFile:
    """The return of an old system that moved in, and was held against ours."""
    file = InboundFileFactory(authority=authority, kind="ccis-extract", as_at=date(2026, 10, 31))
    ReconciliationFactory(file=file)
    return file


def asked_of(world: World) -> InboundRow:
    """A row of a file that the world's provider sent, about which it is asked."""
    source, _ = Source.objects.get_or_create(
        authority=world.authority,
        key=f"provider:{world.provider.ref}",
        defaults={"provider": world.provider, "name": ""},
    )
    sent = InboundRow.objects.filter(file__source=source, outcome="ask-school").first()
    return sent or InboundRowFactory(
        file=InboundFileFactory(
            authority=world.authority, source=source, provider=world.provider, state="ready"
        ),
        outcome="ask-school",
    )


Sample = Callable[[World], object]

SAMPLES: dict[tuple[str, str], Sample] = {
    ("govuk", "page"): lambda world: "start",
    ("", "uidb36"): lambda world: "1",
    ("", "key"): lambda world: "set-password",
    ("", "ref"): lambda world: "7F3KQ29M",
    ("users", "ref"): lambda world: world.user.ref,
    ("users", "number"): lambda world: 1,
    ("users", "invitation"): lambda world: world.invitation.ref,
    ("invitations", "token"): lambda world: "a-token-that-nobody-was-ever-sent",
    ("authorities", "ref"): lambda world: world.unit.ref,
    ("providers", "ref"): lambda world: world.provider.ref,
    ("portal", "ref"): lambda world: world.provider.ref,
    ("portal", "seat"): lambda world: world.seat.ref,
    ("portal", "offer"): lambda world: world.offer.ref,
    ("caseload", "ref"): lambda world: world.person.ref,
    ("caseload", "task"): lambda world: world.task.ref,
    ("caseload", "place"): lambda world: 1,
    ("caseload", "key"): lambda world: "nobodys-search",
    ("matching", "ref"): lambda world: world.file.ref,
    ("matching", "number"): lambda world: world.row.number,
    ("matching", "kind"): lambda world: world.file.kind,
    ("matching", "version"): lambda world: 1,
    ("intake", "ref"): lambda world: world.file.ref,
    ("intake", "token"): lambda world: world.token.ref,
    ("intake", "number"): lambda world: world.row.number,
    ("intake", "kind"): lambda world: world.file.kind,
    ("intake", "field"): lambda world: "religion",
    ("schools", "ref"): lambda world: asked_of(world).file.ref,
    ("schools", "number"): lambda world: asked_of(world).number,
    ("schools", "kind"): lambda world: "school-census",
    ("schools", "term"): lambda world: "2026-autumn",
    ("dropouts", "month"): lambda world: "2026-10",
    ("dropouts", "code"): lambda world: BARNET,
    ("dropouts", "ref"): lambda world: RouteFactory(authority=world.authority).ref,
    ("merging", "ref"): lambda world: world.pair.ref,
    ("optout", "ref"): lambda world: world.request.ref,
    ("optout", "code"): lambda world: "K7MP3XQD9RTH",
    ("optout", "place"): lambda world: 1,
    ("mailbox", "ref"): lambda world: world.mail.ref,
    ("outbox", "ref"): lambda world: world.person.ref,
    ("outbox", "message"): lambda world: world.outgoing.ref,
    ("outbox", "key"): lambda world: "k" * 43,
    ("letters", "ref"): lambda world: world.person.ref,
    ("letters", "place"): lambda world: 1,
    ("letters", "asked"): lambda world: world.request.ref,
    ("letters", "batch"): lambda world: world.letter.batch.ref,
    ("letters", "template"): lambda world: world.letter.batch.template.ref,
    ("agreements", "ref"): lambda world: world.named.agreement.ref,
    ("agreements", "number"): lambda world: 1,
    ("agreements", "kind"): lambda world: "provider",
    ("agreements", "part"): lambda world: "about",
    ("agreements", "purpose"): lambda world: "support",
    ("agreements", "person"): lambda world: world.named.ref,
    ("agreements", "finding"): lambda world: world.finding.ref,
    ("agreements", "programme"): lambda world: Programme.objects.get(code="dwp").ref,
    ("agreements", "gateway"): lambda world: Gateway.objects.get(code="esa-2008-s68").ref,
    ("destruction", "list"): lambda world: world.shared.ref,
    ("destruction", "ref"): lambda world: world.confirmation.ref,
    ("securefiles", "ref"): lambda world: world.shared.ref,
    ("securefiles", "file"): lambda world: world.secure_file.ref,
    ("outcomes", "row"): lambda world: "7F3KQ29M",
    ("outcomes", "ref"): lambda world: world.shared.ref,
    ("outcomes", "workbook"): lambda world: WorkbookFactory(on_list=world.shared).ref,
    ("mylist", "row"): lambda world: "7F3KQ29M",
    ("mylist", "attempt"): lambda world: "7F3KQ29M",
    ("mylist", "outcome"): lambda world: "confirmed",
    ("triage", "strand"): lambda world: world.strand.ref,
    ("triage", "ref"): lambda world: world.person.ref,
    ("monitoring", "ref"): lambda world: world.source.ref,
    ("monitoring", "period"): lambda world: "2026-10",
    ("emergency", "ref"): lambda world: world.emergency.disclosure.ref,
    ("policies", "ref"): lambda world: world.policy.ref,
    ("emergency", "enquiry"): lambda world: world.enquiry.ref,
    ("incidents", "incident"): lambda world: world.incident_action.incident.ref,
    ("incidents", "action"): lambda world: world.incident_action.ref,
    ("incidents", "stage"): lambda world: "data",
    ("incidents", "about"): lambda world: "regulator",
    ("sharing", "list"): lambda world: world.shared.ref,
    ("sharing", "ref"): lambda world: world.disclosure.ref,
    ("returns", "check"): lambda world: world.check.ref,
    ("returns", "build"): lambda world: world.build.ref,
    ("returns", "period"): lambda world: world.build.period,
    ("returns", "edition"): lambda world: world.build.edition,
    ("returns", "ref"): lambda world: world.person.ref,
    ("returns", "rule"): lambda world: "259",
    ("returns", "part"): lambda world: "all",
    ("returns", "column"): lambda world: "ActivityCode",
}
"""By namespace and place holder."""

SAMPLES_OF_ROUTES: dict[tuple[str, str], Sample] = (
    {
        (f"returns:move{page}", "ref"): lambda world: world.move.ref
        for page in ("", "-compare", "-group", "-explain", "-workbook", "-sign-off")
    }
    | {
        (f"intake:taken{page}", "kind"): lambda world: "school-feed"
        for page in ("", "-years", "-field")
    }
    | {
        (f"intake:{page}", "ref"): lambda world: world.source.ref
        for page in (
            *("source", "source-change", "source-remind", "source-forget"),
            *("token-new", "token-revoke"),
        )
    }
    | {
        (f"dropouts:passed{page}", "ref"): lambda world: (
            PassingOnFactory(authority=world.authority).ref
        )
        for page in ("", "-file")
    }
    | {
        ("dropouts:receipt", "ref"): lambda world: NotificationFactory(source=world.source).ref,
        ("merging:undo", "ref"): lambda world: world.merge.ref,
        ("monitoring:plan", "ref"): lambda world: world.provider.ref,
        ("merging:name", "ref"): lambda world: world.person.ref,
        ("sharing:person", "ref"): lambda world: world.person.ref,
        ("emergency:share", "ref"): lambda world: world.person.ref,
    }
    | {
        (f"monitoring:level{page}", "ref"): lambda world: world.level.ref
        for page in ("", "-sign", "-review", "-end")
    }
    | {
        (f"optout:person{page}", "ref"): lambda world: world.person.ref
        for page in ("", "-new", "-take-out", "-code")
    }
    | {
        (f"optout:correction{page}", "ref"): lambda world: world.correction.ref
        for page in ("", "-about", "-accept", "-decline")
    }
)
"""By the route's full name and place holder, where the one above does not fit."""


@dataclass(frozen=True)
class Route:
    """One address: its full name, its place holders, the permission that it needs."""

    name: str
    namespace: str
    holders: tuple[str, ...]
    permission: Permission | None
    is_public: bool

    def __str__(self) -> str:
        return self.name

    def missing(self) -> list[str]:
        """Place holders that nobody has given a sample for."""
        return [holder for holder in self.holders if self._sample(holder) is None]

    def address(self, world: World) -> str:
        """The address of this route for what the world holds."""
        kwargs: dict[str, Any] = {}
        for holder in self.holders:
            sample = self._sample(holder)
            assert sample is not None, f"give {self.name} a sample of {holder} in tests/routes.py"
            kwargs[holder] = sample(world)
        return reverse(self.name, kwargs=kwargs)

    def _sample(self, holder: str) -> Sample | None:
        return SAMPLES_OF_ROUTES.get((self.name, holder)) or SAMPLES.get((self.namespace, holder))


def every_route() -> list[Route]:
    """All routes, by name; two patterns of one name are one route."""
    found = {route.name: route for route in _walk(get_resolver(), "", ())}
    return sorted(found.values(), key=lambda route: route.name)


def _walk(resolver: URLResolver, namespace: str, holders: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        inside = (*holders, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            below = entry.namespace or ""
            yield from _walk(entry, ":".join(filter(None, (namespace, below))), inside)
        elif isinstance(entry, URLPattern):
            yield _route(entry, namespace, inside)


def _route(entry: URLPattern, namespace: str, holders: tuple[str, ...]) -> Route:
    assert entry.name, f"{entry.pattern} needs a name"
    view = entry.callback
    return Route(
        name=f"{namespace}:{entry.name}" if namespace else entry.name,
        namespace=namespace,
        holders=holders,
        permission=getattr(getattr(view, "view_class", None), "permission", None),
        is_public=getattr(view, "login_required", True) is False,
    )
