"""Every making of a return, with its hash (pages §2.8)."""

from typing import Any

from django.utils.html import format_html

from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural
from returns import queries
from returns.forms import BuildFilters
from returns.models import Build
from returns.presenters import builds as presenter
from returns.presenters.words import reference_of, state_tag
from returns.views.base import ShowReturnPage

SORTS = (
    Sort("newest", "Month", ("-period", "-asked_at")),
    Sort("asked", "Made", ("-asked_at",)),
)

COLUMNS = (
    Column("Month", sort="newest"),
    Column("State"),
    Column("Made", sort="asked"),
    Column("By"),
    Column("Edition"),
    Column("Records", numeric=True),
    Column("SHA-256"),
    Column("Made again"),
    Column("Reference"),
)


class Archive(ShowReturnPage):
    """All builds of the authority."""

    place = "archive"
    template_name = "returns/archive.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        periods = queries.periods_with_builds(self.authority)
        filters = BuildFilters(self.request.GET, periods=periods)
        builds = Build.objects.visible_to(self.user).of(self.authority).select_related("asked_by")
        narrowed = filters.narrow(builds)
        total = narrowed.count()
        listed = page_of(
            narrowed,
            request=self.request,
            name="returns",
            sorts=SORTS,
            key="ref",
            filters=filters,
            total=total,
            sentence=format_html("<strong>{}</strong>.", plural(total, "making", "makings")),
        )
        listed.rows[:] = [
            presenter.archive_row(build)
            | {"tag": state_tag(build), "reference": reference_of(build)}
            for build in listed.rows
        ]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Makings of returns",
            nothing_yet=not periods,
            **kwargs,
        )
