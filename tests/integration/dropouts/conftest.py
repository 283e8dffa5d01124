"""A college's named individual who sends drop-outs, in November."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.factories.authorities import AuthorityFactory
from tests.factories.dropouts import load_homes
from tests.factories.intake import SourceFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

NOW = datetime(2026, 11, 4, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def seat(client, tmp_path):
    """A college's named individual, asked each month by the sixth."""
    load_homes(tmp_path)
    ours = AuthorityFactory()
    college = ProviderFactory(college=True, name="Kestrel College", authority=ours)
    SourceFactory(
        authority=ours,
        provider=college,
        name="",
        key=f"provider:{college.ref}",
        kinds=["ldor"],
        expects="month",
        expected_day=6,
        expected_from=date(2026, 10, 1),
    )
    made = seated(provider=college, authority=ours, made_at=NOW)
    client.force_login(made.user)
    return made


@pytest.fixture
def post(client, django_capture_on_commit_callbacks):
    """Post a form and have the worker do what that asks for."""

    def send(path, data=()):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, dict(data))

    return send
