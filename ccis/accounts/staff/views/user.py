"""One person: what their account is, and what is done to it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from ccis.access.views import authority_of, signed_in_user
from ccis.accounts import lockout
from ccis.accounts.actions import lockouts, memberships
from ccis.accounts.actions.factors import CannotRemoveFactors, remove_factors
from ccis.accounts.actions.leftovers import take_back_grants
from ccis.accounts.staff import presenters, queries
from ccis.accounts.staff.forms import (
    RemoveFactorsForm,
)
from ccis.accounts.staff.views.base import OneAccount, OneUser
from ccis.audit import trail
from ccis.audit.history import edits_of, in_rows
from ccis.govuk.words import plural

USER_SEEN = "user looked at"
DAYS_COUNTED = 90


class ShowUser(OneUser, TemplateView):
    """One person: roles with dates, second factors, and how the account is used."""

    template_name = "accounts/user.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, at = timezone.localdate(), timezone.now()
        authority = authority_of(self.request)
        trail.record(
            USER_SEEN,
            by=signed_in_user(self.request),
            at=at,
            authority=authority,
            subject=self.person,
        )
        locked = lockout.locked_until(self.person.email, at=at)
        return super().get_context_data(
            person=self.person,
            details=presenters.details(
                self.person,
                elsewhere=queries.has_role_elsewhere(self.person, authority, on),
                counts=queries.sign_in_counts(self.person, since=at - timedelta(days=DAYS_COUNTED)),
                locked_until=locked,
            )
            if self.is_looked_after
            else presenters.who(self.person),
            roles=presenters.roles_here(self.roles, on),
            is_looked_after=self.is_looked_after,
            may_give=not any(one.ends_on is None for one in self.roles),
            factors=presenters.factor_rows(queries.factors_of(self.person)),
            is_oneself=self.person.pk == signed_in_user(self.request).pk,
            is_locked=locked is not None,
            edits=in_rows(edits_of(self.person, leaving_out=("id", "ref", "sessions_key"))),
            back={"href": reverse("users:users"), "text": "Users"},
            **kwargs,
        )


class RemoveFactors(OneAccount, FormView[RemoveFactorsForm]):
    """Removes someone's second factors, as after a lost telephone."""

    form_class = RemoveFactorsForm
    template_name = "accounts/remove_factors.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.around(), **kwargs)

    def form_valid(self, form: RemoveFactorsForm) -> HttpResponse:
        try:
            remove_factors(
                self.person,
                by=signed_in_user(self.request),
                at=timezone.now(),
                why=form.cleaned_data["why"],
                authority=authority_of(self.request),
            )
        except CannotRemoveFactors as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request,
            "Second factors removed. They set up a new one when they next sign in",
        )
        return redirect(self.address)


class Unlock(OneAccount, View):
    """Lets someone try again whom too many wrong passwords have locked out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lockouts.unlock(
            self.person,
            by=signed_in_user(request),
            authority=authority_of(request),
            at=timezone.now(),
        )
        messages.success(request, "They can try again now")
        return redirect(self.address)


class SignOutEverywhere(OneAccount, View):
    """Ends someone's sessions, wherever they are signed in."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        memberships.sign_out_everywhere(
            self.person,
            by=signed_in_user(request),
            authority=authority_of(request),
            at=timezone.now(),
        )
        messages.success(request, "They are signed out everywhere")
        return redirect(self.address)


class TakeBackGrants(OneUser, View):
    """Takes back leave for single records that stayed when a role ended."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = take_back_grants(
            self.person,
            authority=authority_of(request),
            by=signed_in_user(request),
            at=timezone.now(),
        )
        messages.success(request, f"Leave for {plural(count, 'record')} taken back")
        return redirect("users:review")
