"""Going live: the same return made here, held against the old one, explained and signed off."""

import io
import json
from datetime import date
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from caseload.models import RestrictionLevel, YoungPerson
from caseload.queries import looks
from ccis.access.database import WEB, acting_as
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from returns.actions import moves
from returns.errors import CannotMake
from returns.models import Build, Reconciliation
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import DepartureFactory, SendProvisionFactory, complete_person
from tests.integration.returns.conftest import NOW, make, now
from tests.integration.returns.moving import content_of, forget_everyone, move_in
from tests.integration.returns.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(db) -> tuple:
    """An authority, and the return of three people from its old system."""
    authority = AuthorityFactory()
    people = [complete_person(lead_authority=authority) for _ in range(3)]
    content = content_of(make(authority))
    forget_everyone()
    return authority, content, [person.young_persons_id for person in people]


def reconciled(authority, content) -> Reconciliation:
    file = move_in(authority, content)
    asked = moves.ask(file=file, by=None, at=NOW)
    return moves.carry_out(reconciliation=asked, now=now)


def reasons(found: Reconciliation) -> list[tuple[str, str, str]]:
    return sorted(found.differences.values_list("what", "element", "reason"))


def test_nothing_differs(sent):
    authority, content, _ = sent

    found = reconciled(authority, content)

    assert (found.counts["same"], reasons(found)) == (3, [])
    assert found.counts["there"] == found.counts["here"]
    assert found.counts["here"]["status"] == {"P": 3}
    assert found.counts["rows"] == {"added": 3}


CHANGES = {
    "lapse date": (
        b"<DueToLapseDate>2027-07-31<",
        b"<DueToLapseDate>2027-01-01<",
        ("value", "DueToLapseDate", "worked-out"),
    ),
    "a code that no edition has": (
        b"<Ethnicity>WBRI<",
        b"<Ethnicity>QQQQ<",
        ("value", "Ethnicity", "not-taken"),
    ),
    "written otherwise": (
        b"<Postcode>NG1 4AB<",
        b"<Postcode>ng14ab<",
        ("value", "Postcode", "written"),
    ),
    "no place for it": (
        b"<TransferredToLACode><",
        b"<TransferredToLACode>302<",
        ("value", "TransferredToLACode", "not-due"),
    ),
    "too old by our rules": (
        b"<DOB>2009-03-14<",
        b"<DOB>2005-03-14<",
        ("there", "", "cohort-aged-out"),
    ),
    "kept elsewhere": (b"<LeadLEA>306<", b"<LeadLEA>302<", ("there", "", "kept-elsewhere")),
    "waits": (
        b"<EstablishmentNumber><",
        b"<EstablishmentNumber>3068123<",
        ("there", "", "row-waits"),
    ),
}


@pytest.mark.parametrize(("old", "new", "reason"), CHANGES.values(), ids=CHANGES)
def test_each_difference_has_its_reason(sent, old, new, reason):
    authority, content, ids = sent

    found = reconciled(authority, content.replace(old, new, 1))

    assert reasons(found) == [reason]
    (difference,) = found.differences.all()
    assert (difference.young_persons_id, difference.row_number) == (ids[0], 2)


def test_what_was_changed_here_since_is_for_someone_to_explain(sent):
    authority, content, ids = sent
    file = move_in(authority, content)
    person = YoungPerson.objects.get(young_persons_id=ids[1])
    person.levelofneed_facts.update(code_id="1")
    complete_person(lead_authority=authority)

    found = moves.carry_out(reconciliation=moves.ask(file=file, by=None, at=NOW), now=now)

    assert reasons(found) == [
        ("here", "", "not-in-file"),
        ("value", "LevelOfNeedCode", "unexplained"),
    ]
    assert moves.unexplained(found) == 2


def test_sign_off_wants_a_note_for_what_is_not_explained_and_then_stands(sent):
    authority, content, _ = sent
    file = move_in(authority, content)
    complete_person(lead_authority=authority)
    found = moves.carry_out(reconciliation=moves.ask(file=file, by=None, at=NOW), now=now)
    officer = member(Role.DATA_MANAGER, authority=authority)
    with pytest.raises(CannotMake, match="1 difference unexplained"):
        moves.sign_off(reconciliation=found, note=" ", by=officer, at=NOW)

    with acting_as(WEB):
        told = moves.explain(
            reconciliation=found,
            what="here",
            element="",
            reason="not-in-file",
            words="Moved here after the old system was closed",
            by=officer,
            at=NOW,
        )
        moves.sign_off(reconciliation=found, note="", by=officer, at=NOW)

    found.refresh_from_db()
    assert (told, moves.unexplained(found), found.signed_off_by) == (1, 0, officer)
    with pytest.raises(CannotMake, match="signed off already"):
        moves.sign_off(reconciliation=found, note="", by=officer, at=NOW)
    with pytest.raises(CannotMake, match="nothing can be added"):
        moves.explain(
            reconciliation=found, what="here", element="", reason="not-in-file", words="Else",
            by=officer, at=NOW,
        )  # fmt: skip
    verbs = TrailEntry.objects.filter(subject_kind="returns.reconciliation").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "move reconciled",
        "difference explained",
        "move signed off",
    ]


def test_an_older_comparison_cannot_be_signed_off(sent):
    authority, content, _ = sent
    older = reconciled(authority, content)
    moves.ask(file=older.file, by=None, at=NOW)

    with pytest.raises(CannotMake, match="newer comparison"):
        moves.sign_off(reconciliation=older, note="", by=member(authority=authority), at=NOW)


# The command


def test_the_command_says_what_differs(sent, tmp_path):
    authority, content, ids = sent
    path = tmp_path / "old.xml"
    path.write_bytes(content.replace(b"<LeadLEA>306<", b"<LeadLEA>302<", 1))
    with pytest.raises(CommandError, match="Send it in first"):
        call_command("reconcile_move", str(path))
    move_in(authority, path.read_bytes())

    out = StringIO()
    call_command("reconcile_move", str(path), period="2026-10", json=True, stdout=out)

    said = json.loads(out.getvalue())
    assert (said["period"], said["same"], said["unexplained"]) == ("2026-10", 2, 0)
    (difference,) = said["differences"]
    assert difference == {
        "young_persons_id": ids[0],
        "row": 2,
        "what": "there",
        "element": "",
        "reason": "kept-elsewhere",
        "explained": True,
    }
    with pytest.raises(CommandError, match="tells of October 2026"):
        call_command("reconcile_move", str(path), period="2026-09")


# The pages


@pytest.fixture
def compared(sent) -> Reconciliation:
    authority, content, _ = sent
    return reconciled(authority, content.replace(b"<Ethnicity>WBRI<", b"<Ethnicity>QQQQ<", 1))


def page(name: str, found: Reconciliation) -> str:
    return reverse(f"returns:{name}", args=[found.file.ref])


def test_the_pages_say_what_differs_and_why(november, desk, compared):
    assert "Every difference explained" in words(desk.get(reverse("returns:moves")))

    said = words(desk.get(page("move", compared)))

    assert "3 records in the old return, 3 in ours. 2 records the same" in said
    assert "Ethnicity" in said
    group = "?what=value&element=Ethnicity&reason=not-taken"
    said = words(desk.get(page("move-group", compared) + group))
    assert "QQQQ" in said
    assert TrailEntry.objects.filter(verb="move differences seen").exists()


def test_values_that_only_those_with_a_need_see_are_held_back(november, client, compared):
    client.force_login(member(Role.ADMINISTRATOR, authority=compared.authority))

    said = words(
        client.get(page("move-group", compared) + "?what=value&element=Ethnicity&reason=not-taken")
    )

    assert "QQQQ" not in said
    assert "Not shown" in said


def test_a_difference_about_someone_restricted_is_left_out(november, desk, compared):
    person = compared.differences.get().person
    YoungPerson.objects.filter(pk=person.pk).update(restriction_level=RestrictionLevel.HIGH_PROFILE)

    said = words(
        desk.get(page("move-group", compared) + "?what=value&element=Ethnicity&reason=not-taken")
    )
    book = openpyxl.load_workbook(io.BytesIO(desk.get(page("move-workbook", compared)).content))

    assert person.young_persons_id not in said
    assert "1 difference about people whom you may not see is left out" in said
    assert book.active.max_row == 1


def test_the_workbook_has_ids_and_no_values(november, desk, compared):
    book = openpyxl.load_workbook(io.BytesIO(desk.get(page("move-workbook", compared)).content))

    rows = list(book.active.iter_rows(values_only=True))

    assert rows[1][0] == compared.differences.get().young_persons_id
    assert rows[1][2:4] == ("Another value", "Ethnicity")
    assert "QQQQ" not in str(rows)
    assert TrailEntry.objects.filter(verb="move differences downloaded").exists()


def test_comparing_explaining_and_signing_off_on_the_pages(
    november, desk, compared, django_capture_on_commit_callbacks, monkeypatch
):
    asked: list[int] = []
    monkeypatch.setattr(
        "returns.tasks.reconcile_move.delay", lambda reconciliation_id: asked.append(1)
    )
    group = "?what=value&element=Ethnicity&reason=not-taken"

    desk.post(page("move-explain", compared) + group, {"words": "Mended in the old system"})
    answer = desk.post(page("move-sign-off", compared), {"note": ""}, follow=True)

    assert "Signed off by" in words(answer)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page("move-compare", compared))
    assert asked == [1]


# Nothing that was lost counts as worked out


LOST = {
    "a plan": ("SENDFlag", lambda person: person.sendprovision_facts.all().delete()),
    "a departure": ("CohortStatus", lambda person: person.departure_facts.all().delete()),
}


@pytest.mark.parametrize(("element", "lose"), LOST.values(), ids=LOST)
def test_what_we_lost_is_for_someone_to_explain(db, element, lose):
    authority = AuthorityFactory()
    person = complete_person(lead_authority=authority)
    SendProvisionFactory(person=person)
    if element == "CohortStatus":
        DepartureFactory(person=person, starts=date(2026, 10, 9))
    content = content_of(make(authority))
    forget_everyone()
    file = move_in(authority, content)
    lose(YoungPerson.objects.get())

    found = moves.carry_out(reconciliation=moves.ask(file=file, by=None, at=NOW), now=now)

    (reason,) = found.differences.filter(element=element).values_list("reason", flat=True)
    assert reason == "unexplained"


def test_rows_decided_since_the_comparison_want_another(sent):
    authority, content, _ = sent
    waits = content.replace(b"<EstablishmentNumber><", b"<EstablishmentNumber>3068123<", 1)
    found = reconciled(authority, waits)
    officer = member(Role.DATA_MANAGER, authority=authority)
    found.file.rows.filter(outcome="needs-person").update(outcome="not-used")

    with pytest.raises(CannotMake, match="Compare again"):
        moves.sign_off(reconciliation=found, note="It is well", by=officer, at=NOW)


GROUP = "?what=value&element=Ethnicity&reason=not-taken"


def test_whoever_looks_at_values_or_takes_ids_away_has_looked_at_the_people(
    november, desk, compared
):
    person = compared.differences.get().person

    desk.get(page("move-group", compared) + GROUP)
    desk.get(page("move-workbook", compared))

    seen = looks.looks(looks.lines_about(person).order_by("id"))
    assert [(one.verb, one.kind) for one in seen] == [
        ("person seen", looks.Kind.LIST),
        ("move differences downloaded", looks.Kind.DOWNLOAD),
    ]


def test_a_row_that_waits_does_not_show_someone_restricted(november, desk, db):
    authority = AuthorityFactory()
    person = complete_person(lead_authority=authority)
    content = content_of(make(authority))
    YoungPerson.objects.filter(pk=person.pk).update(restriction_level=RestrictionLevel.HIGH_PROFILE)
    changed = content.replace(b"<Town>Northgate<", b"<Town>Elsewhere<")
    assert changed != content
    found = reconciled(authority, changed.replace(b"<ActivityCode>230<", b"<ActivityCode>999<"))
    (difference,) = found.differences.filter(element="Town")

    group = f"?what=value&element=Town&reason={difference.reason}"
    said = words(desk.get(page("move-group", found) + group))

    assert difference.person == person
    assert person.young_persons_id not in said
    assert "Northgate" not in said


def test_a_return_that_stopped_is_said_to_have_stopped(november, desk, sent):
    authority, content, _ = sent
    asked = moves.ask(file=move_in(authority, content), by=None, at=NOW)
    Build.objects.filter(pk=asked.build_id).update(state="stopped", stopped_because="Nothing")

    said = words(desk.get(page("move", asked)))

    assert "The return stopped" in said
    assert "The return stopped" in words(desk.get(reverse("returns:moves")))
