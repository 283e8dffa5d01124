"""The library's pages about second factors, with our addresses, words and order."""

from typing import Any

from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.recovery_codes.internal import flows as codes_flows
from allauth.mfa.totp import views as totp_views
from allauth.mfa.totp.internal import flows as totp_flows
from allauth.mfa.webauthn import views as webauthn_views
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from ccis.access.middleware import GOING_TO
from ccis.access.views import signed_in_user
from ccis.accounts.actions.factors import remember_step
from ccis.accounts.factors import presenters
from ccis.accounts.factors.adapter import NOT_TAKEN, FactorAdapter
from ccis.accounts.factors.queries import (
    app_of,
    has_factor,
    mark_proved,
    passkey_named,
    passkeys_of,
    passkeys_work_at,
    recovery_codes_of,
)
from ccis.accounts.signals import CODES_SHOWN, FACTOR_FAILED, SESSIONS_ENDED
from ccis.audit import trail

SHOWN_CODES = "recovery_codes_shown"
"""Key of the session: which recovery codes it shows, and until when (seconds since 1970)."""

SHOWN_FOR = 10 * 60
"""Seconds in which codes that were just made can be read and downloaded."""


class YourFactors(base_views.IndexView):  # type: ignore[misc]
    """What one has set up besides a password; or, where nothing is and it must be, the choice."""

    def get_context_data(self, **kwargs: Any) -> Any:
        user = signed_in_user(self.request)
        app, passkeys, codes = app_of(user), passkeys_of(user), recovery_codes_of(user)
        return super().get_context_data(
            must=bool(getattr(self.request, "must_set_up_factor", False)),
            has_any=bool(app or passkeys),
            app=presenters.app_summary(app) if app else None,
            passkeys=presenters.passkeys_summary(passkeys) if passkeys else None,
            passkeys_work=passkeys_work_at(self.request),
            codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
            **kwargs,
        )


class SecondStep(base_views.AuthenticateView):  # type: ignore[misc]
    """The second step of signing in: a code, or a passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        _record_refused_passkey(form, self.stage.login.user)
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.stage.login.user
        return {
            **super().get_context_data(**kwargs),
            "has_passkey": bool(passkeys_of(user)) and passkeys_work_at(self.request),
            "has_app": app_of(user) is not None,
            "has_errors": bool(self.webauthn_form.is_bound and self.webauthn_form.errors),
        }


class _LeadsOn:
    """After the proof, leads to the page that someone was on the way to when it was asked for."""

    request: HttpRequest

    def get_default_success_url(self) -> str:
        wanted: str | None = self.request.session.pop(GOING_TO, None)
        return wanted or str(super().get_default_success_url())  # type: ignore[misc]


class CodeAgain(_LeadsOn, base_views.ReauthenticateView):  # type: ignore[misc]
    """A code before something that needs proof."""


# -- the app -------------------------------------------------------------------------------


class SetUpApp(totp_views.ActivateTOTPView):  # type: ignore[misc]
    """Shows the secret as a QR code and in letters, and asks for the first code."""

    def form_valid(self, form: Any) -> HttpResponse:
        user, first = signed_in_user(self.request), not has_factor(signed_in_user(self.request))
        app, codes = totp_flows.activate_totp(self.request, form)
        remember_step(app, form.step)
        if first:
            mark_proved(self.request, user)
        messages.success(self.request, "Your app is set up")
        self.did_generate_recovery_codes = bool(codes)
        return redirect(self.get_success_url())


class RemoveApp(totp_views.DeactivateTOTPView):  # type: ignore[misc]
    """Removes the app, if another factor is left or none is needed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if app_of(signed_in_user(request)) is None:
            return redirect("mfa_index")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, "Your app is removed")
        return answer


# -- recovery codes ------------------------------------------------------------------------


def _codes_to_show(request: HttpRequest) -> list[str]:
    """The recovery codes that this session may show: once made, for ten minutes.

    Empty when there are none or their time is over. Asks for proof where that is needed.
    """
    codes, first_time = codes_flows.view_recovery_codes(request)
    if codes is None:
        return []
    now = int(timezone.now().timestamp())
    if first_time:
        request.session[SHOWN_CODES] = [codes.instance.pk, now + SHOWN_FOR]
        user = signed_in_user(request)
        trail.record(CODES_SHOWN, by=user, at=timezone.now(), authority=None, subject=user)
    shown, until = request.session.get(SHOWN_CODES, (None, 0))
    if shown != codes.instance.pk or now >= until:
        return []
    return [f"{code[:4]} {code[4:]}" for code in codes.get_unused_codes()]


class RecoveryCodes(codes_views.ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes that were just made; afterwards only how many are left."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if recovery_codes_of(signed_in_user(request)) is None:
            return redirect("mfa_index")
        page: HttpResponse = self.render_to_response(self.get_context_data(**kwargs))
        return page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        codes = recovery_codes_of(signed_in_user(self.request))
        return {
            **TemplateView.get_context_data(self, **kwargs),
            "codes": _codes_to_show(self.request),
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
            "onward": self.request.session.get(GOING_TO, "/"),
        }


class DownloadRecoveryCodes(codes_views.DownloadRecoveryCodesView):  # type: ignore[misc]
    """The codes that are being shown, as a text file."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if recovery_codes_of(signed_in_user(request)) is None:
            return redirect("mfa_index")
        codes = _codes_to_show(request)
        if not codes:
            return redirect("mfa_view_recovery_codes")
        answer = HttpResponse("\r\n".join([*codes, ""]), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
        answer["Cache-Control"] = "no-store, private"
        return answer


class NewRecoveryCodes(codes_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes new codes in place of the old."""


# -- passkeys ------------------------------------------------------------------------------


class PasskeySignIn(webauthn_views.LoginWebAuthnView):  # type: ignore[misc]
    """Takes the answer of a passkey from the sign-in page, and gives its question."""

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        _record_refused_passkey(form, None)
        for words in form.errors.get("credential", [NOT_TAKEN]):
            messages.error(self.request, words)
        return redirect("account_login")


class Passkeys(webauthn_views.ListWebAuthnView):  # type: ignore[misc]
    """One's passkeys, each with its name."""

    def get_context_data(self, **kwargs: Any) -> Any:
        passkeys = passkeys_of(signed_in_user(self.request))
        return super().get_context_data(
            passkeys=presenters.passkeys_summary(passkeys) if passkeys else None,
            passkeys_work=passkeys_work_at(self.request),
            **kwargs,
        )


class AddPasskey(webauthn_views.AddWebAuthnView):  # type: ignore[misc]
    """Has the browser make a passkey, and keeps its public half."""

    def form_valid(self, form: Any) -> HttpResponse:
        user, first = signed_in_user(self.request), not has_factor(signed_in_user(self.request))
        answer: HttpResponse = super().form_valid(form)
        if first:
            mark_proved(self.request, user)
        messages.success(self.request, "Your passkey is added")
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.get_form())
        form = kwargs["form"]
        has_errors = bool(form.is_bound and form.errors)  # before the next question is asked
        context = super().get_context_data()
        passkeys_work = passkeys_work_at(self.request)
        return {**context, "form": form, "has_errors": has_errors, "passkeys_work": passkeys_work}


class _OfOnePasskey:
    """Finds the passkey that an address names; leads back to the list when it is gone."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if passkey_named(signed_in_user(request), kwargs["ref"]) is None:
            return redirect("mfa_list_webauthn")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def get_object(self, queryset: Any = None) -> Authenticator | None:
        return passkey_named(signed_in_user(self.request), self.kwargs["ref"])


class RenamePasskey(_OfOnePasskey, webauthn_views.EditWebAuthnView):  # type: ignore[misc]
    """Gives a passkey another name."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, "The name is saved")
        return answer


class RemovePasskey(_OfOnePasskey, webauthn_views.RemoveWebAuthnView):  # type: ignore[misc]
    """Removes a passkey, if another factor is left or none is needed."""

    def get_context_data(self, **kwargs: Any) -> Any:
        may = FactorAdapter().can_delete_authenticator(self.object)
        return super().get_context_data(may=may, name=str(self.object), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        passkey = self.get_object()
        if not FactorAdapter().can_delete_authenticator(passkey):
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return page
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, "The passkey is removed")
        return answer


class PasskeyAgain(_LeadsOn, webauthn_views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey before something that needs proof."""

    def form_invalid(self, form: Any) -> HttpResponse:
        _record_refused_passkey(form, signed_in_user(self.request))
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form") or self.get_form()
        has_errors = bool(form.is_bound and form.errors)  # before the next question is asked
        return {**super().get_context_data(), "form": form, "has_errors": has_errors}


def _record_refused_passkey(form: Any, user: Any) -> None:
    """A passkey that was not accepted leaves its line; the library itself only tells of codes."""
    if "credential" not in form.fields:
        return
    kind = str(Authenticator.Type.WEBAUTHN)
    why = ",".join(
        sorted(error.code or "" for error in form.errors.as_data().get("credential", []))
    )
    at = timezone.now()
    trail.record(FACTOR_FAILED, by=None, at=at, authority=None, subject=user, kind=kind, reason=why)


# -- sessions ------------------------------------------------------------------------------


class Sessions(TemplateView):
    """Where one is signed in; another browser can be signed out from here."""

    template_name = "account/sessions.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = UserSession.objects.purge_and_list(signed_in_user(self.request))
        rows = presenters.sessions_rows(sessions, self.request.session.session_key)
        return super().get_context_data(sessions=rows, **kwargs)

    @transaction.atomic
    def post(self, request: HttpRequest) -> HttpResponse:
        """End one other session, by its number, or all others."""
        user = signed_in_user(request)
        others = UserSession.objects.filter(user=user).exclude(
            session_key=request.session.session_key
        )
        number = request.POST.get("session", "")
        if number == "others":
            user.end_sessions()
            user.save(update_fields=["sessions_key"])
            ending = list(others)
            this = UserSession.objects.filter(session_key=request.session.session_key)
            update_session_auth_hash(request, user)
            this.update(session_key=request.session.session_key)  # it goes on under another key
        else:
            ending = list(others.filter(pk=int(number) if number.isdecimal() else 0))
        for session in ending:
            session.end()
        trail.record(
            SESSIONS_ENDED,
            by=user,
            at=timezone.now(),
            authority=None,
            subject=user,
            count=len(ending),
        )
        messages.success(
            request,
            "The other browsers are signed out"
            if number == "others"
            else "That browser is signed out",
        )
        return redirect("sessions")
