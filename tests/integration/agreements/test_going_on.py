"""An agreement goes on: reviewed, stopped and lifted, renewed, drafted again (LC-12, LC-20)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ccis.access.roles import Role
from sharing.agreements.actions import making, steps
from sharing.agreements.errors import CannotDo
from sharing.agreements.presenters.agreements import parties
from sharing.agreements.rules import REVIEW_YEARS, State
from tests.factories.accounts import UserFactory, member
from tests.factories.agreements import renewed, whole_version
from tests.factories.authorities import AuthorityFactory

pytestmark = pytest.mark.django_db

AT = datetime(2027, 8, 20, 10, tzinfo=UTC)
TODAY = AT.date()


@pytest.fixture
def who():
    return {"by": UserFactory(), "at": AT}


def ask(version, who):
    steps.ask_for_review(version, asked_for_by="provider", extraordinary=False, why="Due", **who)


def close(version, who, held_on=TODAY, next_on=date(2028, 8, 20)):
    steps.close_review(
        version, outcome="kept", found="Good", held_on=held_on, next_on=next_on, **who
    )


def test_a_yearly_agreement_is_drafted_again_after_its_review(who):
    years = REVIEW_YEARS["school"]
    version = whole_version(agreement__kind="school", review_years=years)
    ask(version, who)
    close(version, who)

    second = making.new_version(version.agreement, why="A new year", **who)

    assert (second.starts_on, second.review_on) == (version.starts_on, None)


@pytest.mark.parametrize("stop", [steps.suspend, steps.record_breach])
def test_a_review_that_was_open_goes_on_when_what_was_stopped_is_lifted(who, stop):
    version = whole_version()
    ask(version, who)
    stop(version, why="A complaint", **who)
    with pytest.raises(CannotDo, match="No review is open"):
        close(version, who)

    steps.lift(version, why="Settled", **who)

    assert version.state == State.UNDER_REVIEW
    close(version, who)
    assert version.state == State.IN_FORCE
    ask(version, who)


@pytest.mark.parametrize(
    ("held_on", "next_on", "field"),
    [
        (TODAY + timedelta(days=1), date(2028, 8, 20), "held_on"),
        (TODAY, TODAY, "next_on"),
        (TODAY, date(2030, 8, 21), "next_on"),
    ],
)
def test_a_review_is_held_by_today_and_the_next_comes_after_it(who, held_on, next_on, field):
    version = whole_version()
    ask(version, who)

    with pytest.raises(CannotDo) as refused:
        close(version, who, held_on=held_on, next_on=next_on)

    assert refused.value.field == field


def test_a_renewal_waits_for_its_first_day(who):
    version = whole_version()
    start = TODAY + timedelta(days=7)

    with pytest.raises(CannotDo, match="It starts on 27 August 2027, and version 1 holds until"):
        renewed(version, at=AT, starts_on=start, review_on=start)

    version.refresh_from_db()
    assert version.state == State.IN_FORCE


def test_what_both_signed_stays_and_what_is_missing_is_added(who):
    version = whole_version(State.SENT)
    version.annex.delete()
    version.parties.filter(side="provider").update(training_on=None)
    signed = steps.Signatures(council=TODAY, organisation=TODAY)
    steps.sign(version, copy=b"%PDF-1.7", signatures=signed, **who)
    annex = {
        "description": "Names", "activities": "Visits", "contacts_people": False,
        "legal_basis": "Public task",
    }  # fmt: skip

    making.fill_annex(version, said=annex, **who)
    said = {"training_on": TODAY, "standard": "iso27001"}
    making.write_party(version, "provider", said=said, **who)

    assert version.parties.get(side="provider").training_on == TODAY
    with pytest.raises(CannotDo, match="Both have signed this"):
        making.fill_annex(version, said=annex | {"activities": "Anything"}, **who)
    with pytest.raises(CannotDo, match="Both have signed this"):
        making.write_party(version, "provider", said={"standard": "equivalent"}, **who)


def test_assurance_is_renewed_on_the_version_that_binds_while_another_is_drafted(client):
    authority = AuthorityFactory()
    officer = member(Role.INFORMATION_GOVERNANCE, authority=authority)
    client.force_login(officer)
    version = whole_version(agreement__authority=authority)
    draft = making.new_version(version.agreement, why="Fewer columns", by=officer, at=AT)
    page = f"/sharing/agreements/{version.agreement.ref}/"
    link = f"{page}parts/assurance/?version=1"
    assert link in client.get(f"{page}?version=1").content.decode().replace("-", "")

    said = {"free": "yes", "checked_how": "Inspected again", "checked_until": "1/9/2099",
            "assurance_evidence": "Report 2"}  # fmt: skip
    client.post(link, said)
    client.post(f"{page}parts/assurance/", said | {"checked_how": "Inspected by others"})

    version.refresh_from_db()
    draft.refresh_from_db()
    assert (version.checked_how, draft.checked_how) == ("Inspected again", "Inspected by others")


def test_what_was_kept_as_evidence_is_shown():
    shown = {about: values for about, *values in parties(whole_version())}

    assert shown["What shows the standard"] == ["Certificate", "Certificate"]
    assert shown["What shows the retention policy"] == ["Policy", "Policy"]
    assert shown["What shows the training"] == ["Register", "Register"]
