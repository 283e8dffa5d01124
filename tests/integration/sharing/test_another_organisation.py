"""What the portal names is found by its own organisation alone (LC-10, LDOR-03).

The walk of ``test_every_url.py`` is among councils; here both organisations are of one council.
Each address that names something is asked for by somebody of the other organisation and, so that
no sample is of what is not there, by somebody of its own.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from caseload.intake.models import Source
from ccis.access.roles import PERMISSIONS, Role
from ccis.accounts.models import User
from ccis.authorities.policy import adopt
from sharing.actions import life
from tests.factories.dropouts import NotificationFactory
from tests.factories.intake import InboundFileFactory, InboundRowFactory
from tests.factories.outcomes import AttemptFactory, WorkbookFactory, released
from tests.factories.portal import SeatOfferFactory, seated
from tests.factories.sharing import Ready, SecureFileFactory, ready
from tests.routes import Route, every_route

pytestmark = pytest.mark.django_db

OTHERS = {"kind", "term", "month"}
"""Place holders for what every organisation has."""
NOT_NOW = {
    "agreements:own-annex",
    "agreements:own-check",
    "agreements:own-document",
    "agreements:own-safeguards",
    "agreements:own-upload",
}
"""What an agreement that was signed has no more, for its own organisation either."""
Samples = dict[str, Any]


def naming() -> Iterator[Route]:
    """Routes of the portal that name something of an organisation's own."""
    for route in every_route():
        if not route.holders or OTHERS & set(route.holders):
            continue
        try:
            address = reverse(route.name, kwargs=dict.fromkeys(route.holders, "7F3KQ29M"))
        except NoReverseMatch:  # a number beside it
            address = f"/portal/{route.name}" if route.name == "schools:question" else ""
        if address.startswith("/portal/"):
            yield route


ROUTES = list(naming())


def samples(world: Ready) -> dict[str, Samples]:
    """One of everything that is named, by namespace or by the route's whole name."""
    at = timezone.now()
    live, ended = released(world, 2, at=at)
    life.recall(ended, why="a mistake", by=world.drafter, at=at)
    source = Source.objects.create(
        authority=world.authority,
        key=f"provider:{world.provider.ref}",
        provider=world.provider,
        name="",
    )
    sent = InboundFileFactory(
        authority=world.authority, source=source, provider=world.provider, state="ready"
    )
    asked = InboundRowFactory(file=sent, outcome="ask-school")
    shared, version = live.on_list, world.version
    theirs = SecureFileFactory(on_list=shared, for_user=world.named)
    told = SecureFileFactory(on_list=shared, told_to=world.named, mark="8G4M")
    there = seated(provider=world.provider, authority=world.authority)
    return {
        "portal:end": {"seat": there.ref},
        "portal:withdraw": {
            "offer": SeatOfferFactory(
                provider=world.provider, invitation__authority=world.authority
            ).ref
        },
        "schools": {"ref": sent.ref},
        "schools:question": {"ref": sent.ref, "number": asked.number},
        "dropouts": {"ref": NotificationFactory(source=source).ref},
        "agreements": {"ref": version.agreement.ref},
        "agreements:own-person-end": {
            "ref": version.agreement.ref,
            "person": version.agreement.people.get().ref,
        },
        "securefiles": {"file": theirs.ref},
        "securefiles:tell-me": {"file": told.ref},
        "securefiles:make-mine": {"ref": shared.ref},
        "destruction": {"list": shared.ref},
        "outcomes": {"workbook": WorkbookFactory(on_list=shared, sent_by=world.named).ref},
        "outcomes:refer": {"row": live.row.ref},
        "mylist": {"row": live.row.ref},
        "mylist:undo": {"row": live.row.ref, "attempt": AttemptFactory(disclosure=live).ref},
        "mylist:details": {"row": live.row.ref, "outcome": "confirmed"},
    }


def people_of(world: Ready) -> dict[Role, User]:
    """Somebody of the organisation in each role of the portal, who manages its seats."""
    world.named.seats.update(may_manage=True)
    sender = seated(
        Role.SCHOOL_DATA_MANAGER,
        provider=world.provider, authority=world.authority, may_manage=True,
    )  # fmt: skip
    return {Role.NAMED_INDIVIDUAL: world.named, Role.SCHOOL_DATA_MANAGER: sender.user}


def asked(
    client: Client, people: dict[Role, User], found: dict[str, Samples], *methods: str
) -> dict[str, set[int]]:
    """The statuses of each address, as asked by whoever may open such a page."""
    said: dict[str, set[int]] = {}
    for role, user in people.items():
        client.force_login(user)
        client.get(reverse("mylist:list"))  # the portal's own session begins by it
        for route in ROUTES:
            if route.name not in said and route.permission in PERMISSIONS[role]:
                kwargs = found.get(route.name) or found[route.namespace]
                address = reverse(route.name, kwargs=kwargs)
                said[route.name] = {getattr(client, way)(address).status_code for way in methods}
    return said


def test_nothing_of_another_organisation_of_the_same_council_is_found(client):
    world = ready(files_allowed=True)
    adopt(authority=world.authority, by=None, at=timezone.now(), why="files", files_may_leave=1)
    other = ready(authority=world.authority)
    released(other, at=timezone.now())
    found = samples(world)

    theirs = asked(client, people_of(other), found, "get", "post")
    own = asked(client, people_of(world), found, "get")

    assert {name: said for name, said in theirs.items() if not said <= {404, 405}} == {}
    assert set(theirs) == set(own) == {route.name for route in ROUTES}
    assert {name for name, said in own.items() if said == {404}} == NOT_NOW
