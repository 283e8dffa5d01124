"""Drop-outs that stopped on our side: its sender reads that the council has been told (LDOR-04)."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from caseload.dropouts.actions import sending
from caseload.intake.actions import work
from caseload.intake.rules import FileState
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.dropouts import RouteFactory, learner
from tests.integration.dropouts.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", [FileState.READING, FileState.MATCHING])
def test_what_stopped_is_somebody_s_to_carry_on_and_they_are_told(
    seat, client, monkeypatch, django_capture_on_commit_callbacks, step
):
    officer = member(Role.DATA_MANAGER, authority=seat.authority)
    RouteFactory(authority=seat.authority, email=officer.email)

    def fails(*_, **__):
        raise RuntimeError("Leila Faroukab")

    monkeypatch.setitem(work.STEPS, step, fails)
    with django_capture_on_commit_callbacks(execute=True):
        told = sending.send_one(seat=seat, person=learner(1), key="a" * 32, at=NOW)

    told.file.refresh_from_db()
    assert told.file.state == FileState.STOPPED
    (letter,) = mail.outbox
    assert letter.to == [officer.email]
    assert letter.body == "There is something for you in the Croydon service. Sign in to see it.\n"
    client.force_login(officer)
    page = client.get("/tasks/").content.decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    line = "Kestrel College, drop-outs that stopped, safe to carry on , due 5 Nov 2026, for you"
    assert words.count(line) == 1
    assert reverse("intake:file", args=[told.file.ref]) in page
    assert "Farouk" not in page
