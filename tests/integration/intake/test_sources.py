"""Who sends files: their scorecards, reminders, what they may send, and what is remembered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from caseload.intake.errors import IntakeError
from caseload.intake.expecting import Came
from caseload.intake.models import ColumnMemory, Source
from caseload.intake.rules import FileState, Outcome
from caseload.intake.scorecards import scorecards
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, YoungPersonFactory
from tests.factories.files import CENSUS_HEADER, csv_bytes, pupil, send
from tests.factories.intake import InboundFileFactory, InboundRowFactory, SourceFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
APPLIED = {"changed", "added", "unchanged"}


@pytest.fixture
def officer(client):
    user = member(Role.DATA_MANAGER, authority=AuthorityFactory())
    client.force_login(user)
    return user


def a_file(source, *, on, state="done", **outcomes):
    file = InboundFileFactory(
        authority=source.authority,
        source=source,
        state=state,
        received_at=datetime(on.year, on.month, on.day, 9, tzinfo=UTC),
    )
    person = YoungPersonFactory(lead_authority=source.authority)
    change = ChangeFactory(authority=source.authority)
    for outcome, count in outcomes.items():
        known = {"person": person, "change": change} if outcome in APPLIED else {}
        for _ in range(count):
            InboundRowFactory(file=file, outcome=outcome.replace("_", "-"), **known)
    return file


def test_a_source_is_known_from_its_first_file_on():
    content = csv_bytes(CENSUS_HEADER, [pupil(1)])
    school = ProviderFactory(dfe_number="3064001")
    first = send(content, provider=school)
    again = send(csv_bytes(CENSUS_HEADER, [pupil(2)]), provider=school, source_name="Other words")
    named = send(csv_bytes(CENSUS_HEADER, [pupil(3)]), source_name="Kestrel  school")
    same = send(csv_bytes(CENSUS_HEADER, [pupil(4)]), source_name="kestrel School")

    assert first.source == again.source
    assert named.source == same.source != first.source
    assert (first.source.title, named.source.title) == (school.name, "Kestrel  school")


def test_only_kinds_that_a_source_may_send_are_taken():
    source = SourceFactory(name="Kestrel School", kinds=["starters-leavers"])
    content = csv_bytes(CENSUS_HEADER, [pupil(1)])

    with pytest.raises(IntakeError, match="School census pupil extract” are not taken from"):
        send(content, kind="school-census", authority=source.authority)
    guessed = send(content, authority=source.authority)

    assert guessed.state == FileState.REFUSED
    assert "is not taken from Kestrel School" in guessed.refusal


def test_a_scorecard_counts_by_month():
    source = SourceFactory(
        expects="month", expected_day=10, expected_from=date(2026, 9, 1), email="data@kestrel.test"
    )
    a_file(source, on=date(2026, 9, 8), changed=2, unchanged=1, added=1, cannot_read=1)
    a_file(source, on=date(2026, 10, 10), state="refused", cannot_read=3, not_used=1)
    a_file(source, on=date(2026, 10, 12), changed=1)
    a_file(source, on=date(2026, 11, 2), state="set-aside", set_aside=2)

    (card,) = scorecards(source.authority, [source], today=TODAY, months=3)
    september, october, november = card.months

    assert (september.files, september.rows, september.wrong) == (1, 5, 1)
    assert (september.error_rate, september.match_rate) == (20, 75)
    assert september.came == (Came.IN_TIME,)
    assert (october.files, october.refused, october.error_rate) == (2, 1, 60)
    assert october.came == (Came.LATE,)  # what was refused was not what was due
    assert (november.files, november.error_rate, november.came) == (0, None, (Came.NEVER,))
    assert card.owed_since == date(2026, 11, 10)


def test_the_first_week_of_the_first_month_shown_begins_in_the_month_before():
    source = SourceFactory(expects="week", expected_day=5, expected_from=date(2026, 1, 1))
    a_file(source, on=date(2026, 9, 29), changed=1)  # Tuesday; due on Friday 2 October

    (card,) = scorecards(source.authority, [source], today=TODAY, months=2)

    assert card.months[0].came[0] == Came.IN_TIME


def test_a_reminder_is_recorded_and_names_nobody(client, officer):
    today = timezone.localdate()
    source = SourceFactory(
        expects="month", expected_day=31, expected_from=today.replace(day=1), email="d@kestrel.test"
    )
    remind = reverse("intake:source-remind", kwargs={"ref": source.ref})

    client.post(remind)
    client.post(remind)  # again on the same day: nothing goes

    (letter,) = mail.outbox
    assert letter.to == ["d@kestrel.test"]
    assert letter.subject == f"Something for you from {source.authority.title}"
    assert officer.name not in letter.body
    source.refresh_from_db()
    assert source.reminded_by == officer
    assert TrailEntry.objects.filter(verb="source reminded").count() == 1


def test_nobody_is_reminded_of_what_is_not_owed(client, officer):
    source = SourceFactory(email="d@kestrel.test")

    page = client.post(
        reverse("intake:source-remind", kwargs={"ref": source.ref}), follow=True
    ).content.decode()

    assert "No file is awaited from them now" in page
    assert mail.outbox == []


def test_a_source_is_added_changed_and_shown(client, officer):
    answers = {
        "source": "Kestrel College",
        "kinds": ["starters-leavers"],
        "expects": "month",
        "day": "5",
        "weekday": "5",
        "months": ["9", "1"],
        "email": "data@kestrel.test",
    }
    client.post(reverse("intake:source-new"), answers)
    source = Source.objects.get()
    twice = client.post(reverse("intake:source-new"), answers).content.decode()
    shown = client.get(reverse("intake:source", kwargs={"ref": source.ref})).content.decode()

    assert (source.expects, source.expected_day, source.expected_months) == ("month", 5, [9, 1])
    assert source.expected_from == timezone.localdate()
    assert "There is a source of this name already" in twice
    assert "By day 5 of January and September" in shown
    assert "Starters and leavers" in shown

    change = reverse("intake:source-change", kwargs={"ref": source.ref})
    assert 'value="5"' in client.get(change).content.decode()
    client.post(change, {"expects": "none", "has_folder": "on"})
    source.refresh_from_db()
    assert (source.expects, source.expected_day, source.has_folder) == ("", None, True)
    listed = client.get(reverse("intake:sources")).content.decode()
    assert "At no fixed time" in listed


def test_columns_are_remembered_with_who_and_forgotten(client, officer):
    header = ["Nachname" if one == "Surname" else one for one in CENSUS_HEADER]
    rows = [{**pupil(1), "Nachname": "Farouk"}]
    file = send(csv_bytes(header, rows), kind="school-census", authority=AuthorityFactory())
    assert file.state == FileState.NEEDS_COLUMNS
    chosen = {f"column-{at}": key for at, key in file.columns.items()}
    chosen[f"column-{header.index('Nachname')}"] = "family"
    client.post(reverse("intake:columns", kwargs={"ref": file.ref}), {**chosen, "kind": file.kind})

    memory = ColumnMemory.objects.get(heading="nachname")
    assert (memory.column, memory.by) == ("family", officer)
    following = send(csv_bytes(header, [{**pupil(2), "Nachname": "Sand"}]), kind="school-census")
    assert following.state == FileState.READY

    page = reverse("intake:source", kwargs={"ref": file.source.ref})
    assert f"{officer.name}, " in client.get(page).content.decode()
    client.post(
        reverse("intake:source-forget", kwargs={"ref": file.source.ref}), {"kind": "school-census"}
    )
    asked = send(csv_bytes(header, [{**pupil(3), "Nachname": "Pell"}]), kind="school-census")
    assert asked.state == FileState.NEEDS_COLUMNS


def test_a_token_is_shown_once_and_kept_as_a_digest(client, officer):
    source = SourceFactory()
    last = timezone.localdate() + timedelta(days=30)
    made = client.post(
        reverse("intake:token-new", kwargs={"ref": source.ref}),
        {"name": "Its system", "kinds": ["school-census"], "expires_on": last.isoformat()},
    )
    shown = made.content.decode()
    token = source.tokens.get()
    secret = shown.split(f"ccis_{token.ref}_")[1].split('"')[0]
    page = client.get(reverse("intake:source", kwargs={"ref": source.ref})).content.decode()

    assert made["Cache-Control"] == "no-store, private"
    assert secret not in token.digest
    assert secret not in page
    assert "never" in page
    details = "".join(map(str, TrailDetail.objects.values_list("details", flat=True)))
    assert secret not in details

    revoke = reverse("intake:token-revoke", kwargs={"ref": source.ref, "token": token.ref})
    client.post(revoke)
    token.refresh_from_db()
    assert (token.revoked_by, token.works(on=timezone.localdate())) == (officer, False)


def test_the_database_holds_an_expectation_to_its_day():
    with pytest.raises(IntegrityError, match="source_expects_on_a_day"), transaction.atomic():
        SourceFactory(expects="week", expected_day=9, expected_from=TODAY)
    source = SourceFactory()
    InboundFileFactory(source=source, dropped_as="a" * 64)
    with pytest.raises(IntegrityError, match="one_file_per_drop"), transaction.atomic():
        InboundFileFactory(source=source, dropped_as="a" * 64)


def test_a_file_over_the_threshold_says_which_columns_to_mend_first():
    nameless = {"Forename": ""}
    rows = [pupil(at, DoB="not a date", **(nameless if at < 4 else {})) for at in range(1, 6)]

    file = send(csv_bytes(CENSUS_HEADER, rows), kind="school-census")

    assert file.state == FileState.REFUSED
    assert file.refusal == (
        "5 of 5 rows have errors, so we have not used any. Most are in column I (DoB). "
        "Mend that first, then column D, and send it again."
    )
    assert set(file.rows.values_list("outcome", flat=True)) == {Outcome.CANNOT_READ}
    assert file.stored_id  # kept a while, to be given back marked
