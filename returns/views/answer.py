"""What the Department found in a month's return, beside our own findings (pages §2.8)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from caseload.models import YoungPerson
from caseload.seen import record_restricted
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.govuk.lists import Column, page_of
from returns import queries
from returns.answers import answer_to, people_reported, reported_of, reports_of
from returns.error_report import NAME
from returns.presenters import answer as presenter
from returns.presenters import people as rows
from returns.views.base import OfMonth, ShowReturnPage

COLUMNS = (
    Column("Name", sort="name"),
    Column("What DfE found"),
    Column("Look"),
)


class ShowAnswer(OfMonth, ShowReturnPage):
    """Everyone in whose record the Department found something, and whether we found it too."""

    place = "errors"
    template_name = "returns/answer.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answer = answer_to(self.authority, self.period)
        shown: dict[str, Any] = {
            "answer": answer,
            "send": reverse("intake:send") if self.may(Permission.SEND_FILES) else "",
            "kind": reverse("intake:kind", args=[NAME]) if self.may(Permission.SEE_FILES) else "",
        }
        if answer is None:
            return super().get_context_data(nothing_yet=True, **shown, **kwargs)
        build = queries.standing(self.authority, self.period)
        asked = people_reported(self.authority, self.period)
        seen = YoungPerson.objects.visible_to(self.user).of(self.authority).filter(asked)
        total = seen.count()
        listed = page_of(
            rows.by_name(seen),
            request=self.request,
            name=f"answer-{self.period}",
            sorts=rows.SORTS,
            key="ref",
            total=total,
            sentence=presenter.sentence(answer),
        )
        self.record_listed(listed.rows)
        found = reported_of(self.authority, self.period, [person.pk for person in listed.rows])
        listed.rows[:] = presenter.person_rows(listed.rows, found, self.period, build)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Young people in whose record DfE found something",
            hidden=rows.not_shown(answer.people - total),
            waiting=presenter.waiting(answer),
            no_return=build is None,
            **shown,
            **kwargs,
        )

    def record_listed(self, shown: list[YoungPerson]) -> None:
        """Leave a line that rows of the reports were seen, and one about each restricted."""
        at = timezone.now()
        for report in reports_of(self.authority, self.period):
            trail.record(
                "rows seen",
                by=self.user,
                at=at,
                authority=self.authority,
                subject=report,
                page="answer",
                rows=len(shown),
            )
        record_restricted(shown, by=self.user, at=at, page="returns answer")
