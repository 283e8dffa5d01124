"""Post that comes back marks the address, is work, and can be taken back (USE-06)."""

from datetime import UTC, date, datetime

import pytest

from caseload.models import Task
from ccis.access.references import show_reference
from ccis.audit.models import TrailEntry
from optout import rules as choice_rules
from optout.errors import CannotDo
from optout.letters.actions import returned
from optout.letters.queries import notice_of
from optout.models import PersonalCode
from optout.models.codes import digest_of
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.letters import LetterFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

POSTED = date(2026, 11, 3)
AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
ON = AT.date()


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(authority):
    return member(authority=authority)


def letter_to(authority, **more):
    return LetterFactory(
        person=complete_person(lead_authority=authority, code="610"), posted_on=POSTED, **more
    )


def test_one_that_came_back_by_mistake_leaves_no_mark_no_work_and_its_notice(
    authority, officer, client
):
    provider = ProviderFactory()
    letter = letter_to(authority, batch__provider_list__providers=[provider])
    details = f"/people/{letter.person.ref}/details/"
    client.force_login(officer)

    def has_run():
        said = {"purpose": "support", "on": ON}
        return notice_of(letter.person, provider, {"name"}, **said).has_run

    assert has_run()
    returned.mark_returned(letter, on=ON, why="Gone away", by=officer, at=AT)
    assert not has_run()
    assert "Post came back 1 Dec 2026" in client.get(details).content.decode()
    task = Task.objects.get(person=letter.person)
    assert (task.what, task.state, task.due_on) == (returned.FIND_OUT, "to-do", date(2026, 12, 15))

    returned.undo_returned(letter, by=officer, at=AT)

    assert has_run()
    assert "Post came back" not in client.get(details).content.decode()
    task.refresh_from_db()
    assert (task.state, task.done_by) == ("done", officer)
    verbs = TrailEntry.objects.filter(subject_id=letter.person.pk).values_list("verb", flat=True)
    assert {"letter came back", "letter did not come back", "task done"} <= set(verbs)
    with pytest.raises(CannotDo, match="not recorded as returned"):
        returned.undo_returned(letter, by=officer, at=AT)


def test_the_work_stays_while_another_letter_to_them_came_back(authority, officer):
    first = letter_to(authority)
    second = LetterFactory(person=first.person, posted_on=POSTED)
    for letter in (first, second):
        returned.mark_returned(letter, on=ON, why="", by=officer, at=AT)
    assert Task.objects.filter(person=first.person).count() == 1

    returned.undo_returned(first, by=officer, at=AT)

    assert Task.objects.still_open().filter(person=first.person).exists()


def test_each_line_of_a_pile_of_envelopes_is_answered(authority, officer, client):
    letter, coded, before, unposted = (letter_to(authority) for _ in range(4))
    type(unposted.batch).objects.filter(pk=unposted.batch_id).update(
        state="printed", posted_on=None
    )
    code = choice_rules.new_code()
    coded.code = PersonalCode.objects.create(
        person=coded.person, digest=digest_of(code), made_at=AT, expires_on=ON
    )
    coded.save()
    returned.mark_returned(before, on=ON, why="", by=officer, at=AT)
    elsewhere = letter_to(AuthorityFactory(code="302"))
    hidden = letter_to(authority)
    type(hidden.person).objects.filter(pk=hidden.person_id).update(restriction_level=3)
    lines = [
        f"Ref {show_reference(letter.ref).lower()}", choice_rules.show_code(code), letter.ref,
        before.ref, unposted.ref, elsewhere.ref, hidden.ref, "nonsense", "",
    ]  # fmt: skip

    def answers():
        found = returned.mark_many_returned(
            lines, authority=authority, on=ON, why="Gone away", by=officer, at=AT
        )
        return [one.problem for one in found]

    unknown = "We know no letter by this"
    already = "This letter is recorded as returned already"
    assert answers() == [
        "", "", "This letter is in your list twice", already, "This letter was not posted",
        unknown, unknown, unknown,
    ]  # fmt: skip
    assert answers()[:2] == [already, already]
    assert Task.objects.count() == 3
    letter.refresh_from_db()
    assert (letter.returned_on, letter.returned_why) == (ON, "Gone away")

    client.force_login(officer)
    page = client.post(
        "/letters/came-back/", {"letters": f"{letter.ref}\nnonsense", "on": "1/11/2026"}
    )
    said = page.content.decode()
    assert "0 letters recorded, 2 lines left to look at" in said
    assert "nonsense" in said
