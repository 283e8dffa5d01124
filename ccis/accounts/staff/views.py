"""Users and roles: who may sign in, to what, until when (pages §2.9; USE-09)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.accounts import lockout
from ccis.accounts.actions import invitations, lockouts, memberships
from ccis.accounts.actions.factors import CannotRemoveFactors, remove_factors
from ccis.accounts.actions.leftovers import take_back_grants
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.models import Invitation, Membership
from ccis.accounts.staff import presenters, queries
from ccis.accounts.staff.forms import (
    ChangeRoleForm,
    EndRoleForm,
    GiveRoleForm,
    InviteForm,
    RemoveFactorsForm,
    UserFilters,
)
from ccis.audit import trail
from ccis.audit.history import edits_of, in_rows
from ccis.authorities.places import settings_places
from ccis.authorities.policy import policy_of
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural

USER_SEEN = "user looked at"
DAYS_COUNTED = 90
ENDING_DAYS = 28
SHARED_DAYS = 30

SORTS = (
    Sort("name", "Name", ("name",)),
    Sort("signed-in", "Last signed in", ("-last_login",), nullable=True),
)
COLUMNS = [
    Column("Name", sort="name"),
    Column("Role"),
    Column("From"),
    Column("Until"),
    Column("Last signed in", sort="signed-in"),
    Column("Access"),
]


class ManagesUsers(RequiresPermission):
    """What the pages of the administrator share."""

    permission = Permission.MANAGE_USERS

    def link_to(self, token: str) -> str:
        """The whole address of an invitation's link."""
        return self.request.build_absolute_uri(reverse("invitations:link", args=[token]))

    def say_where_emails_go(self, said: str) -> None:
        """Tell what was done, and where the email is when it was not sent over the network."""
        messages.success(self.request, " ".join(filter(None, [said, presenters.where_emails_go()])))


class Users(ManagesUsers, TemplateView):
    """Everyone who has, had or will have a role here, and who is invited."""

    template_name = "accounts/users.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, at = timezone.localdate(), timezone.now()
        authority = authority_of(self.request)
        filters = UserFilters(
            self.request.GET, unused_days=policy_of(authority).unused_account_days
        )
        listed = page_of(
            filters.narrow(queries.staff_of(authority), authority, on=on, at=at),
            request=self.request,
            name="users",
            sorts=SORTS,
            key="ref",
            filters=filters,
        )
        words = {name: filters.chip_text(name, value) for name, value in filters.chosen.items()}
        waiting = queries.waiting_invitations(authority)
        return super().get_context_data(
            authority=authority,
            listed=presenters.presented(listed, words, on),
            columns=COLUMNS,
            caption_text="Users",
            waiting=presenters.invitation_rows(waiting, at),
            settings_places=settings_places(self.request),
            **kwargs,
        )


class Roles(ManagesUsers, TemplateView):
    """What each role may do, from the table that the service itself goes by."""

    template_name = "accounts/roles.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            roles=presenters.roles_in_words(),
            settings_places=settings_places(self.request),
            **kwargs,
        )


def refuse(form: forms.Form, error: CannotChangeAccess) -> None:
    """Say why an answer is refused, at the field that it is about where the form has it."""
    form.add_error(error.field if error.field in form.fields else None, error.message)


# -- invitations -----------------------------------------------------------------------------------


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


# -- one person ------------------------------------------------------------------------------------


class OneUser(ManagesUsers):
    """What pages about one person share; someone of another authority only is not found."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        authority = getattr(request, "authority", None)
        if not request.user.is_authenticated:
            return
        if authority is None:
            raise Http404
        self.person = get_object_or_404(queries.staff_of(authority), ref=kwargs["ref"])
        self.roles: list[Membership] = self.person.roles_here  # type: ignore[attr-defined]

    @property
    def address(self) -> str:
        return reverse("users:user", args=[self.person.ref])

    @property
    def is_looked_after(self) -> bool:
        return queries.is_looked_after(
            self.person, authority_of(self.request), timezone.localdate()
        )

    def around(self) -> dict[str, Any]:
        """What every question about a person needs to draw itself."""
        return {
            "person": self.person,
            "reference": show_reference(self.person.ref),
            "back": {"href": self.address, "text": "Back"},
            "cancel": self.address,
        }


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


class OneAccount(OneUser):
    """What acts on the account itself share: not found for who left, and works elsewhere now."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and not self.is_looked_after:
            raise Http404


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


class Review(ManagesUsers, TemplateView):
    """Accounts to look at again, each with why and what to do (USE-09)."""

    template_name = "accounts/review.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, at = timezone.localdate(), timezone.now()
        authority = authority_of(self.request)
        days = policy_of(authority).unused_account_days
        return super().get_context_data(
            authority=authority,
            days=days,
            ending_days=ENDING_DAYS,
            shared_days=SHARED_DAYS,
            unused=presenters.unused_rows(queries.unused(authority, at=at, on=on, days=days), on),
            ending=presenters.ending_rows(queries.about_to_end(authority, on=on, days=ENDING_DAYS)),
            without=presenters.without_factor_rows(
                queries.without_second_factor(authority, on=on), on
            ),
            shared=presenters.shared_rows(
                queries.in_two_places(authority, on=on, since=at - timedelta(days=SHARED_DAYS))
            ),
            leftovers=queries.leftover_grants(authority, on=on),
            settings_places=settings_places(self.request),
            back={"href": reverse("users:users"), "text": "Users"},
            **kwargs,
        )
