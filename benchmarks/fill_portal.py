"""Fills an empty database with named individuals: ``python -m benchmarks.fill_portal 200``.

Each is the one named person of an organisation of their own, has proved a second factor, and has a
list of 40. Prints the keys of their sessions, one a line. What makes agreements is the tests' own.
"""

import sys
import time
from datetime import timedelta
from itertools import count

import django

ON_A_LIST = 40
"""The size of an ordinary list (issue 7)."""
NUMBERS = count(1)


def main(number: int) -> None:
    """Make so many named individuals; needs the owner's login."""
    django.setup()

    from django.conf import settings

    # Nobody signs in by a password here, and each of theirs would take half a second.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    from django.utils import timezone

    from ccis.authorities.models import Authority
    from tests.factories.caseload import ChangeFactory, YoungPersonFactory
    from tests.factories.letters import LetterFactory
    from tests.factories.sharing import ready

    authority = Authority.objects.filter(is_served=True).first() or Authority.objects.first()
    at = timezone.now() - timedelta(minutes=1)
    change = ChangeFactory(authority=authority)
    letter = LetterFactory(person=YoungPersonFactory(lead_authority=authority))
    for _ in range(number):
        world = ready(authority=authority)
        _list(world, letter=letter, change=change, at=at)
        sys.stdout.write(f"{_session(world.named)}\n")


def _list(world, *, letter, change, at) -> None:  # type: ignore[no-untyped-def]
    """A released list of 40, written as sets; to open it is given with the portal's session."""
    from caseload.models import YoungPerson
    from ccis.access.references import new_reference
    from ccis.calendar.words import local_date
    from sharing.models import DisclosedRow, Disclosure, SharedList
    from sharing.rules import term_ends_at

    columns = ["name", "phone", "email", "address"]
    version = world.version
    shared = SharedList.objects.create(
        authority=world.authority,
        provider=world.provider,
        purpose="support",
        columns=columns,
        version=version,
        state="released",
        drafted_by=world.drafter,
        drafted_at=at,
        released_by=world.releaser,
        released_at=at,
    )
    people = YoungPerson.objects.bulk_create(
        YoungPerson(
            ref=new_reference(),
            lead_authority=world.authority,
            young_persons_id=f"9{next(NUMBERS):012}",
        )
        for _ in range(ON_A_LIST)
    )
    ends_at = term_ends_at(
        local_date(at), working_days=version.term_days, period_ends_on=version.ends_on
    )
    disclosures = Disclosure.objects.bulk_create(
        Disclosure(
            ref=new_reference(),
            authority=world.authority,
            person=person,
            provider=world.provider,
            on_list=shared,
            purpose="support",
            columns=columns,
            version=version,
            letter=letter,
            made=change,
            released_at=at,
            ends_at=ends_at,
        )
        for person in people
    )
    DisclosedRow.objects.bulk_create(
        DisclosedRow(
            disclosure=one,
            ref=new_reference(),
            on_list=shared,
            values={
                "name": f"Invented Person {place}",
                "phone": [f"07700 9{place:05}"],
                "email": [f"person{place}@example.org"],
                "address": f"{place} Harbour Road, Southport",
            },
            released_at=at,
            ends_at=ends_at,
        )
        for place, one in enumerate(disclosures)
    )


def _session(user) -> str:  # type: ignore[no-untyped-def]
    """The key of a session of somebody who signed in and proved a second factor."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from ccis.accounts.factors.queries import PROVED

    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[PROVED] = [user.pk, time.time()]
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
