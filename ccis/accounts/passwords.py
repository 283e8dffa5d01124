"""Which passwords are refused: the short, the common, and those that anyone would guess first.

The national advice (docs/adr/0018-who-gets-in.md): length and a list of what is refused, and no
rule about capitals, digits or signs. Spaces and pasting are welcome.
"""

import re
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from ccis.accounts.models import User

LEAST_LETTERS_OF_ITS_OWN = 6
"""So many must be left when the words that anyone would guess are taken out."""
LEAST_DIFFERENT = 5
LONGEST = 200

LOOKS_LIKE = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"})
GUESSED_FIRST = (
    "password passphrase passwort welcome letmein changeme qwerty qwertyuiop asdfgh zxcvbn admin "
    "administrator secret login council caseload young people childrens children service county "
    "borough london education nccis ccis neet spring summer autumn winter january february march "
    "april june july august september october november december monday tuesday wednesday thursday "
    "friday saturday sunday"
)
RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890" * 3)


class LongEnough:
    """At least so many characters, spaces counted; and not so many that checking them is slow."""

    def __init__(self, min_length: int = 12) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.min_length:
            raise ValidationError(
                f"Password must be at least {self.min_length} characters", code="too_short"
            )
        if len(password) > LONGEST:
            raise ValidationError(
                f"Password must be {LONGEST} characters or fewer", code="too_long"
            )

    def get_help_text(self) -> str:
        return f"At least {self.min_length} characters."


class NotCommon(CommonPasswordValidator):
    """Not among the 20,000 commonest, nor one of them with digits or signs before or after."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.lower().strip()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        tried = {plain, core, core.translate(LOOKS_LIKE), re.sub(r"\s", "", plain)}
        if any(word and word in self.passwords for word in tried):
            raise ValidationError(
                "Password is one of those that people guess first. Choose another",
                code="common",
            )

    def get_help_text(self) -> str:
        return "Not one of the commonest passwords."


class NotGuessable:
    """Not made of the person's own name or address, the council's or the service's words, or a run.

    What is left without them must have at least six letters or digits of its own.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        plain = re.sub(r"[\W_]", "", password.casefold())
        if len(set(plain)) < LEAST_DIFFERENT or _is_a_run(plain):
            raise ValidationError(
                "Password repeats itself or is a run of keys. Choose another", code="run"
            )
        words = sorted(_words(user), key=len, reverse=True)
        if any(_left(text, words) < LEAST_LETTERS_OF_ITS_OWN for text in _read(plain)):
            raise ValidationError(
                "Password is too near your name, your address or the words of this service. "
                "Choose another",
                code="guessable",
            )

    def get_help_text(self) -> str:
        return "Not your name, and not the name of the council or of this service."


class NotThePresentOne:
    """A new password is a new one."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and user.pk and user.has_usable_password():
            present = User.objects.filter(pk=user.pk).first()
            if present is not None and present.check_password(password):
                raise ValidationError(
                    "That is the password that you have now. Choose another", code="present"
                )

    def get_help_text(self) -> str:
        return "Not the one that you have now."


def _read(plain: str) -> set[str]:
    """The password as typed, and with the signs that stand for letters read as letters."""
    return {plain, plain.translate(LOOKS_LIKE)}


def _is_a_run(plain: str) -> bool:
    """Whether it is a run of keys, forwards or back, or a short piece over and over."""
    for size in range(1, len(plain) // 2 + 1):
        if plain == (plain[:size] * len(plain))[: len(plain)] and size < LEAST_DIFFERENT + 1:
            return True
    return any(plain in run or plain in run[::-1] for run in RUNS)


def _words(user: User | None) -> set[str]:
    """Words that anyone would try first against this person."""
    named = [settings.CCIS_COUNCIL_NAME, settings.CCIS_SERVICE_NAME]
    if user is not None:
        named += [user.name, user.email]
        if user.pk:
            here = user.memberships.select_related("authority")
            named += chain.from_iterable(
                (membership.authority.name, membership.authority.council_name)
                for membership in here
            )
    parts = chain.from_iterable(re.split(r"[\W_\d]+", text.casefold()) for text in named)
    return {part for part in parts if len(part) >= 3} | set(GUESSED_FIRST.split())


def _left(text: str, words: list[str]) -> int:
    """How many letters and digits are left of a text without the words; years do not count."""
    for word in words:
        text = text.replace(word, " ")
    text = re.sub(r"(19|20)\d\d|123+4*5*6*7*8*9*0*", " ", text)
    return len(re.sub(r"\W", "", text))
