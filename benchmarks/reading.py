"""Search and lists as an officer meets them: through the pages, signed in, each read in the trail.

``python -m benchmarks.reading search`` or ``lists``, in a process that is signed in as the web
role, on a database that ``benchmarks.crowd`` filled. Prints one JSON object: milliseconds by
family, how many searches found the person they were about, peak memory.
"""

from __future__ import annotations

import functools
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import django

TODAY = date(2026, 10, 31)
TYPOS = 300
A_FAMILY = 25
"""How many searches of each family, spread over people drawn the same each time."""

UNCOLLECTED = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

Taken = tuple[float, float]
"""Milliseconds by the wall, and milliseconds worked."""

Question = tuple[str, str]
"""A family, and what is typed."""


def main(what: str) -> None:
    """Measure ``search`` or ``lists`` and print what was measured."""
    django.setup()
    from django.test import override_settings

    with (
        mock.patch("django.utils.timezone.localdate", return_value=TODAY),
        override_settings(STORAGES=UNCOLLECTED, CCIS_SECOND_FACTOR=False),
    ):
        measured = PARTS[what]()
    measured["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(measured))


# -- who asks, and what ----------------------------------------------------------------------------


def _officer() -> Any:
    """A tracking officer of the largest authority."""
    from django.db.models import Count

    from ccis.access.roles import Role
    from ccis.accounts.models import Membership, User
    from ccis.authorities.models import Authority

    authority = Authority.objects.annotate(n=Count("young_people")).order_by("-n", "pk")[0]
    user, made = User.objects.get_or_create(
        email="bench@council.example", defaults={"name": "Officer of the measurement"}
    )
    if made:
        Membership.objects.create(
            user=user,
            authority=authority,
            role=Role.TRACKING_OFFICER.value,
            starts_on=date(2020, 1, 1),
        )
    return user, authority


def _browser(user: Any) -> Any:
    from django.test import Client

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return browser


def _sample(authority: Any, number: int) -> list[Any]:
    """People drawn the same each time, each with the facts that one searches by."""
    from django.db.models import CharField
    from django.db.models.functions import MD5, Cast

    from caseload.models import YoungPerson
    from caseload.queries.summaries import summaries_of

    people = (
        YoungPerson.objects.of(authority)
        .filter(restriction_level=0)
        .order_by(MD5(Cast("pk", CharField())))[:number]
    )
    return list(summaries_of(list(people), TODAY).values())


def _questions(authority: Any) -> list[Question]:
    """Some 450 searches, all families mixed."""
    from caseload.models import ContactPoint, Identifier, Name

    draw = random.Random(7)
    people = [one for one in _sample(authority, 40 * A_FAMILY) if one.name]
    numbers = {
        (fact.person_id, fact.kind_id): fact.value
        for fact in Identifier.objects.believed().filter(person__in=[p.person.pk for p in people])
    }
    phones = dict(
        ContactPoint.objects.believed()
        .filter(person__in=[p.person.pk for p in people], kind="mobile")
        .values_list("person_id", "value")
    )
    accented = [one for one in people if not one.name.full.isascii()]
    doubled = [one for one in people if "-" in one.name.family]
    common = Name.objects.believed().filter(person__in=[p.person.pk for p in people])
    given = _most_common(common.values_list("given", flat=True), 8)
    family = _most_common(common.exclude(family="").values_list("family", flat=True), 8)
    said: list[Question] = []

    def ask(kind: str, some: Iterable[Any], words: Callable[[Any], str]) -> None:
        said.extend((kind, words(one)) for one in list(some)[:A_FAMILY])

    piece = [people[at::13] for at in range(13)]
    ask("full name", piece[0], lambda p: p.name.full)
    ask("full name, misspelt", piece[1], lambda p: typo(p.name.full, draw))
    ask("full name, both misspelt", piece[2], lambda p: _both(p.name, draw))
    ask("surname alone", piece[3], lambda p: p.name.family)
    ask("common surname alone", family * 3, str)
    ask("common first name alone", given * 3, str)
    ask("common first name and surname", zip(given * 3, family[3:] * 5, strict=False), " ".join)
    ask("two letters", ["li", "ng", "jo", "ty", "bo", "le", "al ng", "li le", "mo", "sm"] * 2, str)
    ask("first letters", piece[4], lambda p: f"{p.name.given[:3]} {p.name.family[:3]}")
    ask("name and year of birth", piece[5], lambda p: f"{p.name.full} {p.date_of_birth.year}")
    ask("name and date of birth", piece[6], lambda p: f"{p.name.full} {p.date_of_birth:%d/%m/%Y}")
    ask("first name and date of birth", piece[7], lambda p: f"{p.name.given} {p.date_of_birth}")
    ask("double-barrelled", doubled, lambda p: p.name.full.replace("-", " "))
    ask("diacritics", accented, lambda p: p.name.full)
    ask("date of birth", piece[8], lambda p: f"{p.date_of_birth:%d/%m/%Y}")
    ask("postcode", (p for p in piece[9] if p.home), lambda p: p.home.postcode)
    ask("phone", (p for p in piece[10] if p.person.pk in phones), lambda p: phones[p.person.pk])
    ask("UPN", piece[11], lambda p: numbers.get((p.person.pk, "upn"), "A000000000000"))
    ask("ULN", piece[12], lambda p: numbers.get((p.person.pk, "uln"), "1000000000"))
    ask("NCCIS id", piece[0], lambda p: p.person.young_persons_id)
    ask("reference", piece[1], lambda p: p.person.ref)
    ask("nonsense", ["qqzzx wvvk", "asdf", "zzzz", "xkcd qwerty", "0000"] * 4, str)
    draw.shuffle(said)
    return said


def _most_common(values: Iterable[str], number: int) -> list[str]:
    from collections import Counter

    return [value for value, _ in Counter(values).most_common(number)]


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typo(words: str, draw: random.Random) -> str:
    """The words with one letter left out, put in, changed or swapped with the next."""
    places = [at for at, letter in enumerate(words[:-1]) if letter.isalpha()]
    at = draw.choice(places)
    match draw.randrange(4):
        case 0:
            return words[:at] + words[at + 1 :]
        case 1:
            return words[:at] + draw.choice(LETTERS) + words[at:]
        case 2:
            return words[:at] + draw.choice(LETTERS) + words[at + 1 :]
        case _:
            return words[:at] + words[at + 1] + words[at] + words[at + 2 :]


def _both(name: Any, draw: random.Random) -> str:
    return f"{typo(name.given, draw)} {typo(name.family, draw)}"


# -- search ----------------------------------------------------------------------------------------


def search() -> dict[str, Any]:
    """Every question through the pages: the form sent, and the page of results."""
    from django.urls import reverse

    user, authority = _officer()
    browser, address = _browser(user), reverse("caseload:search")
    questions = _questions(authority)
    for _, words in questions[:5]:  # templates compiled, connections open
        browser.post(address, {"q": words}, follow=True)
    times: dict[str, list[Taken]] = {}
    clock = Clock()
    for kind, words in questions:
        clock.start()
        response = browser.post(address, {"q": words}, follow=True)
        times.setdefault(kind, []).append(clock.stop())
        if response.status_code != 200:
            raise SystemExit(f"A search was answered with {response.status_code}.")
    return {
        "families": {kind: _spread(taken) for kind, taken in sorted(times.items())},
        "all": _spread([one for taken in times.values() for one in taken]),
    }


def recall() -> dict[str, Any]:
    """Of names with a letter wrong, how many have their person among the first ten, and fifty."""
    from caseload.queries.search import find, read_query

    user, authority = _officer()
    draw = random.Random(11)
    people = [one for one in _sample(authority, TYPOS) if one.name]
    found: dict[str, list[int]] = {}
    for at, person in enumerate(people):
        for kind, words in (
            ("one", typo(person.name.full, draw)),
            ("both", _both(person.name, draw)),
        ):
            if kind == "both" and at % 3:
                continue
            hits = find(
                read_query(words, today=TODAY), user=user, authority=authority, on=TODAY
            ).hits
            refs = [hit.summary.person.ref for hit in hits]
            place = refs.index(person.person.ref) if person.person.ref in refs else 999
            found.setdefault(kind, []).append(place)
    return {
        f"{kind}: {top}": round(sum(place < top for place in places) / len(places), 3)
        for kind, places in found.items()
        for top in (10, 50)
    }


def rivals() -> dict[str, Any]:
    """The same names by the bare index, by ``icontains`` and by ``SearchVector``: queries only."""
    from django.contrib.postgres.search import SearchQuery, SearchVector
    from django.db import connection

    from caseload.models import Name
    from caseload.queries.search import find, read_query

    user, authority = _officer()
    people = [one for one in _sample(authority, 12) if one.name]
    names = Name.objects.believed().filter(person__lead_authority=authority)
    exact = (
        "SELECT person_id FROM caseload_name WHERE superseded_id IS NULL"
        ' AND family_folded COLLATE "C" = ccis_fold(%s)'
        ' AND given_folded COLLATE "C" = ccis_fold(%s) LIMIT 51'
    )

    def floor(name: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(exact, [name.family, name.given])
            cursor.fetchall()

    def ours(name: Any) -> None:
        find(read_query(name.full, today=TODAY), user=user, authority=authority, on=TODAY)

    def contains(name: Any) -> None:
        found = names.filter(family__icontains=name.family, given__icontains=name.given)
        list(found.select_related("person")[:51])

    def vector(name: Any) -> None:
        found = names.annotate(words=SearchVector("given", "family"))
        list(found.filter(words=SearchQuery(name.full)).select_related("person")[:51])

    ways = {
        "by the bare index, exact (the floor)": floor,
        "ours, misspellings and reasons, without the page": ours,
        "icontains through the ORM": contains,
        "SearchVector through the ORM": vector,
    }
    times: dict[str, list[Taken]] = {}
    for one in people:
        for name, way in ways.items():
            clock = Clock()
            clock.start()
            way(one.name)
            times.setdefault(name, []).append(clock.stop())
    return {"families": {name: _spread(taken) for name, taken in times.items()}}


# -- lists -----------------------------------------------------------------------------------------


def lists() -> dict[str, Any]:
    """The list of people by each order and filter, deep in it, and someone's own pages."""
    from django.urls import reverse

    user, authority = _officer()
    browser, people = _browser(user), reverse("caseload:people")
    places = {
        f"people by {sort}{deep and ', page 200'}": f"{people}?sort={sort}{deep}"
        for sort in ("name", "youngest", "since", "review")
        for deep in ("", _deep(user, authority, sort))
    }
    filters = (
        "doing=not-known",
        "doing=custody",
        "doing=none",
        "doing=not-known&year=13",
        "year=12",
        "year=12,13",
        "send=E",
        "review=late",
        "review=none",
        "code=310",
        "district=NG1",
    )
    places |= {f"people, {one}": f"{people}?{one}" for one in filters}
    places["files"] = reverse("intake:files")
    places["returns"] = reverse("returns:archive")
    times = {
        name: [_taken(browser, place) for _ in range(12)][2:] for name, place in places.items()
    }
    sample = _sample(authority, 40)
    for page in ("person", "details", "activities", "education"):
        wanted = [reverse(f"caseload:{page}", args=[one.person.ref]) for one in sample]
        times[f"a person's {page}"] = [_taken(browser, place) for place in wanted][5:]
    return {
        "families": {kind: _spread(taken) for kind, taken in times.items()},
        "all": _spread([one for taken in times.values() for one in taken]),
    }


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "search": search,
    "recall": recall,
    "rivals": rivals,
    "lists": lists,
}


def _deep(user: Any, authority: Any, sort: str) -> str:
    """The address's words for page 200 of an order."""
    from caseload.queries.people import SORTS, in_order, people_of
    from ccis.govuk.lists import Edge

    (order,) = (one for one in SORTS if one.name == sort)
    edge = Edge(f"people:{sort}", (*order.columns, "pk"), nullable=order.nullable)
    ordered = in_order(people_of(user, authority, TODAY), sort, TODAY)
    return f"&after={edge.at(edge.rows(ordered, 199 * 50)[-1])}"


def _taken(browser: Any, address: str) -> Taken:
    clock = Clock()
    clock.start()
    response = browser.get(address)
    taken = clock.stop()
    if response.status_code != 200:
        raise SystemExit(f"A page was answered with {response.status_code}: {address}")
    return taken


class Clock:
    """Time by the wall, and time that this process and its database session worked.

    On a machine that does other things too the second tells more: it leaves out the waiting.
    """

    def start(self) -> None:
        """Begin to measure."""
        self.wall, self.worked = time.perf_counter(), self._worked()

    def stop(self) -> Taken:
        """Milliseconds by the wall and worked since the start."""
        worked = self._worked() - self.worked
        return 1000 * (time.perf_counter() - self.wall), 1000 * worked

    @staticmethod
    def _worked() -> float:
        return time.process_time() + sum(map(_on_a_processor, _sessions()))


@functools.cache
def _sessions() -> tuple[int, ...]:
    """The server's processes that answer this one, where they are on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user"
        )
        return tuple(pid for (pid,) in cursor.fetchall())


def _on_a_processor(pid: int) -> float:
    """Seconds that a process had a processor; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def _spread(taken: list[Taken]) -> dict[str, float]:
    """Median, 95th and 99th per cent of some milliseconds, and how many there were."""

    def at(share: float, which: int) -> float:
        ordered = sorted(one[which] for one in taken)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {
        "n": len(taken),
        **{f"p{share}": at(share / 100, 0) for share in (50, 95, 99)},
        **{f"worked_p{share}": at(share / 100, 1) for share in (50, 95, 99)},
    }


if __name__ == "__main__":
    main(sys.argv[1])
