"""Using and removing second factors, each with its line in the trail."""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db import transaction

from ccis.accounts.factors.queries import app_of, recovery_codes_of
from ccis.accounts.factors.rules import Judgement, Verdict, digits_of, judge
from ccis.accounts.factors.sealing import open_sealed
from ccis.accounts.models import User
from ccis.accounts.signals import FACTOR_REMOVED
from ccis.audit import trail
from ccis.authorities.models import Authority

LAST_STEP = "last_step"
"""Key in an app's data: the latest step of time whose code was accepted."""

STEP_SECONDS = 30

NOT_RIGHT = {
    Verdict.WRONG: "That code is not right. Enter the code that your app shows now",
    Verdict.USED: "That code has been used. Wait until your app shows the next one, and enter that",
    Verdict.TOO_OLD: (
        "That code is too old. Enter the code that your app shows now. "
        "If this happens again, set the time on your telephone to automatic"
    ),
}
NOT_RIGHT_RECOVERY = {
    Verdict.WRONG: "That is not one of your recovery codes. Check it, and enter it again",
    Verdict.USED: "That recovery code has been used. Each works once: enter another one",
}


class CannotUseCode(Exception):
    """A code is not accepted. ``verdict`` says why, ``message`` says it to the person."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class CannotRemoveFactors(Exception):
    """Someone's second factors cannot be removed as asked; the words are fit for the screen."""


@transaction.atomic
def remove_factors(
    user: User, *, by: User, at: datetime, why: str, authority: Authority | None = None
) -> int:
    """Remove all of someone's second factors, as after a lost telephone, and end their sessions.

    They set up new ones when they next sign in, if their role needs one (PIA-13). Returns how
    many factors there were, recovery codes among them. Raises ``CannotRemoveFactors`` where there
    is none, and for one's own, which are removed on one's own pages with proof.
    """
    if by.pk == user.pk:
        raise CannotRemoveFactors("Remove your own on your account page, where you prove it is you")
    there = list(Authenticator.objects.select_for_update().filter(user=user))
    if not there:
        raise CannotRemoveFactors("They have no second factor")
    for factor in there:
        trail.record(
            FACTOR_REMOVED,
            by=by,
            at=at,
            authority=authority,
            subject=user,
            kind=factor.type,
            reason=why.strip()[:200],
        )
    Authenticator.objects.filter(pk__in=[factor.pk for factor in there]).delete()
    user.end_sessions()
    user.save(update_fields=["sessions_key"])
    return len(there)


@transaction.atomic
def use_code(user: User, typed: str, *, at: datetime) -> Authenticator:
    """Accept a code of someone's app or one of their recovery codes, once.

    Returns the factor that it belongs to. Raises ``CannotUseCode``; six digits are taken for a
    code of the app where there is one, anything else for a recovery code.
    """
    code = digits_of(typed)
    app = app_of(user)
    codes = recovery_codes_of(user)
    if app is not None and (codes is None or len(code) <= settings.MFA_TOTP_DIGITS):
        return _use_app(app, code, at)
    return _use_recovery(codes, code)


def check_new_app(secret: str, typed: str, *, at: datetime) -> int:
    """The step of time of the first code of an app that is being set up.

    Raises ``CannotUseCode``.
    """
    return _step(_judged(secret, digits_of(typed), at, None))


def remember_step(app: Authenticator, step: int) -> None:
    """Never again accept a code of this step of time or of one before it."""
    app.data[LAST_STEP] = step
    app.save(update_fields=["data"])


def _use_app(app: Authenticator, code: str, at: datetime) -> Authenticator:
    held = Authenticator.objects.select_for_update().get(pk=app.pk)  # one at a time
    secret = open_sealed(held.data["secret"])
    remember_step(held, _step(_judged(secret, code, at, held.data.get(LAST_STEP))))
    return held


def _use_recovery(codes: Authenticator | None, code: str) -> Authenticator:
    if codes is None:
        raise CannotUseCode(Verdict.WRONG, NOT_RIGHT_RECOVERY[Verdict.WRONG])
    held = codes.wrap()
    if held.validate_code(code):
        found: Authenticator = held.instance
        return found
    used = code in held.generate_codes()
    verdict = Verdict.USED if used else Verdict.WRONG
    raise CannotUseCode(verdict, NOT_RIGHT_RECOVERY[verdict])


def _judged(secret: str, code: str, at: datetime, last_used: int | None) -> Judgement:
    now = int(at.timestamp()) // STEP_SECONDS
    return judge(code, code_at=_codes_of(secret), now=now, last_used=last_used)


def _codes_of(secret: str) -> Callable[[int], str]:
    return lambda step: str(format_hotp_value(hotp_value(secret, step)))


def _step(judgement: Judgement) -> int:
    if judgement.step is None:
        raise CannotUseCode(judgement.verdict, NOT_RIGHT[judgement.verdict])
    return judgement.step
