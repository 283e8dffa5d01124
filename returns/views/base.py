"""What every page of the return stands on."""

from collections.abc import Collection
from functools import cached_property, partial
from typing import Any

from celery import Task
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.models import YoungPerson
from caseload.queries.choices import contact_withheld
from caseload.seen import record_restricted
from ccis.access.references import read_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import trail
from ccis.calendar.periods import Period
from returns import editions, people
from returns.editions import Edition
from returns.models import Build, BuildQuerySet
from returns.presenters.places import places_of, to_build
from returns.presenters.words import kind_of


def when_committed(task: "Task[Any, Any]", **given: Any) -> None:
    """Give a worker something to do, once what it is to read is there for it."""
    transaction.on_commit(partial(task.delay, **given))


class ReturnPage(RequiresPermission):
    """A page for those who may see returns; ``place`` is its item of the sub-navigation."""

    permission = Permission.SEE_RETURNS
    place = ""

    @cached_property
    def period(self) -> Period:
        """The month of the page: the newest that is over where the address names none."""
        return Period.latest_ended(timezone.localdate())

    @property
    def frame(self) -> dict[str, Any]:
        """What the templates of all these pages want."""
        return {
            "places": [
                one
                for one in places_of(self.period, self.place)
                if self.may(Permission.MAKE_RETURNS) or one["href"] != reverse("returns:check")
            ],
            "period": self.period,
            "authority": self.authority,
            "may_make": self.may(Permission.MAKE_RETURNS),
            "may_download": self.may(Permission.DOWNLOAD_RETURNS),
        }

    def address_hidden(self, shown: Collection[int]) -> set[int]:
        """Of some people, those whose address is sent and not shown to the reader (PIA-08)."""
        if self.may(Permission.MAKE_RETURNS):
            return set()
        return contact_withheld(shown, timezone.localdate())

    def record_names(self, shown: list[YoungPerson], build: Build) -> None:
        """Leave a line that people of a build were listed, and one about each restricted."""
        at, page = timezone.now(), self.request.resolver_match.url_name  # type: ignore[union-attr]
        trail.record(
            "people of a return seen",
            by=self.user,
            at=at,
            authority=self.authority,
            subject=build,
            page=page,
            people=len(shown),
        )
        record_restricted(shown, by=self.user, at=at, page=f"returns {page}")


class ShowReturnPage(ReturnPage, TemplateResponseMixin, ContextMixin):
    """A page of the return that is only looked at."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the page."""
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame, **kwargs)


class OfMonth(ReturnPage):
    """A page of one month, which has begun."""

    @cached_property
    def period(self) -> Period:
        """The month that the address names; not found before it has begun."""
        period: Period = self.kwargs["period"]
        if period.start > timezone.localdate():
            raise Http404
        return period

    def build_named(self, word: str) -> Build | None:
        """The build whose reference stands in the query under a word; not found for a wrong one."""
        text = self.request.GET.get(word, "")
        if not text:
            return None
        return get_object_or_404(self._builds, ref=read_reference(text))

    @property
    def _builds(self) -> BuildQuerySet:
        builds = Build.objects.visible_to(self.user).of(self.authority)
        return builds.select_related("authority", "asked_by", "baseline__authority", "replaced_by")

    @cached_property
    def best(self) -> Build | None:
        """The build that ``?build=`` names, else the one of this month that counts."""
        return self.build_named("build") or people.best_of(self.authority, self.period)


class OfBuild(OfMonth):
    """A page of one build of the authority, found by its month and reference."""

    @cached_property
    def build(self) -> Build:
        """The build; not found when it is another authority's or of another month."""
        return get_object_or_404(self._builds.for_period(self.period), ref=self.kwargs["build"])

    @property
    def back(self) -> dict[str, str]:
        """The link back to the build's own page."""
        words = f"{kind_of(self.build)} of {self.period.label}"
        return {"href": to_build(self.build), "text": f"{words[0].upper()}{words[1:]}"}

    @cached_property
    def edition(self) -> Edition:
        """The edition that it is made in."""
        return editions.load(self.build.edition)
