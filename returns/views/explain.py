"""In because, out because; every value with the row that it came from (pages §2.8)."""

from functools import cached_property
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from caseload.views.person import ShowPerson
from ccis.access.roles import Permission
from ccis.audit.models import Change
from ccis.calendar.periods import Period
from returns import editions, lineage, people, queries
from returns.actions.builds import baseline_for
from returns.cohort import AsAt
from returns.models import Build
from returns.presenters import explain as presenter
from returns.presenters.words import as_at, state_tag, title_of


class InReturn(ShowPerson):
    """How someone stands in a month's return; the newest made, or as it would be made now."""

    permission = Permission.SEE_RETURNS
    page = "return"
    tab = "return"
    template_name = "returns/explain.jinja"

    @cached_property
    def months(self) -> list[Period]:
        """Months of which there is a return, newest first."""
        return queries.periods_with_builds(self.person.lead_authority)

    @cached_property
    def period(self) -> Period:
        """The month asked for; else the newest made; else the newest that is over."""
        asked = self.request.GET.get("period", "")
        try:
            return Period.parse(asked)
        except ValueError:
            pass
        over = Period.latest_ended(timezone.localdate())
        return self.months[0] if self.months else over

    @cached_property
    def build(self) -> Build | None:
        """The build that it is asked of; ``None`` where the month has none yet."""
        return people.best_of(self.person.lead_authority, self.period)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.is_open = (
            Permission.SEE_SENSITIVE in self.may and request.GET.get("show") == "sensitive"
        )
        if self.is_open:
            self.record_seen("sensitive details opened", part="circumstances")
        return super().get(request, *args, **kwargs)

    def explanation(self) -> lineage.Explanation:
        """How the person stands, in the build or as it would be made now."""
        if self.build is not None:
            return lineage.explain(self.person, self.build)
        return lineage.explain_as_at(self.person, self.as_at_now())

    def as_at_now(self) -> AsAt:
        """What a return of the month would be made from if it were made now."""
        authority = self.person.lead_authority
        baseline = baseline_for(authority, self.period)
        newest = Change.objects.aggregate(newest=Max("pk"))["newest"]
        return AsAt(
            authority_id=authority.pk,
            lead_code=authority.code,
            period=self.period,
            moment=newest or 0,
            edition=editions.newest(),
            baseline_id=baseline.pk if baseline else None,
            people=(self.person.pk,),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build, found = self.build, self.explanation()
        edition = editions.load(build.edition) if build else editions.newest()
        sent = presenter.values(
            found,
            edition,
            is_open=self.is_open,
            open_href=presenter.opening(self.request.GET)
            if Permission.SEE_SENSITIVE in self.may
            else "",
            may_see_files=Permission.SEE_FILES in self.may,
            hides_address=self.summary.no_contact and Permission.MAKE_RETURNS not in self.may,
        )
        return super().get_context_data(
            period=self.period,
            build=build,
            title=title_of(build) if build else "",
            as_at=as_at(build) if build else "",
            state=state_tag(build) if build else None,
            verdict=presenter.verdict(found, edition),
            facts=presenter.facts(found, may_see_files=Permission.SEE_FILES in self.may),
            sent=[one for one in sent if one["value"]],
            empty=[one for one in sent if not one["value"]],
            errors=self.errors(build),
            months=presenter.months(self.person, self.months, self.period),
            **kwargs,
        )

    def errors(self, build: Build | None) -> list[dict[str, Any]]:
        """What the checks found in this person's record."""
        if build is None:
            return []
        return presenter.errors(queries.findings_of_person(build, self.person), self.person)


class InBuild(InReturn):
    """The same in one build, whichever counts now."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.asked = kwargs
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def period(self) -> Period:
        """The build's month."""
        period: Period = self.asked["period"]
        return period

    @cached_property
    def build(self) -> Build | None:
        """The build that the address names; not found unless it is of the person's authority."""
        builds = Build.objects.of(self.person.lead_authority).for_period(self.period)
        found: Build = get_object_or_404(
            builds.select_related("authority"), ref=self.asked["build"], moment__isnull=False
        )
        return found
