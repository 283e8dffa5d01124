"""The month's workbench (pages §4.7)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState
from ccis.access.roles import Permission
from ccis.govuk.navigation import FILES, leads_somewhere
from returns import editions, people, queries
from returns.answers import answer_to
from returns.models import BuildKind
from returns.presenters import workbench
from returns.presenters.clock import due_clock
from returns.presenters.words import gaps_in_words
from returns.views.base import OfMonth, ReturnPage, ShowReturnPage

CLOSED = (FileState.DONE, FileState.REFUSED, FileState.SET_ASIDE)


class Latest(ReturnPage):
    """Takes the reader to the newest month that is over."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("returns:month", self.period)


class Workbench(OfMonth, ShowReturnPage):
    """The steps of a month's return, where each stands, and the figures."""

    place = "month"
    template_name = "returns/workbench.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month = self.month()
        edition = editions.load(month.best.edition if month.best else editions.newest().name)
        today = timezone.localdate()
        return super().get_context_data(
            steps=workbench.steps(month),
            cards=workbench.cards(month),
            best=month.best,
            edition=edition,
            gaps=gaps_in_words(edition),
            clock=None if month.final else due_clock(self.authority, self.period, today),
            is_over=self.period.end < today,
            earlier=self.period.previous(),
            later=self.period.next() if self.period.end < today else None,
            **kwargs,
        )

    def month(self) -> workbench.Month:
        """What the month has come to: a fixed number of questions."""
        best = people.best_of(self.authority, self.period)
        previous = people.before(best) if best else None
        builds = queries.builds_of(self.authority, self.period)
        done = queries.newest_done(self.authority, self.period)
        return workbench.Month(
            period=self.period,
            files=self.files(),
            latest=builds.first(),
            best=best,
            checked=queries.newest_checked(self.authority, self.period),
            trial=done if done and done.kind == BuildKind.TRIAL else None,
            final=best if best and best.kind == BuildKind.FINAL else None,
            previous=previous,
            sum=self.cohort_sum(best, previous),
            answer=answer_to(self.authority, self.period),
            may_make=self.may(Permission.MAKE_RETURNS),
        )

    @staticmethod
    def cohort_sum(best: Any, previous: Any) -> people.Sum | None:
        if best is None or previous is None or not people.statuses_are_kept(best):
            return None
        return people.sum_of(best, previous)

    def files(self) -> workbench.Files:
        """Files received since the month began."""
        states = list(
            InboundFile.objects.visible_to(self.user)
            .of(self.authority)
            .filter(received_at__date__gte=self.period.start)
            .values_list("state", flat=True)
        )
        shown = self.may(Permission.SEE_FILES) and leads_somewhere(FILES.path)
        return workbench.Files(
            received=len(states),
            open=sum(state not in CLOSED for state in states),
            href=FILES.path if shown else "",
        )
