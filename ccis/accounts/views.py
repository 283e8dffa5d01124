"""Pages of one's own account that the sign-in library does not have."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView, TemplateView

from ccis.access.checks import memberships_of
from ccis.access.middleware import SESSION_KEY
from ccis.access.views import chosen_authority, signed_in_user
from ccis.accounts import presenters
from ccis.accounts.forms import ChooseAuthorityForm
from ccis.accounts.queries import recent_sign_ins


@method_decorator(login_not_required, name="dispatch")
class SignedOut(TemplateView):
    """Says that the person is signed out, and after the idle end what is kept (pages §5.3)."""

    template_name = "account/signed_out.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
        return super().get_context_data(
            next=page if is_ours and page != "/" else "",
            ended=getattr(self.request, "session_ended", None),
            minutes=settings.CCIS_IDLE_MINUTES,
            hours=settings.CCIS_SESSION_HOURS,
            **kwargs,
        )


class YourAccount(TemplateView):
    """Who one is here, what part one plays, and the last times that one signed in."""

    template_name = "account/your_account.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in_user(self.request)
        memberships = memberships_of(user)
        return super().get_context_data(
            details=presenters.details(user, memberships),
            several=len(memberships) > 1,
            sign_ins=presenters.sign_ins(recent_sign_ins(user, presenters.SAID)),
            **kwargs,
        )


class ChooseAuthority(FormView[ChooseAuthorityForm]):
    """Lets staff of several authorities say which one they are working for."""

    form_class = ChooseAuthorityForm
    template_name = "account/choose_authority.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        memberships = memberships_of(signed_in_user(self.request))
        authorities = [membership.authority for membership in memberships]
        return super().get_form_kwargs() | {"authorities": authorities}

    def get_initial(self) -> dict[str, Any]:
        authority = chosen_authority(self.request)
        return {"authority": authority.code} if authority else {}

    def form_valid(self, form: ChooseAuthorityForm) -> HttpResponse:
        self.request.session[SESSION_KEY] = form.cleaned_data["authority"]
        return redirect("/")
