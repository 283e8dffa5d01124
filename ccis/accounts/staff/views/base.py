"""What the pages of users and roles share."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.models import Membership
from ccis.accounts.staff import presenters, queries
from ccis.audit import trail


class ManagesUsers(RequiresPermission):
    """What the pages of the administrator share."""

    permission = Permission.MANAGE_USERS

    def link_to(self, token: str) -> str:
        """The whole address of an invitation's link."""
        return self.request.build_absolute_uri(reverse("invitations:link", args=[token]))

    def note(self, verb: str, at: datetime, **details: Any) -> None:
        """Leave a line that the administrator looked at users of the authority."""
        user, authority = signed_in_user(self.request), authority_of(self.request)
        trail.record(verb, by=user, at=at, authority=authority, **details)

    def say_where_emails_go(self, said: str) -> None:
        """Tell what was done, and where the email is when it was not sent over the network."""
        messages.success(self.request, " ".join(filter(None, [said, presenters.where_emails_go()])))


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


class OneAccount(OneUser):
    """What acts on the account itself share: not found for who left, and works elsewhere now."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and not self.is_looked_after:
            raise Http404


def refuse(form: forms.Form, error: CannotChangeAccess) -> None:
    """Say why an answer is refused, at the field that it is about where the form has it."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
