"""What every page of letters stands on."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from optout.letters.models import Batch

PLACES = (
    ("letters:batches", "Batches"),
    ("letters:templates", "Templates"),
    ("letters:list", "List of organisations"),
)


class LettersPage(RequiresPermission):
    """A page for those who may see letters; ``place`` is its item of the sub-navigation."""

    permission = Permission.SEE_LETTERS
    place = "letters:batches"

    @property
    def frame(self) -> dict[str, Any]:
        """What the templates of pages to look at want."""
        return {
            "places": [
                {"text": text, "href": reverse(name), "current": name == self.place}
                for name, text in PLACES
            ],
            "may_plan": self.may(Permission.PLAN_LETTERS),
            "may_approve": self.may(Permission.APPROVE_LETTERS),
            "may_write": self.may(Permission.WRITE_TEMPLATES),
        }


class ShowLetters(LettersPage, TemplateResponseMixin, ContextMixin):
    """A page that is only looked at."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the page."""
        return self.render_to_response(self.get_context_data())


class OfBatch(LettersPage):
    """A page of one batch of the authority."""

    @cached_property
    def batch(self) -> Batch:
        """The batch; not found when it is another authority's."""
        batches = Batch.objects.visible_to(self.user).filter(authority=self.authority)
        return get_object_or_404(
            batches.select_related(
                "authority", "template", "provider_list", "planned_by", "approved_by", "posted_by"
            ),
            ref=self.kwargs["batch"],
        )

    @property
    def address(self) -> str:
        """The batch's own page."""
        return reverse("letters:batch", args=[self.batch.ref])

    @property
    def back(self) -> dict[str, str]:
        """The link back to it."""
        return {"href": self.address, "text": "Batch of letters"}
