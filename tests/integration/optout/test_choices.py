"""Facts of choice: each recorded on its page, each with what it stops (PIA-08, LC-16, LA-07)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from caseload.actions import details
from caseload.errors import CannotRecord
from caseload.merging.planning import plan_merge
from caseload.models import (
    Consent,
    ConsentAttempt,
    ConsentOverride,
    DoNotSurvey,
    Section72,
    YoungPerson,
)
from caseload.queries.choices import (
    contact_withheld,
    may_be_contacted,
    not_to_be_surveyed,
    to_be_surveyed,
)
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.authorities.policy import adopt
from optout.letters.choosing import stops
from optout.letters.queries import consents
from optout.models import Statement
from optout.queries import objection_covers
from optout.signals import objections_recorded
from optout.telling import told_of_use
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ConsentAttemptFactory,
    ConsentFactory,
    ContactPointFactory,
    DoNotSurveyFactory,
    NoticeGivenFactory,
    Section72Factory,
    complete_person,
)
from tests.factories.letters import LetterFactory
from tests.factories.optout import StatementFactory
from tests.factories.providers import ProviderFactory

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = AT.date()
HELD_BACK = "eld back: they do not consent to being contacted"

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return member(Role.TRACKING_OFFICER, authority=AuthorityFactory())


@pytest.fixture
def amara():
    """Someone with an address and a phone number of her own."""
    person = complete_person()
    ContactPointFactory(person=person, kind="mobile", value="07700900014")
    return person


def page(client, user, name, person, *args):
    with time_machine.travel(AT, tick=False):
        client.force_login(user)
        answer = client.get(reverse(name, args=[person.ref, *args]), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, user, slug, person, **said):
    with time_machine.travel(AT, tick=False):
        client.force_login(user)
        address = reverse(f"caseload:{slug}-new", args=[person.ref])
        return client.post(address, {"started_on_0": "today", "started_on": "today", **said})


def add(model, person, user, on=TODAY, ended_on=None, **values):
    return details.add(
        model, person=person, started_on=on, ended_on=ended_on, by=user, at=AT, **values
    )


def on_day(day):
    """The days of what happened on one."""
    return {"starts": day, "ends": day + timedelta(days=1)}


def heard_of(signal):
    heard = []

    def hear(people, **_):
        heard.append(people)

    signal.connect(hear, weak=False, dispatch_uid="test")
    return heard


# -- consent withheld ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "caseload:person",
        "caseload:details",
        "caseload:addresses",
        "caseload:contact-points",
        "caseload:household",
        "letters:person",
    ],
)
def test_with_consent_withheld_no_page_of_a_person_shows_how_to_reach_them(
    client, officer, amara, name
):
    home = amara.address_facts.get()
    LetterFactory(person=amara, posted_on=date(2026, 11, 3))
    ContactPointFactory(person=amara, kind="phone", value="01154960099", whose="parent")
    secrets = (home.line_1, home.postcode, "07700900014", "01154960099")
    before = page(client, officer, name, amara)
    assert any(secret in before for secret in secrets)

    ConsentFactory(person=amara)
    after = page(client, officer, name, amara)

    assert not [secret for secret in secrets if secret in after]
    assert "eld back" in after
    assert "Do not contact" in after


def test_what_was_held_back_can_be_added_to_and_not_opened(client, officer, amara):
    ConsentFactory(person=amara)

    correct = page(client, officer, "caseload:contact-points-correct", amara, 1)

    assert "07700900014" not in correct
    assert HELD_BACK in correct
    assert "Enter the phone" not in page(client, officer, "caseload:contact-points-new", amara)


def test_search_finds_them_and_says_no_postcode(client, officer, amara):
    ConsentFactory(person=amara)
    postcode = amara.address_facts.get().postcode
    with time_machine.travel(AT, tick=False):
        client.force_login(officer)
        people = client.get(reverse("caseload:people")).content.decode()

    assert "Held back" in people
    assert postcode not in people


def test_who_may_be_contacted_and_surveyed_are_sets(amara):
    refused, quiet, given, once = (complete_person() for _ in range(4))
    ConsentFactory(person=refused)
    DoNotSurveyFactory(person=quiet)
    ConsentFactory(person=given, answer="given")
    ConsentFactory(person=once, answer="withdrawn", ends=date(2026, 10, 1))
    everyone = [one.pk for one in (amara, refused, quiet, given, once)]

    assert contact_withheld(everyone, TODAY) == {refused.pk}
    assert may_be_contacted(everyone, TODAY) == set(everyone) - {refused.pk}
    assert not_to_be_surveyed(everyone, TODAY) == {refused.pk, quiet.pk}
    surveyed = to_be_surveyed(YoungPerson.objects.all(), TODAY)
    assert set(surveyed) == {amara, given, once}
    assert contact_withheld([once.pk], date(2026, 9, 30)) == {once.pk}


def test_letters_and_sharing_leave_out_whoever_withholds_consent(officer, amara):
    northway, silent = ProviderFactory(), complete_person()
    ConsentFactory(person=amara)

    why = dict(stops([amara.pk, silent.pk], user=officer, on=TODAY))
    may = consents([amara.pk, silent.pk], provider=northway, on=TODAY)

    assert why["no-contact"] == {amara.pk}
    assert not may[amara.pk].enough
    assert may[silent.pk].enough


def test_consent_is_one_at_a_time(amara):
    ConsentFactory(person=amara)

    with pytest.raises(IntegrityError, match="one_consent_to_contact"), transaction.atomic():
        ConsentFactory(person=amara, answer="given", starts=date(2026, 10, 1))


def test_of_two_records_the_refusal_holds_for_as_long_as_either_says_so(amara):
    other = complete_person()
    ConsentFactory(person=amara, answer="given", starts=date(2026, 9, 1))
    ConsentFactory(person=other, starts=date(2026, 1, 5))

    merged = plan_merge(amara, other).kinds[Consent]

    stated = [(one.values["answer"], one.during.lower, one.during.upper) for one in merged.stated]
    assert stated == [("refused", date(2026, 1, 5), None)]
    assert [one.answer for one in merged.superseded] == ["given"]


# -- what a choice brings about --------------------------------------------------------------------


def test_consent_withdrawn_is_an_opt_out_and_announced(officer, amara):
    heard = heard_of(objections_recorded)
    try:
        add(Consent, amara, officer, answer="withdrawn", said_by="own", how="phone")
    finally:
        objections_recorded.disconnect(dispatch_uid="test")

    assert objection_covers(amara, ProviderFactory(), on=TODAY)
    said = Statement.objects.get()
    assert (said.says, said.said_by, said.channel) == ("no", "own", "phone")
    assert said.recorded.by == officer
    assert heard == [frozenset({amara.pk})]
    assert TrailEntry.objects.filter(verb="sharing refused").exists()


def test_an_answer_to_an_attempt_is_recorded_as_their_choice(client, officer, amara):
    asked = {"about": "contact", "how": "visit", "asked_by": "Priya Nair", "said_by": "own"}

    send(client, officer, "attempts", amara, outcome="refused", **asked)

    held = Consent.objects.get(person=amara)
    assert (held.answer, held.said_by, held.how) == ("refused", "own", "visit")
    add(ConsentAttempt, amara, officer, about="sharing", how="phone", outcome="refused",
        said_by="own", asked_by="Priya Nair")  # fmt: skip
    assert objection_covers(amara, None, on=TODAY)
    again = add(ConsentAttempt, amara, officer, about="sharing", how="email", outcome="given",
                said_by="own", asked_by="Priya Nair")  # fmt: skip
    assert not objection_covers(amara, None, on=TODAY)
    details.correct(again, started_on=TODAY, ended_on=TODAY, by=officer, at=AT, asked_by="Jo Ray")
    assert Statement.objects.count() == 2


def test_attempts_of_any_kind_count_where_consent_comes_first(officer):
    person, northway = complete_person(), ProviderFactory()
    adopt(
        authority=person.lead_authority, by=officer, at=AT, why="We ask first", consent_first=1,
        consent_attempts=3,
    )  # fmt: skip

    def enough():
        return consents([person.pk], provider=northway, on=TODAY)[person.pk].enough

    ConsentAttemptFactory(person=person, **on_day(date(2026, 9, 1)))
    ConsentAttemptFactory(person=person, **on_day(date(2026, 9, 8)))
    ConsentAttemptFactory(person=person, about="contact", **on_day(TODAY))
    assert not enough()
    ConsentAttemptFactory(person=person, how="visit", **on_day(TODAY))
    assert enough()


def test_from_16_only_they_take_back_their_own_no(officer, amara):
    add(Consent, amara, officer, on=date(2026, 11, 1), answer="refused", said_by="own", how="")

    with pytest.raises(CannotRecord, match="only they can take that back"):
        add(Consent, amara, officer, answer="given", said_by="parent", how="phone")
    add(Consent, amara, officer, answer="given", said_by="own", how="phone")

    assert contact_withheld([amara.pk], TODAY) == set()


@pytest.mark.parametrize(
    ("on", "given_by", "words"),
    [
        (date(2025, 3, 13), "own", "Until 16 it is a parent’s"),
        (date(2025, 3, 14), "parent", "From 16 on it is the young person’s own"),
    ],
    ids=["the day before 16", "the day of 16"],
)
def test_who_gives_an_instruction_under_section_72(officer, amara, on, given_by, words):
    with pytest.raises(CannotRecord, match=words):
        add(Section72, amara, officer, on=on, given_by=given_by)

    add(Section72, amara, officer, on=on, given_by="own" if given_by == "parent" else "parent")


def test_a_refusal_is_set_aside_by_law_with_reason_and_no_opt_out_ever_is(client, officer, amara):
    StatementFactory(person=amara, said_on=date(2026, 11, 1))
    said = {
        "ground": "statute",
        "law": "Education and Skills Act 2008, section 77",
        "reason": "The authority that they moved to asked",
    }
    assert "Enter who decided" in send(client, officer, "set-aside", amara, **said).content.decode()
    send(client, officer, "set-aside", amara, **said, decided_by="Head of the service")

    assert ConsentOverride.objects.get().decided_by == "Head of the service"
    assert objection_covers(amara, ProviderFactory(), on=TODAY)
    shown = page(client, officer, "caseload:set-aside", amara)
    assert "section 77" in shown
    reader = member(Role.READ_ONLY, authority=amara.lead_authority)
    assert "section 77" not in page(client, reader, "caseload:person", amara)


# -- the page --------------------------------------------------------------------------------------


def test_the_tab_shows_each_choice_with_its_effect_and_what_is_to_be_asked(client, officer, amara):
    Section72Factory(person=amara)
    ConsentFactory(person=amara, answer="given")
    StatementFactory(person=amara, said_on=date(2026, 11, 1))
    ConsentAttemptFactory(person=amara, **on_day(TODAY))

    text = page(client, officer, "optout:person", amara)

    assert "They let us contact them, and said no to sharing. Both hold" in text
    assert "A parent gave the section 72 instruction, and the young person is 16 or more" in text
    assert "Sharing with organisations: not reached; asked by phone by Priya Nair" in text
    assert "Opted out of all" in text
    assert "School told to hold back other information (section 72)" in text
    assert "Nobody has told them yet how we use their information" in text
    assert "While it is refused or withdrawn, nobody writes, rings or surveys" in text


@pytest.mark.parametrize(
    ("slug", "said", "words"),
    [
        ("consent", {}, "Select what they said"),
        ("do-not-survey", {"started_on": "1 dec 2026"}, "The day must be today or earlier"),
        ("attempts", {"outcome": "given"}, "Select who answered"),
        ("notices", {}, "Enter which notice, and its version"),
    ],
)
def test_bad_input_is_said_at_its_place(client, officer, amara, slug, said, words):
    answer = send(client, officer, slug, amara, **said)

    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_do_not_survey_is_recorded_with_who_said_so(client, officer, amara):
    send(client, officer, "do-not-survey", amara, said_by="parent", how="phone")

    assert DoNotSurvey.objects.get().said_by == "parent"
    assert "Do not survey" in page(client, officer, "caseload:person", amara)


def test_who_was_told_how_information_is_used(client, officer, amara):
    other = complete_person()
    NoticeGivenFactory(person=amara, **on_day(date(2026, 9, 1)))
    letter = LetterFactory(person=amara, posted_on=date(2026, 11, 3))
    name = letter.version.template.name

    told = told_of_use([amara.pk, other.pk], TODAY)

    assert [one.on for one in told[amara.pk]] == [date(2026, 11, 3), date(2026, 9, 1)]
    assert other.pk not in told
    assert f"3 Nov 2026, Letter: {name}, version 1" in page(client, officer, "optout:person", amara)
    letter.returned_on, letter.returned_by = date(2026, 11, 10), officer
    letter.save()
    assert [one.on for one in told_of_use([amara.pk], TODAY)[amara.pk]] == [date(2026, 9, 1)]
