"""Two thousand opt-outs through the public pages: ``python -m benchmarks.opting_out 2000``.

In a process that is signed in as the worker, on a database that ``benchmarks.fill`` filled. Four
phones at a time; three in four have the code of a letter, the rest give a name, a date of birth and
a postcode. One in ten presses *Send* twice. Each asks the database, by a connection of its own, as
soon as the page has answered, whether the objection is in force. Prints one JSON object.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any

import django
import psycopg

PHONES = 4
WITHOUT_CODE = 4
"""One in so many has no code."""

TWICE = 10
"""One in so many presses *Send* twice."""

MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
UNCOLLECTED = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
COVERS = "SELECT optout_objection_covers(%s, NULL, current_date)"
REFERENCE = re.compile(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>")

_own = local()


@dataclass(frozen=True)
class Opting:
    """One young person who opts out."""

    number: int
    person: int
    code: str


@dataclass(frozen=True)
class Done:
    """What came of it: the reference, seconds to the answer, seconds to the effect."""

    reference: str
    answered: float
    in_force: float | None


def main(number: int) -> None:
    """Measure and print what was measured."""
    django.setup()
    from django.test import override_settings

    with override_settings(STORAGES=UNCOLLECTED, CACHES=MEMORY, CCIS_SECOND_FACTOR=False):
        print(json.dumps(measure(number)))


def measure(number: int) -> dict[str, Any]:
    """Let so many opt out, and look at the queue after."""
    from django.db import connection

    from optout.models import Request, Statement

    everyone = _everyone(number)
    began = time.perf_counter()
    with ThreadPoolExecutor(PHONES) as phones:
        done = list(phones.map(_opt_out, everyone))
    took = time.perf_counter() - began
    effects = sorted(one.in_force for one in done if one.in_force is not None)
    references = {one.reference for one in done}
    page, seconds = _queue()
    coded = sum(bool(one.code) for one in everyone)
    held = Request.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::bigint[]) AS p"
            " WHERE optout_objection_covers(p, NULL, current_date)",
            [[one.person for one in everyone if one.code]],
        )
        (covered,) = cursor.fetchone()
    return {
        "opt-outs": number,
        "seconds for all": round(took, 1),
        "an hour": round(number / took * 3600),
        "references told, all different": len(references),
        "requests held (none lost, none twice)": held,
        "with a code, in force": f"{covered} of {coded}",
        "statements": Statement.objects.count(),
        "without a code, in the queue": Request.objects.unanswered().count(),
        "the queue's own words": page,
        "the queue's page, seconds": round(seconds, 2),
        "Send to answer, median seconds": round(statistics.median(d.answered for d in done), 3),
        "Send to in force, median seconds": round(statistics.median(effects), 3),
        "Send to in force, 95 in 100 within": round(effects[int(len(effects) * 0.95)], 3),
        "intact": held == len(references) == number and covered == coded,
    }


def _everyone(number: int) -> list[Opting]:
    from django.utils import timezone

    from caseload.models import YoungPerson
    from ccis.authorities.models import Authority
    from optout.actions import codes

    authority = Authority.objects.served().order_by("code")[0]
    people = list(
        YoungPerson.objects.of(authority)
        .filter(restriction_level=0)
        .order_by("pk")
        .values_list("pk", flat=True)[:number]
    )
    coded = [pk for at, pk in enumerate(people) if at % WITHOUT_CODE]
    made = codes.make_many(coded, authority=authority, by=None, at=timezone.now())
    return [Opting(at, pk, made[pk][1] if pk in made else "") for at, pk in enumerate(people)]


def _opt_out(one: Opting) -> Done:
    """From the link, or the form without a code, to the page with the reference."""
    from django.test import Client

    # Each from an address of its own, as phones are: the limit of one is not what is measured.
    address = f"10.{one.number >> 16 & 255}.{one.number >> 8 & 255}.{one.number & 255}"
    phone = Client(SERVER_NAME="localhost", REMOTE_ADDR=address)
    if one.code:
        phone.get(f"/choices/{one.code}/", follow=True)
    else:
        _say_who(phone, one)
    phone.post("/choices/what/", {"want": "stop-all"}, follow=True)
    if not one.code:
        phone.post("/choices/answer/", {"answer_by": "letter"}, follow=True)
    began = time.perf_counter()
    sent = phone.post("/choices/check/")
    answered = time.perf_counter() - began
    in_force = None
    if one.code:
        while not _is_in_force(one.person):
            time.sleep(0.001)
        in_force = time.perf_counter() - began
    if one.number % TWICE == 0:
        phone.post("/choices/check/")
    found = REFERENCE.search(phone.get(sent["Location"]).content.decode())
    if found is None:
        raise SystemExit(f"No reference for number {one.number}")
    return Done(found.group(1), answered, in_force)


def _say_who(phone: Any, one: Opting) -> None:
    name = {"given": f"Nobody {one.number}", "family": "Of The Measurement"}
    phone.post("/choices/no-code/", name)
    phone.post("/choices/no-code/born/", {"date_of_birth": "14 3 2009"})
    phone.post("/choices/no-code/postcode/", {"postcode": "NG1 4AB"})


def _is_in_force(person: int) -> bool:
    """As another connection sees it."""
    if not hasattr(_own, "connection"):
        from django.db import connection

        params = connection.get_connection_params()
        named = {key: params[key] for key in ("dbname", "user", "host", "port") if key in params}
        password = params.get("password") or None
        _own.connection = psycopg.connect(**named, password=password, autocommit=True)
    found = _own.connection.execute(COVERS, [person]).fetchone()
    return bool(found and found[0])


def _queue() -> tuple[str, float]:
    """What an officer's queue says after, and the seconds that its page takes."""
    from benchmarks.reading import _browser, _officer

    officer, _ = _officer()
    browser = _browser(officer)
    browser.get("/requests/")
    began = time.perf_counter()
    page = browser.get("/requests/").content.decode()
    took = time.perf_counter() - began
    said = re.search(r"ccis-sentence\">([^<]*)<", page)
    return (said.group(1) if said else "nothing"), took


if __name__ == "__main__":
    main(int(sys.argv[1]))
