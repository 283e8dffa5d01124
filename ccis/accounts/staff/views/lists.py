"""Everyone who may sign in, what each role may do, and whom to look at again (USE-09)."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from ccis.access.views import authority_of
from ccis.accounts.staff import presenters, queries
from ccis.accounts.staff.forms import (
    UserFilters,
)
from ccis.accounts.staff.views.base import ManagesUsers
from ccis.authorities.places import settings_places
from ccis.authorities.policy import policy_of
from ccis.govuk.lists import Column, Sort, page_of

USERS_SEEN = "list of users looked at"
REVIEW_SEEN = "review of users looked at"
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
        self.note(USERS_SEEN, at, found=listed.total)
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


class Review(ManagesUsers, TemplateView):
    """Accounts to look at again, each with why and what to do (USE-09)."""

    template_name = "accounts/review.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, at = timezone.localdate(), timezone.now()
        authority = authority_of(self.request)
        days = policy_of(authority).unused_account_days
        self.note(REVIEW_SEEN, at)
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
