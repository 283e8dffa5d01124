"""Lists and search ask the same for many as for few, and lose nobody between pages."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.models import Name
from tests.factories.caseload import NameFactory, YoungPersonFactory, complete_person

PEOPLE = reverse("caseload:people")
ADDRESSES = [
    *(f"{PEOPLE}?sort={sort}" for sort in ("name", "youngest", "since", "review")),
    f"{PEOPLE}?doing=education",
    f"{PEOPLE}?year=12,13&sort=review",
]
SEARCHES = ["amara oduya", "oduya", "14/3/2009", "oduya 14/3/2009"]


def family(at):
    return f"Fam{chr(97 + at // 26)}{chr(97 + at % 26)}"


def questions(desk, address, **post):
    with CaptureQueriesContext(connection) as asked:
        response = desk.post(address, post, follow=True) if post else desk.get(address)
    assert response.status_code == 200
    # Leaving out what is written when time has passed, such as that someone is still there.
    return sum(one["sql"].startswith(("SELECT", " SELECT", "\nSELECT", "(")) for one in asked)


def every_count(desk):
    counts = {address: questions(desk, address) for address in ADDRESSES}
    for words in SEARCHES:
        counts[words] = questions(desk, reverse("caseload:search"), q=words)
    return counts


def test_sixty_cost_no_more_questions_than_ten(desk):
    for _ in range(10):
        complete_person()
    every_count(desk)  # code lists and content types are kept from here on
    ten = every_count(desk)
    for _ in range(50):
        complete_person()

    sixty = every_count(desk)

    assert {which: sixty[which] - ten[which] for which in ten if sixty[which] > ten[which]} == {}
    assert max(ten.values()) <= 45


@pytest.mark.parametrize("page", ["person", "details", "activities", "education"])
def test_pages_of_a_person_cost_the_same_beside_sixty_others(desk, page):
    amara = complete_person()
    address = reverse(f"caseload:{page}", args=[amara.ref])
    questions(desk, address)
    alone = questions(desk, address)
    for _ in range(20):
        complete_person()

    assert questions(desk, address) == alone


def test_someone_without_a_name_comes_last_and_is_not_lost(desk):
    nameless = YoungPersonFactory()
    for at in range(50):
        NameFactory(person=YoungPersonFactory(), family=family(at))

    first = desk.get(PEOPLE).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = desk.get(PEOPLE + following).content.decode()
    back = re.search(r'href="(\?[^"]*before=[^"]+)"', second)[1].replace("&amp;", "&")

    link = reverse("caseload:person", args=[nameless.ref])
    assert link not in first
    assert link in second
    assert "Famaa" in desk.get(PEOPLE + back).content.decode()


def test_someone_renamed_while_the_reader_was_away_moves_nobody_else(desk):
    people = [YoungPersonFactory() for _ in range(60)]
    for at, one in enumerate(people):
        NameFactory(person=one, family=family(at))
    first = desk.get(PEOPLE).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
    renamed = people[0].name_facts.get()
    later = NameFactory(person=people[0], kind=Name.Kind.FORMER, family="Earlier")
    Name.objects.filter(pk=renamed.pk).update(superseded=later.recorded)
    NameFactory(person=people[0], family="Aardvark", starts=date(2009, 3, 14))

    second = desk.get(PEOPLE + following).content.decode()

    shown = set(re.findall(r"Fam[a-z]{2}", second))
    assert shown == {family(at) for at in range(50, 60)}
