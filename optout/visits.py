"""One visit to the public pages: what was answered so far, kept for 20 minutes (pages §4.12).

The phone holds a random key and nothing else. What was answered stands in the shared cache under a
digest of the key, encrypted with it: neither the phone nor the cache alone tells anything, and
when the key goes from the phone, or the time is over, nobody can read it (docs/adr/0035).
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from caseload.models import YoungPerson
from ccis.authorities.models import Authority

COOKIE = "choices"
MINUTES = 20
KEY_LENGTH = 44


@dataclass
class Visit:
    """What one visit holds. ``key`` is what the phone keeps."""

    key: str
    person: int | None = None
    """Whose code opened it."""
    authority: str = ""
    who: dict[str, Any] = field(default_factory=dict)
    """What someone without a code says of themselves."""
    want: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    sendings: int = 0
    sent: dict[str, Any] = field(default_factory=dict)
    """What was sent last: the reference and what it was."""

    @property
    def sent_key(self) -> str:
        """Names the sending that comes next: sent twice, it is one."""
        text = f"optout.sending {self.sendings} {self.key}"
        return hashlib.sha256(text.encode()).hexdigest()

    def young_person(self) -> YoungPerson | None:
        """Whose code opened it, read again; merged meanwhile, the record that stays."""
        if self.person is None:
            return None
        people = YoungPerson.objects.select_related("lead_authority")
        person = people.filter(pk=self.person).first()
        while person is not None and person.merged_into_id is not None:
            person = people.filter(pk=person.merged_into_id).first()
        return person

    def council(self) -> Authority | None:
        """The authority that it is about; the only one kept here where there is one."""
        person = self.young_person()
        if person is not None:
            return person.lead_authority
        served = list(Authority.objects.served().order_by("name")[:2])
        if len(served) == 1:
            return served[0]
        return Authority.objects.served().filter(code=self.authority).first()

    def forget_question(self) -> None:
        """Begin anew with what is wanted, as the same person."""
        self.want, self.detail = "", {}

    def keep(self) -> None:
        """Keep it for another 20 minutes."""
        held = asdict(self)
        del held["key"]
        sealed = Fernet(self.key).encrypt(json.dumps(held).encode())
        cache.set(_name(self.key), sealed, MINUTES * 60)


def begin() -> Visit:
    """A visit with nothing in it."""
    return Visit(key=Fernet.generate_key().decode())


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit that a phone is in the middle of; ``None`` where there is none, or no more."""
    key = request.COOKIES.get(COOKIE, "")
    if len(key) != KEY_LENGTH:
        return None
    sealed = cache.get(_name(key))
    if sealed is None:
        return None
    try:
        return Visit(key=key, **json.loads(Fernet(key).decrypt(sealed)))
    except (InvalidToken, ValueError, TypeError):
        return None


def carry(response: HttpResponseBase, visit: Visit) -> None:
    """Let the phone keep the key for another 20 minutes."""
    response.set_cookie(
        COOKIE,
        visit.key,
        max_age=MINUTES * 60,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def end(request: HttpRequest, response: HttpResponseBase) -> None:
    """Leave nothing on the phone, and nothing that it could open."""
    key = request.COOKIES.get(COOKIE, "")
    if key:
        cache.delete(_name(key))
    response.delete_cookie(COOKIE, samesite="Lax")
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache"'


def _name(key: str) -> str:
    return f"choices:visit:{hashlib.sha256(key.encode()).hexdigest()}"
