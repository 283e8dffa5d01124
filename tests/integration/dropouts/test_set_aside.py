"""What was to be passed on, once the file that it came in is set aside (LDOR-03)."""

import re

import pytest

from caseload.dropouts.models import PassingOn
from caseload.intake.actions import files
from caseload.intake.models import InboundRow
from ccis.access.roles import Role
from ccis.authorities.models import Authority
from ccis.authorities.policy import adopt
from tests.factories.accounts import member
from tests.factories.dropouts import CAMDEN_HOME, RouteFactory, learner, workbook
from tests.factories.files import send
from tests.integration.dropouts.conftest import NOW

pytestmark = pytest.mark.django_db

CAMDEN = "202"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_workbook_that_tells_of_a_file_set_aside_since_is_made_again(seat, client):
    """Nobody takes it, or says that it was sent."""
    ours, camden = seat.authority, Authority.objects.get(code=CAMDEN)
    RouteFactory(authority=ours, home=camden, way="exchange", exchange="A box")
    adopt(authority=ours, by=None, at=NOW, why="By exchange", files_may_leave=1)
    officer = member(Role.DATA_MANAGER, authority=ours)
    client.force_login(officer)
    first, second = (
        send(workbook(*rows), kind="ldor", provider=seat.provider, authority=ours)
        for rows in (
            [learner(1, postcode=CAMDEN_HOME), learner(2)],
            [learner(3, postcode=CAMDEN_HOME)],
        )
    )
    client.post(f"/dropouts/passing-on/to/{CAMDEN}/")
    made = PassingOn.objects.get()
    assert len(made.rows) == 2

    files.set_aside(file=first, by=officer, at=NOW)

    one = f"/dropouts/passing-on/{made.ref}/"
    for answer in (
        client.get(f"{one}file/", follow=True),
        client.post(one, {"how": "receipt 4411"}, follow=True),
    ):
        assert "tells of somebody who is not to be passed on any more" in text(answer)
    made.refresh_from_db()
    assert made.sent_at is None
    assert not InboundRow.objects.filter(outcome="sent-on").exists()
    client.post(f"/dropouts/passing-on/to/{CAMDEN}/")
    again = f"/dropouts/passing-on/{PassingOn.objects.latest('pk').ref}/"
    assert client.get(f"{again}file/")["Content-Disposition"].startswith("attachment")
    client.post(again, {"how": "receipt 4412"})
    assert InboundRow.objects.get(outcome="sent-on").file == second
