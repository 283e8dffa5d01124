"""From the link in an email to an account: who invites, to what, a password, the terms (LC-10).

The first page takes the token out of the address and into the session, and sends the browser on, so
that the token is in no page's address, no log of ours and no Referer. Opening a link uses nothing
up, since programs that look through email open links too: pressing the button does.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import FormView, View

from ccis.access.middleware import SESSION_KEY as CHOSEN_AUTHORITY
from ccis.access.roles import Role
from ccis.accounts.actions import invitations
from ccis.accounts.errors import CannotChangeAccess, CannotJoin
from ccis.accounts.joining.forms import AcceptForm, JoinForm
from ccis.accounts.models import Invitation, User
from ccis.accounts.terms import TERMS

IN_SESSION = "invitation"

WITHOUT_TRACE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store, private"}
"""On the address that holds the token. The next page has none, and sends its form with an Origin,
which a page under ``no-referrer`` does not: browsers then say ``null``, and the form is refused."""


@method_decorator(login_not_required, name="dispatch")
class OpenLink(View):
    """Takes the token out of the address. Says nothing about it: the next page does."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        digest = invitations.digest_of(token)
        request.session.pop(IN_SESSION, None)
        if Invitation.objects.filter(token_digest=digest).exists():
            request.session[IN_SESSION] = digest
        response = redirect("invitations:join")
        for name, value in WITHOUT_TRACE.items():
            response[name] = value
        return response


@method_decorator(login_not_required, name="dispatch")
class Join(FormView[AcceptForm]):
    """Says who invites to what, and takes the password and the word of the person who joins."""

    template_name = "accounts/join.jinja"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        digest = request.session.get(IN_SESSION, "")
        self.invitation = (
            Invitation.objects.select_related("authority", "invited_by")
            .filter(token_digest=digest)
            .first()
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = self._answer(request, *args, **kwargs)
        response["Cache-Control"] = WITHOUT_TRACE["Cache-Control"]
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.invitation is None:
            return self.refuse("unknown")
        if not self.invitation.can_be_used(timezone.now()):
            return self.refuse("cannot be used")
        if isinstance(request.user, User) and request.user.email != self.invitation.email:
            return self.refuse("someone else")
        if self.must_sign_in:
            return TemplateResponse(request, "accounts/join_sign_in.jinja", self.about)
        return super().dispatch(request, *args, **kwargs)

    @property
    def held(self) -> Invitation:
        """The invitation, where ``_answer`` has seen that there is one."""
        if self.invitation is None:
            raise CannotJoin
        return self.invitation

    @property
    def must_sign_in(self) -> bool:
        """Whether the address has an open account, whose owner has not signed in."""
        if self.request.user.is_authenticated:
            return False
        return User.objects.filter(email=self.held.email, is_active=True).exists()

    @property
    def about(self) -> dict[str, Any]:
        """What the pages say of the invitation."""
        return {
            "invitation": self.held,
            "authority": self.held.authority,
            "role": Role(self.held.role).label,
            "by": self.held.invited_by.name if self.held.invited_by else "",
            "terms": TERMS,
        }

    def get_form_class(self) -> type[AcceptForm]:
        return AcceptForm if self.request.user.is_authenticated else JoinForm

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        if self.get_form_class() is JoinForm:
            given["person"] = User(name=self.held.name, email=self.held.email)
        return given

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.about, **kwargs)

    def form_valid(self, form: AcceptForm) -> HttpResponse:
        try:
            return self._join(form)
        except CannotJoin:
            return self.refuse("cannot be used")
        except CannotChangeAccess as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)

    def _join(self, form: AcceptForm) -> HttpResponse:
        at, user = timezone.now(), self.request.user
        if isinstance(user, User):
            invitations.accept_as(self.held, user=user, terms=TERMS, at=at)
            self._begin()
            messages.success(self.request, f"You now work for {self.held.authority.title} too")
            return redirect("/")
        user = invitations.accept_as_new(
            self.held, password=form.cleaned_data["password"], terms=TERMS, at=at
        )
        self._begin()
        record_authentication(self.request, user, method="password", email=user.email)
        signed_in: HttpResponse = perform_login(
            self.request, user, email_verification="none", redirect_url="/"
        )
        return signed_in

    def _begin(self) -> None:
        """Forget the invitation, and work for the authority that it was for."""
        self.request.session.pop(IN_SESSION, None)
        self.request.session[CHOSEN_AUTHORITY] = self.held.authority.code

    def refuse(self, why: str) -> HttpResponse:
        """Say that the link does not work, and whom to ask; record it where it once did."""
        if self.invitation is not None:
            user = self.request.user
            invitations.record_refusal(
                self.invitation,
                by=user if isinstance(user, User) else None,
                at=timezone.now(),
                why=why,
            )
        return TemplateResponse(
            self.request,
            "accounts/join_refused.jinja",
            {
                "authority": self.invitation.authority if self.invitation else None,
                "someone_else": why == "someone else",
            },
        )
