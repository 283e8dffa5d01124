"""Drop-outs told of by providers: on screen, by workbook, as nothing to report (LDOR-01…04, 06)."""

import io
import re
import threading
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.urls import reverse

from caseload.dropouts.actions import sending
from caseload.dropouts.errors import CannotTell
from caseload.dropouts.models import Notification, PassingOn, Route
from caseload.dropouts.queries import returns_of
from caseload.dropouts.work import files_to_do
from caseload.intake.actions.rows import set_aside
from caseload.intake.actions.work import work_on
from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import Arrival
from caseload.intake.scorecards import scorecards
from caseload.models import Activity, Task, YoungPerson
from ccis.access.roles import Role
from ccis.authorities.models import SubRegion
from ccis.authorities.policy import adopt
from ccis.calendar.periods import Period
from providers.models import Provider
from providers.portal.models import Seat
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.dropouts import (
    BARNET_HOME,
    CAMDEN_HOME,
    RouteFactory,
    known,
    learner,
    workbook,
)
from tests.factories.files import send
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 4, 9, 12, tzinfo=UTC)
OCTOBER = "/portal/dropouts/2026-10/"
ANSWERS = (
    ("new/", {"reason_is": "leaver"}),
    ("new/who/", {"given": "Leila", "family": "Faroukab"}),
    ("new/born/", {"birth-day": "14", "birth-month": "mar", "birth-year": "2009", "uln": ""}),
    (
        "new/when/",
        {"day-day": "2", "day-month": "11", "day-year": "26", "destination": "Apprenticeship"},
    ),
    ("new/home/", {"address": "12 Castle Street\nNorthgate", "postcode": "cr01aa"}),
    ("new/reach/", {"email": "", "phone": "07700 900123"}),
)


def key_of(response):
    return re.search(r'name="key" value="([0-9a-f]+)"', response.content.decode())[1]


def upload(post, client, content, month=OCTOBER, name="october.xlsx"):
    key = key_of(client.get(f"{month}file/"))
    return post(f"{month}file/", {"key": key, "file": SimpleUploadedFile(name, content)})


def send_the_rest(post, client):
    page = client.get(f"{OCTOBER}file/rest/").content.decode()
    return post(f"{OCTOBER}file/rest/", {"seen": re.search(r'name="seen" value="(\w+)"', page)[1]})


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def receipt_of(notification):
    return reverse("dropouts:receipt", args=[notification.ref])


def answer_all(post, answers=ANSWERS):
    for path, answer in answers:
        assert post(f"/portal/dropouts/{path}", answer).status_code == 302


STAYS = [("230", True, date(2026, 9, 1), None)]
LEFT = [
    ("230", True, date(2026, 9, 1), date(2026, 11, 2)),
    ("310", False, date(2026, 11, 3), None),
]
JOINED = [
    ("230", False, date(2026, 9, 1), date(2026, 11, 1)),
    ("230", True, date(2026, 11, 2), None),
]


@pytest.mark.parametrize(
    ("reason", "came_of_it", "works"),
    [("leaver", LEFT, 1), ("at_risk", STAYS, 1), ("joiner", JOINED, 0)],
)
def test_one_person_is_work_the_same_minute_and_is_sent_once(
    seat, client, post, reason, came_of_it, works
):
    person = known(1, seat.provider if reason != "joiner" else ProviderFactory(college=True))
    RouteFactory(authority=seat.authority, name="Duty desk")
    told = {"reason_is": reason, "family": learner(1)["family"]}
    answer_all(post, [(p, a | {k: told[k] for k in a.keys() & told.keys()}) for p, a in ANSWERS])
    check = client.get("/portal/dropouts/new/check/")
    assert "14 March 2009" in text(check)
    assert "2 November 2026" in text(check)

    key = key_of(check)
    first = post("/portal/dropouts/new/check/", {"key": key})
    second = post("/portal/dropouts/new/check/", {"key": key})

    one = Notification.objects.get()
    assert first.url == second.url == receipt_of(one)
    assert client.get("/portal/dropouts/new/check/").url == first.url  # Back
    spells = Activity.objects.believed().filter(person=person).order_by("during")
    found = [(a.code_id, a.provider == seat.provider, a.starts_on, a.ends_on) for a in spells]
    assert found == came_of_it
    tasks = [(task.person, task.owner, task.due_on) for task in Task.objects.all()]
    assert tasks == [(person, None, date(2026, 11, 5))] * works
    receipt = text(client.get(first.url))
    assert "1 person: " in receipt
    assert "Duty desk" in receipt
    assert "What came of it" not in receipt
    assert one.file.approved_by == seat.user


def test_work_is_whose_the_matrix_names_from_the_start(seat, client, post):
    """Whom they may contact, and a file's rows that somebody must look at (LDOR-04)."""
    officer = member(Role.TRACKING_OFFICER, authority=seat.authority)
    RouteFactory(authority=seat.authority, email=officer.email.upper())
    people = [known(1, seat.provider), known(2, seat.provider)]
    YoungPerson.objects.filter(pk=people[1].pk).update(restriction_level=9)
    upload(post, client, workbook(*(learner(n) for n in range(1, 5))))
    assert {task.person: task.owner for task in Task.objects.all()} == {
        people[0]: officer,
        people[1]: None,
    }
    client.force_login(officer)
    line = "Kestrel College, 2 rows of drop-outs to look at , due 5 Nov 2026, for you"
    assert line in text(client.get("/tasks/"))
    assert "rows of drop-outs" not in text(client.get("/tasks/?show=nobodys"))
    Route.objects.update(email="contractor@example.org")
    assert "for nobody yet" in text(client.get("/tasks/?show=nobodys"))
    for row in InboundRow.objects.filter(outcome="needs-person"):
        set_aside(row=row, why="Moved away", by=officer, at=NOW)
    assert "rows of drop-outs" not in text(client.get("/tasks/?show=all"))


@pytest.mark.parametrize(("policy", "is_units"), [(0, False), (1, True), (2, False)])
def test_rows_to_look_at_are_whose_the_policy_says(seat, client, post, policy, is_units):
    """The unit's where it decides, else of whoever the line names (LDOR-06); whom to contact stays
    with the line."""
    adopt(authority=seat.authority, by=None, at=NOW, why="As agreed", dropouts_matched_by=policy)
    of_line, of_unit = (member(Role.DATA_MANAGER, authority=seat.authority) for _ in range(2))
    unit = SubRegion.objects.create(name="South", contact_email=of_unit.email.upper())
    RouteFactory(authority=seat.authority, email=of_line.email, to=Route.To.UNIT, unit=unit)
    known(1, seat.provider)
    upload(post, client, workbook(learner(1), learner(2)))

    (file,) = files_to_do(seat.authority, of_line)

    assert file.owner == (of_unit if is_units else of_line)
    assert Task.objects.get().owner == of_line
    client.force_login(of_unit)
    line = "Kestrel College, 1 row of drop-outs to look at"
    assert (line in text(client.get("/tasks/"))) is is_units


def test_who_is_not_known_waits_for_a_person_and_the_page_says_what_came_of_it(seat, client, post):
    adopt(authority=seat.authority, by=None, at=NOW, why="Open", dropouts_outcome_shown=1)
    answer_all(post)
    sent = post(
        "/portal/dropouts/new/check/", {"key": key_of(client.get("/portal/dropouts/new/check/"))}
    )
    assert "1 with the council, who will look at it" in text(client.get(sent.url))
    assert InboundRow.objects.get().outcome == "needs-person"


def test_what_the_council_decides_of_someone_shows_only_where_it_lets_it(seat, client, post):
    """A row that an officer sets aside would else say what the council holds of somebody."""
    RouteFactory(authority=seat.authority, name="Duty desk")
    answer_all(post)
    sent = post(
        "/portal/dropouts/new/check/", {"key": key_of(client.get("/portal/dropouts/new/check/"))}
    )

    def pages():
        november = "/portal/dropouts/2026-11/"
        return [text(client.get(path)) for path in (sent.url, "/portal/dropouts/", november)]

    before = pages()
    assert "1 person: " in before[0]
    assert "1 left" in before[1]
    set_aside(row=InboundRow.objects.get(), why="Moved away", by=seat.user, at=NOW)
    assert pages() == before
    InboundRow.objects.update(outcome="not-used")  # as when the rest of its file was used
    assert pages() == before
    adopt(authority=seat.authority, by=None, at=NOW, why="Open", dropouts_outcome_shown=1)
    assert "1 not used" in pages()[0]


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("new/born/", {"uln": "98765"}, "ULN must be 10 digits; this has 5"),
        ("new/born/", {"uln": "1000000008"}, "does not agree with the others"),
        ("new/born/", {"birth-day": "31", "birth-month": "2"}, "must be a real date"),
        ("new/home/", {"postcode": "NG1"}, "Give the whole postcode, or the word “none”"),
        ("new/home/", {"postcode": ""}, "Give the whole postcode, or the word “none”"),
        ("new/when/", {"day-year": "2027"}, "must be today or in the past"),
    ],
)
def test_an_answer_that_is_not_right_is_said_at_its_place(seat, post, path, answer, words):
    for step, good in ANSWERS:
        if step == path:
            refused = post(f"/portal/dropouts/{path}", good | answer)
            assert refused.status_code == 200
            assert words in text(refused)
            return
        post(f"/portal/dropouts/{step}", good)


def bad_rows():
    rows = [learner(n) for n in range(1, 61)]
    rows[0] |= {"birth": "31/02/2009"}
    rows[1] |= {"uln": "98765"}
    rows[2] |= {"leaver": "", "joiner": "left"}
    rows[3] |= {"family": ""}
    rows[4] |= {"postcode": "NG1"}
    return rows


def test_nothing_is_sent_until_rows_are_mended_or_left_for_later(seat, client, post):
    person = known(20, seat.provider)
    sent = upload(post, client, workbook(*bad_rows()))
    assert sent.url == f"{OCTOBER}file/progress/"
    assert client.get(sent.url).url == f"{OCTOBER}file/errors/"
    page = text(client.get(f"{OCTOBER}file/errors/"))
    for words in (
        "October 2026 drop-outs: 5 rows to mend out of 60",
        "55 rows are fine and wait. Nothing has been sent yet.",
        "D DOB 31/02/2009 Give a real date. February 2009 had 28 days.",
        "A ULN 98765 ULN must be 10 digits; this has 5.",
        "I Joiner left Put an x, the day, or nothing here.",
        "B Family Name (empty) Give their family name.",
        "F Post Code NG1 Give the whole postcode, or the word “none” if they have no address.",
        "Send the 55 now, the 5 later",
    ):
        assert words in page
    assert "Date not real" in text(client.get(f"{OCTOBER}file/errors/?by=error"))
    file = InboundFile.objects.get()
    assert file.state == "with-sender"
    assert not InboundFile.objects.visible_to(seat.user).exists()
    assert returns_of(seat.authority, [Period(2026, 10)], today=NOW.date())[0].sent_at is None
    marked = client.get(f"{OCTOBER}file/marked/")
    page = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert "Give a real date. February 2009 had 28 days." in page["A11"].value
    assert page["A16"].value is None

    send_the_rest(post, client)

    file.refresh_from_db()
    assert file.counts["cannot-read"] == 5
    assert Task.objects.get().person == person
    mended = [learner(n) for n in range(1, 61)]
    again = upload(post, client, workbook(*mended))
    assert client.get(again.url).url == f"{OCTOBER}file/errors/"
    second = InboundFile.objects.order_by("pk").last()
    assert second.counts["set-aside"] == 55
    told = returns_of(seat.authority, [Period(2026, 10)], today=NOW.date())[0]
    assert (told.leavers, told.is_nil, told.is_late, told.due_on) == (
        60,
        False,
        False,
        date(2026, 11, 6),
    )
    assert told.sent_at == NOW


def test_residents_of_three_authorities_each_go_home(seat, client, post):
    barnet = AuthorityFactory(code=BARNET)
    theirs = known(2, seat.provider, lead_authority=barnet)
    rows = [learner(n) for n in range(10, 40)]
    upload(
        post,
        client,
        workbook(
            *rows, learner(2, postcode=BARNET_HOME), learner(3, postcode=CAMDEN_HOME), learner(4)
        ),
    )
    passed = PassingOn.objects.get()
    assert (passed.home, passed.way, len(passed.rows)) == (barnet, "here", 1)
    arrived = passed.file
    assert (arrived.authority, arrived.came_by, arrived.provider) == (
        barnet,
        "passed",
        seat.provider,
    )
    assert Task.objects.get().person == theirs
    outcomes = dict(InboundRow.objects.exclude(file=arrived).values_list("number", "outcome"))
    assert outcomes[41] == "sent-on"
    assert outcomes[42] == "elsewhere"
    assert returns_of(barnet, [Period(2026, 10)], today=NOW.date()) == []
    receipt = text(client.get(f"/portal/dropouts/sent/{Notification.objects.get().ref}/"))
    assert "31 people: " in receipt
    assert "1 person: Barnet, where they live, by way of Croydon" in receipt
    assert "1 person: Camden, where they live, by way of Croydon" in receipt


def test_nothing_to_report_is_two_presses_and_said_once(seat, client, post):
    page = client.get(f"{OCTOBER}nil/")
    assert "Nobody joined, left or may drop out in October 2026." in text(page)
    sent = post(f"{OCTOBER}nil/", {"key": key_of(page)})
    assert post(f"{OCTOBER}nil/", {"key": "f" * 32}).url == sent.url
    one = Notification.objects.get()
    assert client.get(f"{OCTOBER}nil/").url == sent.url == receipt_of(one)
    told = returns_of(seat.authority, [Period(2026, 10)], today=NOW.date())[0]
    assert (told.is_nil, told.sent_at, told.is_late) == (True, NOW, False)
    card = scorecards(seat.authority, [one.source], today=NOW.date(), months=2)[0]
    assert card.owed_since is None
    upload(post, client, workbook(learner(7)), month="/portal/dropouts/2026-09/")
    refused = client.get("/portal/dropouts/2026-09/nil/")
    assert "You have sent people for September 2026 already: 1 person" in text(refused)
    assert Notification.objects.filter(how="nil").count() == 1


def test_nothing_to_report_waits_until_the_months_workbook_is_read(seat, client, post):
    key = key_of(client.get(f"{OCTOBER}file/"))
    book = SimpleUploadedFile("october.xlsx", workbook(learner(7)))
    client.post(f"{OCTOBER}file/", {"key": key, "file": book})  # and no worker comes
    for refused in (client.get(f"{OCTOBER}nil/"), post(f"{OCTOBER}nil/", {"key": "a" * 32})):
        page = text(refused)
        assert "sent on 4 November 2026 at 9:12am is still being read" in page
        assert "Look at this month again in a few minutes" in page
        assert "Nobody joined" not in page
        assert ">Send" not in refused.content.decode()
    assert not Notification.objects.filter(how="nil").exists()
    file = InboundFile.objects.get()
    work_on(file.pk, now=lambda: NOW)
    assert "You have sent people for October 2026 already" in text(client.get(f"{OCTOBER}nil/"))
    # One that cannot be used is none: there may be nothing to report all the same.
    InboundFile.objects.update(state="refused")
    Notification.objects.update(sent_at=None)
    assert post(f"{OCTOBER}nil/", {"key": "a" * 32}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_a_workbook_and_nothing_to_report_at_once_the_second_waits_and_is_refused(
    seat, monkeypatch
):
    monkeypatch.setattr(sending, "hand_over", lambda file: None)
    october, refused = Period(2026, 10), []

    def say_nothing():
        try:
            sending.say_nothing(seat=seat, month=october, key="b" * 32, at=NOW)
        except CannotTell as error:
            refused.append(error.message)
        finally:
            connections.close_all()

    other = threading.Thread(target=say_nothing, daemon=True)
    with transaction.atomic():
        sending.send_file(
            seat=seat, month=october, content=workbook(learner(7)), file_name="october.xlsx",
            key="a" * 32, at=NOW,
        )  # fmt: skip
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)

    assert "is still being read" in refused[0]
    assert Notification.objects.get().how == "file"


def test_someone_told_of_twice_in_other_words_is_one_person_to_the_council_alone(
    seat, client, post
):
    person = known(1, seat.provider)
    twice = [learner(1), learner(1, uln="", family="Farook", birth=date(2009, 4, 13))]
    upload(post, client, workbook(*twice, learner(2), learner(3, uln="")))
    InboundRow.objects.filter(read__family="Farook").update(person=person, outcome="unchanged")
    # A mended workbook names one of them again.
    upload(post, client, workbook(learner(2, given="Layla")), name="again.xlsx")

    (told,) = returns_of(seat.authority, [Period(2026, 10)], today=NOW.date())

    assert told.leavers == 3
    assert "4 left" in text(client.get(OCTOBER))


def test_what_the_council_chose_holds(seat, client, post):
    def choose(**choices):
        adopt(authority=seat.authority, by=None, at=NOW, why="As agreed", **choices)

    choose(dropouts_reasons=["leaver"], dropouts_required=["postcode", "uln"])
    assert "may drop out" not in text(client.get("/portal/dropouts/new/"))
    rows = [learner(n) for n in range(1, 31)]
    rows[0] |= {"leaver": "", "at_risk": "x"}
    rows[1] |= {"uln": ""}
    rows[2] |= {"postcode": "none"}
    upload(post, client, workbook(*rows))
    page = text(client.get(f"{OCTOBER}file/errors/"))
    assert "2 rows to mend out of 30" in page
    assert "The council does not ask for this. Take the row out." in page
    assert "Give the ULN." in page
    choose(dropouts_at_once=0)
    known(10, seat.provider)
    send_the_rest(post, client)
    file = InboundFile.objects.get()
    assert (file.state, file.approved_at) == ("ready", None)
    assert not Task.objects.exists()
    choose(dropouts_ways=["screen"])
    with pytest.raises(IntakeError, match="this way"):
        send(workbook(learner(1)), kind="ldor", provider=seat.provider, came_by=Arrival.API)
    assert (
        "this way"
        in send(workbook(learner(1)), came_by=Arrival.FOLDER, provider=seat.provider).refusal
    )
    assert client.get(f"{OCTOBER}file/").status_code == 404
    choose(dropouts_ways=["portal"])
    assert client.get("/portal/dropouts/new/").status_code == 404


def test_another_organisations_things_are_not_found_and_an_ended_seat_sends_nothing(
    seat, client, post
):
    post(f"{OCTOBER}nil/", {"key": "a" * 32})
    theirs = Notification.objects.get()
    other = ProviderFactory(college=True, name="Mill College", authority=seat.authority)
    stranger = seated(
        Role.SCHOOL_DATA_MANAGER, provider=other, authority=seat.authority, made_at=NOW
    )
    client.force_login(stranger.user)
    assert client.get(f"/portal/dropouts/sent/{theirs.ref}/").status_code == 404
    for page in ("errors/", "marked/", "rest/", "progress/"):
        assert client.get(f"{OCTOBER}file/{page}").status_code == 404
    assert "Kestrel College" not in text(client.get(OCTOBER))
    content = workbook(learner(1))
    upload(post, client, content)
    client.force_login(seat.user)
    same = upload(post, client, content)
    assert "This file was already sent. Nothing was changed" in text(same)
    key = key_of(client.get(f"{OCTOBER}file/"))
    Seat.objects.filter(pk=seat.pk).update(ended_at=NOW, ended_because="left")
    late = {"key": key, "file": SimpleUploadedFile("o.xlsx", workbook(learner(5)))}
    assert post(f"{OCTOBER}file/", late).status_code == 404
    assert post("/portal/dropouts/2026-09/nil/", {"key": key}).status_code == 404
    assert Notification.objects.count() == 2


def test_a_workbook_of_another_provider_is_refused(seat, client, post):
    other = ProviderFactory(college=True, name="Mill College", authority=seat.authority)
    upload(post, client, workbook(learner(1), number=f" {other.ukprn}"))
    page = text(client.get(f"{OCTOBER}file/errors/"))
    assert f"{other.ukprn}, is that of Mill College. Send your own workbook" in page
    upload(post, client, workbook(learner(2), number=seat.provider.dfe_number))
    assert InboundFile.objects.latest("pk").state != "refused"
    Provider.objects.filter(pk=other.pk).update(closed_on=date(2026, 8, 31))
    upload(post, client, workbook(learner(3), number=other.ukprn))
    assert InboundFile.objects.latest("pk").state != "refused"


def test_a_row_of_another_provider_is_refused_and_formulas_are_not_run(seat, client, post):
    other = ProviderFactory(college=True, authority=seat.authority)
    header = ["ULN", "Family Name", "First Name", "DOB", "Post Code", "Leaver", "UKPRN"]
    rows = [["", f"Farouk{n:c}", "Leila", "14/3/09", "CR0 1AA", "x", ""] for n in range(97, 117)]
    rows[0][-1] = other.ukprn
    rows[1][1] = "=HYPERLINK(1)"
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    upload(post, client, out.getvalue())
    page = text(client.get(f"{OCTOBER}file/errors/"))
    assert "This is another provider’s number. Take it out." in page
    assert "2 rows to mend out of 20" in page
    upload(post, client, b"PK\x03\x04 not a workbook", name="o.xlsm")
    assert "this workbook was not used" in text(client.get(f"{OCTOBER}file/errors/"))
