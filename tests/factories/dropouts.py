"""What providers told of drop-outs, and routes. Everyone in them is invented."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import factory

from caseload.dropouts import template
from caseload.dropouts.models import Notification, PassingOn, Route
from ccis.authorities.gazetteer import load_postcodes
from tests.factories.accounts import UserFactory
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, uln
from tests.factories.intake import SourceFactory

BORN = date(2009, 3, 14)
CROYDON_HOME, BARNET_HOME, CAMDEN_HOME = "CR0 1AA", "EN5 1AA", "NW1 1AA"

POSTCODES = """pcd,pcd2,pcds,dointr,doterm,oscty,osward,oslaua
CR0 1AA,CR0  1AA,CR0 1AA,198001,,E99999999,E05000148,E09000008
EN5 1AA,EN5  1AA,EN5 1AA,198001,,E99999999,E05000150,E09000003
NW1 1AA,NW1  1AA,NW1 1AA,198001,,E99999999,E05000150,E09000007
"""


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification
        django_get_or_create = ("source", "month", "how")

    source = factory.SubFactory(SourceFactory)
    month = date(2026, 10, 1)
    how = Notification.How.NIL
    key = factory.Sequence(lambda n: f"{n:032x}")
    by = factory.SubFactory(UserFactory)
    at = datetime(2026, 11, 4, 9, tzinfo=UTC)
    sent_at = factory.SelfAttribute("at")


class RouteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Route
        django_get_or_create = ("authority", "home")

    authority = factory.SubFactory(AuthorityFactory)
    home = factory.SelfAttribute("authority")
    to = Route.To.OFFICER
    name = "Duty desk"
    email = "duty@council.example"
    way = Route.Way.HERE
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 9, 1, 9, tzinfo=UTC)


class PassingOnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PassingOn

    authority = factory.SubFactory(AuthorityFactory)
    home = factory.SubFactory(AuthorityFactory, code=BARNET)
    rows = factory.LazyFunction(lambda: [1, 2])
    way = Route.Way.EXCHANGE
    told = "Duty desk for Barnet"
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 11, 4, 9, tzinfo=UTC)


def load_homes(folder: Any) -> None:
    """Three postcodes, in three authorities, as the national directory has them."""
    directory = folder / "onspd.csv"
    directory.write_text(POSTCODES)
    load_postcodes(directory, by=None, at=NOW)


def learner(serial: int = 1, **told: Any) -> dict[str, Any]:
    """Someone as our columns have them: a leaver unless another reason is given."""
    row = {
        "uln": uln(serial),
        "family": f"Farouk{chr(97 + serial // 26 % 26)}{chr(97 + serial % 26)}",
        "given": "Leila",
        "birth": BORN,
        "address": "12 Castle Street, Northgate",
        "postcode": CROYDON_HOME,
    }
    if not {"joiner", "leaver", "at_risk"} & told.keys():
        row["leaver"] = "x"
    return row | told


def known(serial: int, provider: Any, **person: Any) -> Any:
    """The same one in our record, learning at the provider."""
    row = learner(serial)
    made = YoungPersonFactory(**person)
    NameFactory(person=made, given="Leila", family=row["family"], starts=BORN)
    ParticularsFactory(person=made, date_of_birth=BORN, starts=BORN)
    AddressFactory(person=made, line_1="12 Castle Street", postcode=CROYDON_HOME)
    IdentifierFactory(person=made, kind_id="uln", value=row["uln"])
    ActivityFactory(
        person=made,
        code_id="230",
        starts=date(2026, 9, 1),
        predicted_end_on=None,
        provider=provider,
    )
    return made


def workbook(
    *rows: Mapping[str, Any], provider: str = "Kestrel College", number: str = ""
) -> bytes:
    """A return filled in: some cells may be anything at all."""
    sender = template.Sender(provider, number, "Sam Okoro", "", "sam@kestrel.example")
    return template.workbook(sender, rows)
