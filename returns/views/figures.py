"""The figures: by month, by group, beside what was published (pages §2.8)."""

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.views.generic import TemplateView

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, signed_in_user
from ccis.authorities.models import PublishedFigure
from ccis.calendar.periods import Period
from returns import editions, queries
from returns.models import Build
from returns.presenters import figures as presenter

ENGLAND = "E92000001"


class Figures(RequiresPermission, TemplateView):
    """NEET, not known, taking part; exact for those who see returns, small numbers hidden else."""

    permission = Permission.SEE_FIGURES
    template_name = "returns/figures.jinja"

    @cached_property
    def shown(self) -> presenter.Shown:
        """How much of the figures the reader is shown."""
        user = signed_in_user(self.request)
        return presenter.Shown(is_exact=holds(user, Permission.SEE_RETURNS, self.authority))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = queries.figures_by_month(self.authority)
        areas = self.areas()
        shown: dict[str, Any] = {
            "authority": self.authority,
            "published_year": max((area.year for area in areas), default=None),
            "is_exact": self.shown.is_exact,
            "published": presenter.published(areas),
            "measures": [text for _, _, text in presenter.MEASURES],
        }
        if found:
            shown |= self.own(found)
        return super().get_context_data(**shown, **kwargs)

    def own(self, found: list[tuple[Period, Build]]) -> dict[str, Any]:
        """Our own figures, from our own returns."""
        month, build = found[-1]
        edition = editions.load(build.edition)
        year = self.year_of_mean()
        return {
            "month": month,
            "build": build,
            "about": presenter.about(build, edition),
            "cards": presenter.since_before(found, self.shown),
            "chart": presenter.chart(found, self.shown),
            "months": presenter.months(found, self.shown),
            "splits": presenter.splits(build, edition, self.shown),
            "activities": presenter.activities(build, self.shown),
            "guarantee": presenter.guarantee(build, self.shown),
            "mean_year": year,
            "means": self.means(year),
        }

    def year_of_mean(self) -> int:
        """The newest year whose December to February is over."""
        today = timezone.localdate()
        return today.year if Period(today.year, 2).end < today else today.year - 1

    def means(self, year: int) -> list[list[str]]:
        """The year's own figures; none unless all three months are made."""
        measures = presenter.OURS.values()
        found = {key: queries.annual_share(self.authority, year, key) for key in measures}
        return presenter.mean_rows(found, self.shown)

    def areas(self) -> list[presenter.Area]:
        """The newest published figures of the authority, its region and England."""
        own_and_all = Q(area_code__in=[self.authority.code, ENGLAND])
        region = Q(area_name=self.authority.region, area_code__startswith="E")
        figures = PublishedFigure.objects.filter(own_and_all | region)
        by_area: dict[str, list[PublishedFigure]] = {}
        for figure in figures:
            by_area.setdefault(figure.area_code, []).append(figure)
        order = sorted(by_area, key=lambda code: (code.startswith("E"), code == ENGLAND))
        return [self._area(by_area[code]) for code in order]

    @staticmethod
    def _area(figures: list[PublishedFigure]) -> presenter.Area:
        year = max(figure.year for figure in figures)
        newest = [figure for figure in figures if figure.year == year]
        return presenter.Area(
            name=newest[0].area_name,
            year=year,
            values={figure.measure: figure.value for figure in newest},
        )
