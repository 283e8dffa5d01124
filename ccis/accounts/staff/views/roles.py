"""One person's roles: given, changed, ended, kept."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView, View

from ccis.access.views import authority_of, signed_in_user
from ccis.accounts.actions import memberships
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.staff import presenters
from ccis.accounts.staff.forms import (
    ChangeRoleForm,
    EndRoleForm,
    GiveRoleForm,
)
from ccis.accounts.staff.views.base import OneUser, refuse


class GiveRole(OneUser, FormView[GiveRoleForm]):
    """Gives a role to someone who has none here at that time; a closed account opens again."""

    form_class = GiveRoleForm
    template_name = "accounts/give_role.jinja"

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.around(), **kwargs)

    def form_valid(self, form: GiveRoleForm) -> HttpResponse:
        try:
            memberships.give(
                user=self.person,
                authority=authority_of(self.request),
                by=signed_in_user(self.request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CannotChangeAccess as error:
            refuse(form, error)
            return self.form_invalid(form)
        messages.success(self.request, "Role given")
        return redirect(self.address)


class OneRole(OneUser):
    """What pages about one of a person's roles share."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            if not 1 <= kwargs["number"] <= len(self.roles):
                raise Http404
            self.membership = self.roles[kwargs["number"] - 1]

    def around(self) -> dict[str, Any]:
        words = presenters.role_words(self.membership.role, self.membership.leads_team)
        return super().around() | {"role": words}


class ChangeRole(OneRole, FormView[ChangeRoleForm]):
    """Lets another role follow on this one."""

    form_class = ChangeRoleForm
    template_name = "accounts/change_role.jinja"

    def get_initial(self) -> dict[str, Any]:
        return {
            "role": self.membership.role,
            "leads_team": self.membership.leads_team,
            "from_day": max(timezone.localdate(), self.membership.starts_on),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.around(), **kwargs)

    def form_valid(self, form: ChangeRoleForm) -> HttpResponse:
        try:
            memberships.change(
                membership=self.membership,
                today=timezone.localdate(),
                by=signed_in_user(self.request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CannotChangeAccess as error:
            refuse(form, error)
            return self.form_invalid(form)
        messages.success(self.request, "Role changed")
        return redirect(self.address)


class EndRole(OneRole, FormView[EndRoleForm]):
    """Ends a role on a day."""

    form_class = EndRoleForm
    template_name = "accounts/end_role.jinja"

    def get_initial(self) -> dict[str, Any]:
        return {"ends_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.around(), **kwargs)

    def form_valid(self, form: EndRoleForm) -> HttpResponse:
        today = timezone.localdate()
        try:
            memberships.end(
                membership=self.membership,
                on=form.cleaned_data["ends_on"],
                today=today,
                by=signed_in_user(self.request),
                at=timezone.now(),
            )
        except CannotChangeAccess as error:
            refuse(form, error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            "Role ended" if form.cleaned_data["ends_on"] <= today else "The role will end then",
        )
        return redirect(self.address)


class KeepRole(OneRole, View):
    """Takes back an end that has not come yet."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            memberships.keep(
                membership=self.membership,
                today=timezone.localdate(),
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotChangeAccess as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, "The role goes on without an end")
        return redirect(self.address)
