"""Editions of the return: codes, rules, currency, gaps, what changed (pages §2.8)."""

from typing import Any

from django.http import HttpRequest

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import chosen_authority, signed_in_user
from returns import editions
from returns.presenters import editions as presenter
from returns.views.base import ShowReturnPage


class EditionPage(ShowReturnPage):
    """A page about editions: for those who see returns, and for those who see the settings."""

    place = "editions"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and not holds(
            signed_in_user(request), Permission.SEE_RETURNS, chosen_authority(request)
        ):
            self.permission = Permission.SEE_SETTINGS

    @property
    def frame(self) -> dict[str, Any]:
        sees_returns = self.permission == Permission.SEE_RETURNS
        return super().frame | ({} if sees_returns else {"places": []})


class Editions(EditionPage):
    """The editions that there are."""

    template_name = "returns/editions.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(editions=presenter.all_editions(), **kwargs)


class ShowEdition(EditionPage):
    """One edition, whole."""

    template_name = "returns/edition.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = editions.load(self.kwargs["edition"])
        before = presenter.edition_before(edition)
        return super().get_context_data(
            edition=edition,
            in_force=presenter.in_force(edition),
            is_newest=edition.name == editions.newest().name,
            before=before,
            differences=presenter.differences(before, edition) if before else [],
            activities=presenter.activities(edition),
            lists=presenter.code_lists(edition),
            rules=presenter.rules(edition),
            elements=presenter.elements(edition),
            ages=presenter.ages(edition),
            **kwargs,
        )
