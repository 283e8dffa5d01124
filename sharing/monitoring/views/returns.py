"""Returns due and made, one of them, and the year's figures (LDOR-05; pages §2.6)."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from caseload.intake.source_models import Source
from caseload.intake.views.sending import attachment
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.calendar.periods import Period
from ccis.files.writing import stream_csv, workbook_bytes
from sharing.monitoring import queries
from sharing.monitoring.actions import chasing
from sharing.monitoring.errors import CannotDo
from sharing.monitoring.models import Chase
from sharing.monitoring.presenters import calendar as presenter
from sharing.monitoring.presenters import figures
from sharing.monitoring.presenters.tables import Table
from sharing.monitoring.rules import year_in_words, year_of
from sharing.monitoring.views.base import DropoutsPage, ShowDropouts

MONTHS, MONTHS_OF_YEAR = 6, 12
YEARS = 5
FORMS = ("csv", "xlsx")


def download(page: DropoutsPage, table: Table, form: str, **asked: Any) -> HttpResponse:
    """A table as a file, exactly as it is shown; not found for a form that is none."""
    if form not in FORMS:
        raise Http404
    trail.record(
        "drop-out figures downloaded",
        by=page.user,
        at=timezone.now(),
        authority=page.authority,
        table=table.key,
        form=form,
        **asked,
    )
    name = f"drop-outs-{table.key}.{form}"
    if form == "xlsx":
        return attachment(workbook_bytes(table.heads, table.in_file, sheet="Drop-outs"), name)
    response = HttpResponse(
        b"".join(stream_csv(table.heads, table.in_file)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


class Returns(ShowDropouts):
    """Who returned drop-outs for which month, and who did not."""

    template_name = "monitoring/returns.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or give its table as a file."""
        form = self.request.GET.get("file", "")
        if form:
            table = presenter.table(self.lines_shown, self.months)
            return download(self, table, form, show=self.show, months=len(self.months))
        return super().get()

    @property
    def show(self) -> str:
        """What of the newest month is looked at alone."""
        asked = self.request.GET.get("show", "")
        return asked if asked in presenter.SHOW else ""

    @cached_property
    def months(self) -> list[Period]:
        """The months of the table, newest first."""
        whole_year = self.request.GET.get("months") == str(MONTHS_OF_YEAR)
        return presenter.months_shown(
            timezone.localdate(), MONTHS_OF_YEAR if whole_year else MONTHS
        )

    @cached_property
    def lines(self) -> list[queries.Line]:
        """Every provider's returns."""
        return queries.calendar_of(self.authority, self.months, today=timezone.localdate())

    @property
    def lines_shown(self) -> list[queries.Line]:
        """Those that were asked for."""
        return presenter.of_newest(self.lines, self.show)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.lines_shown
        return super().get_context_data(
            newest=self.months[0].label,
            cards=presenter.cards(self.lines),
            sentence=presenter.sentence(shown, self.show, self.months[0]),
            heads=presenter.heads(self.months),
            rows=presenter.rows(shown),
            show=self.show,
            show_words=presenter.SHOW[self.show][0] if self.show else "",
            is_year=len(self.months) == MONTHS_OF_YEAR,
            nothing_yet=not self.lines,
            may_see_sources=self.may(Permission.MANAGE_SOURCES),
            **kwargs,
        )


class _OfReturn(DropoutsPage):
    """One provider's return for one month; another authority's is not found."""

    @cached_property
    def source(self) -> Source:
        """Who sends it."""
        found = Source.objects.of(self.authority).select_related("provider", "authority")
        return get_object_or_404(found, ref=self.kwargs["ref"])

    @property
    def month(self) -> Period:
        """The month that it tells of."""
        month: Period = self.kwargs["period"]
        return month


class ShowReturn(_OfReturn, ShowDropouts):
    """How one return stands, what was done about it, and the files that it came by."""

    template_name = "monitoring/return.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        asked = chasing.asked(self.source, self.month, at=timezone.now())
        chased = Chase.objects.filter(source=self.source, month=self.month.start)
        return super().get_context_data(
            source=self.source,
            month=self.month,
            tag_of=presenter.standing_tag(asked),
            details=presenter.details(asked),
            chases=presenter.chases(list(chased.select_related("by"))),
            files=presenter.files(list(queries.files_of(self.source, self.month))),
            may_see_files=self.may(Permission.SEE_FILES),
            why_not_remind=asked.why_not_remind(today=today),
            why_not_escalate=asked.why_not_escalate(today=today),
            awaited=asked.told.sent_at is None and asked.told.due_on is not None,
            back={"href": "/dropouts/", "text": "Returns"},
            **kwargs,
        )


class _Ask(_OfReturn):
    """A button that asks for a return."""

    permission = Permission.CHASE_DROPOUTS
    http_method_names = ["post", "options"]
    does: Callable[..., str]
    words = ""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in its way is said."""
        try:
            to = type(self).does(self.source, self.month, by=self.user, at=timezone.now())
            messages.success(self.request, self.words.format(to=to))
        except CannotDo as error:
            messages.warning(self.request, error.message)
        return redirect(presenter.address(self.source, self.month))


class Remind(_Ask):
    """Reminds a provider of a return."""

    does = staticmethod(chasing.remind)
    words = "A reminder has gone to {to}. It names nobody."


class Escalate(_Ask):
    """Turns to whom the service level agreement names."""

    does = staticmethod(chasing.escalate)
    words = "It was escalated to {to}. The email names no young person."


class Figures(ShowDropouts):
    """The academic year: joiners, leavers, at risk, and how much of it we were told of."""

    place = "/dropouts/figures/"
    template_name = "monitoring/figures.jinja"

    @cached_property
    def year(self) -> int:
        """The academic year, by the year in which it begins; not found for one to come."""
        asked = self.request.GET.get("year", "")
        if not asked:
            return self.newest
        if not asked.isdecimal() or int(asked) not in self.years:
            raise Http404
        return int(asked)

    @property
    def newest(self) -> int:
        """The academic year under way."""
        return year_of(Period.of(timezone.localdate()))

    @property
    def years(self) -> range:
        """The years that can be looked at, newest first."""
        return range(self.newest, self.newest - YEARS, -1)

    @property
    def is_exact(self) -> bool:
        """Whether small numbers are shown too: on the page alone, never in a file."""
        return self.request.GET.get("numbers") == "exact"

    @cached_property
    def found(self) -> queries.Year:
        """The year's numbers."""
        return queries.year_of_returns(self.authority, self.year, today=timezone.localdate())

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or give one of its tables as a file."""
        key, form = self.request.GET.get("table", ""), self.request.GET.get("file", "")
        if key or form:
            if key not in figures.TABLES:
                raise Http404
            table = figures.TABLES[key](self.found, is_exact=False)
            return download(self, table, form, year=self.year)
        return super().get()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, is_exact = self.found, self.is_exact
        return super().get_context_data(
            year=self.year,
            year_words=year_in_words(self.year),
            years=[
                {"year": year, "text": year_in_words(year), "current": year == self.year}
                for year in self.years
            ],
            is_exact=is_exact,
            charts=[
                *([figures.chart_of_leavers(found, is_exact=is_exact)] if found.compared else []),
                figures.chart_of_year(found, is_exact=is_exact),
            ]
            if found.months and found.providers
            else [],
            tables=[make(found, is_exact=is_exact) for make in figures.TABLES.values()],
            **kwargs,
        )
