"""Questions to a school about people whom the council does not know, and what proved wrong."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.intake.errors import FileIsBusy, IntakeError
from caseload.intake.models import InboundRow
from caseload.intake.portal import presenters
from caseload.intake.portal.actions import answer_question
from caseload.intake.portal.forms import QuestionForm
from caseload.intake.portal.queries import answered_by, found_wrong, questions_of
from caseload.intake.portal.views.base import HOME, SENT, SenderPage, ShowSender
from caseload.intake.rules import Outcome, SchoolAnswer
from ccis.access.references import show_reference
from ccis.audit import trail
from ccis.govuk.words import plural

ANSWERED_SHOWN = timedelta(days=60)
BUSY = "We are working on this file just now. Your answer was not used. Try again in a minute."


class Questions(ShowSender):
    """Leads to the first question; says that there is none, and what was answered."""

    template_name = "schools/questions.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or lead to the first question."""
        first = questions_of(self.source).first() if self.source else None
        if first is not None:
            return redirect(address(first))
        since = timezone.localdate() - ANSWERED_SHOWN
        answers = list(answered_by(self.source, since=since)[:50]) if self.source else []
        return self.render_to_response(
            self.get_context_data(
                answered=[presenters.answered(row) for row in answers],
                wrong=len(found_wrong(self.source)) if self.source else 0,
                back=HOME,
            )
        )


def address(row: InboundRow) -> str:
    """Where a question is answered: the file's reference and the row's number."""
    return reverse("schools:question", args=[row.file.ref, row.number])


class Question(SenderPage, FormView[QuestionForm]):
    """One question: whom the school sent, and whether they are new or a mistake."""

    template_name = "schools/question.jinja"
    form_class = QuestionForm

    @cached_property
    def row(self) -> InboundRow:
        """The row that the address names; not one that this school was never asked about."""
        mine = InboundRow.objects.filter(file__source=self.known_source, sealed_for=None)
        row = (
            mine.filter(file__ref=self.kwargs["ref"], number=self.kwargs["number"])
            .select_related("file", "file__authority")
            .first()
        )
        if row is None or not (row.outcome == Outcome.ASK_SCHOOL or row.school_said):
            raise Http404
        return row

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; that the row was seen is recorded."""
        if self.row.outcome != Outcome.ASK_SCHOOL:
            messages.info(self.request, "This question has been answered.")
            return redirect("schools:questions")
        trail.record(
            "question seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.row.file,
            row=self.row.pk,
        )
        return super().get(*args, **kwargs)

    def form_valid(self, form: QuestionForm) -> HttpResponse:
        answer = SchoolAnswer(form.cleaned_data["answer"])
        try:
            answer_question(row=self.row, answer=answer, by=self.user, at=timezone.now())
        except FileIsBusy:
            messages.warning(self.request, BUSY)
            return redirect(address(self.row))
        except IntakeError as error:
            messages.warning(self.request, f"{error.message}.")
        else:
            left = questions_of(self.known_source).count()
            messages.success(self.request, f"Answer sent. {plural(left, 'question')} left.")
        return redirect("schools:questions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(questions_of(self.known_source).values_list("file__ref", "number"))
        here = (self.row.file.ref, self.row.number)
        place = rows.index(here) if here in rows else 0
        after = rows[(place + 1) % len(rows)] if len(rows) > 1 else None
        return super().get_context_data(
            question=presenters.question(self.row),
            reference=show_reference(self.row.file.ref),
            number=self.row.number,
            place=f"Question {place + 1} of {len(rows)}" if rows else "",
            later=reverse("schools:question", args=after) if after else "",
            back=HOME,
            **kwargs,
        )


class Wrong(ShowSender):
    """What proved wrong in files of the organisation's own, for it to put right (LA-10)."""

    template_name = "schools/wrong.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; that it was seen is recorded."""
        found = found_wrong(self.source) if self.source else []
        trail.record(
            "what is wrong in files seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.source,
            found=len(found),
        )
        return self.render_to_response(
            self.get_context_data(
                found=[presenters.wrong_line(one) for one in found],
                back=SENT,
            )
        )
