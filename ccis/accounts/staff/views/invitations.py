"""Inviting someone, and what becomes of an invitation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from ccis.access.views import authority_of, signed_in_user
from ccis.accounts.actions import invitations
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.models import Invitation
from ccis.accounts.staff import presenters
from ccis.accounts.staff.forms import (
    InviteForm,
)
from ccis.accounts.staff.views.base import ManagesUsers, refuse
from ccis.authorities.policy import policy_of


class Invite(ManagesUsers, FormView[InviteForm]):
    """Asks whom to invite, and to what."""

    form_class = InviteForm
    template_name = "accounts/invite.jinja"

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        users = reverse("users:users")
        return super().get_context_data(
            authority=authority_of(self.request),
            days=policy_of(authority_of(self.request)).invitation_days,
            back={"href": users, "text": "Users"},
            cancel=users,
            **kwargs,
        )

    def form_valid(self, form: InviteForm) -> HttpResponse:
        try:
            invitations.invite(
                authority=authority_of(self.request),
                by=signed_in_user(self.request),
                at=timezone.now(),
                link_to=self.link_to,
                service=settings.CCIS_SERVICE_NAME,
                **form.cleaned_data,
            )
        except CannotChangeAccess as error:
            refuse(form, error)
            return self.form_invalid(form)
        self.say_where_emails_go("Invitation sent.")
        return redirect("users:users")


class OneInvitation(ManagesUsers):
    """What pages about one invitation share; another authority's is not found."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.invitation = get_object_or_404(
                Invitation.objects.select_related("authority", "invited_by"),
                authority=getattr(request, "authority", None),
                ref=kwargs["invitation"],
            )


class ShowInvitation(OneInvitation, TemplateView):
    """One invitation, and what can be done with it."""

    template_name = "accounts/invitation.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        kwargs["invitation"] = self.invitation  # in place of the reference in the address
        return super().get_context_data(
            details=presenters.invitation_details(self.invitation),
            works=self.invitation.can_be_used(at),
            waits=not (self.invitation.accepted_at or self.invitation.withdrawn_at),
            back={"href": reverse("users:users"), "text": "Users"},
            **kwargs,
        )


class SendAgain(OneInvitation, View):
    """Sends a new link; the old one dies."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            invitations.send_again(
                self.invitation,
                by=signed_in_user(request),
                at=timezone.now(),
                link_to=self.link_to,
                service=settings.CCIS_SERVICE_NAME,
            )
        except CannotChangeAccess as error:
            messages.warning(request, error.message)
        else:
            self.say_where_emails_go(
                "A new link has been sent. The one before does not work any more."
            )
        return redirect("users:invitation", invitation=self.invitation.ref)


class Withdraw(OneInvitation, View):
    """Takes an invitation back."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            invitations.withdraw(self.invitation, by=signed_in_user(request), at=timezone.now())
        except CannotChangeAccess as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, "Invitation taken back. Its link does not work any more.")
        return redirect("users:users")
