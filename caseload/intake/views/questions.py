"""Rows that a school is asked about, and what it said (pages §2.3, ISA-03)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from caseload.intake.actions import questions
from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundRow, InboundRowQuerySet
from caseload.intake.presenters import files as presenter
from caseload.intake.presenters import questions as question_presenter
from caseload.intake.rules import WITH_PEOPLE, Outcome, SchoolAnswer
from caseload.intake.switch_forms import AnswerForm
from caseload.intake.views.base import ActOnFile, FilePage
from caseload.intake.views.sending import attachment
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.files.writing import workbook_bytes
from ccis.leaving.actions import Content, leaves


class OfQuestions(FilePage):
    """What is for those who ask schools."""

    permission = Permission.ASK_SCHOOLS
    page = "questions"

    def rows(self) -> InboundRowQuerySet:
        """The rows of the file that the user may see."""
        return InboundRow.objects.visible_to(self.user).filter(file=self.file)

    def open_rows(self) -> list[InboundRow]:
        """The rows about which the school is still to answer."""
        return list(self.rows().filter(outcome=Outcome.ASK_SCHOOL).order_by("number"))


class Questions(OfQuestions):
    """The rows that a school is asked about, and those that it has answered."""

    template_name = "intake/questions.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; that the rows were seen is recorded."""
        asked = self.open_rows()
        answered = list(self.rows().exclude(school_said="").order_by("number"))
        trail.record(
            "questions seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            rows=len(asked) + len(answered),
        )
        return self.render_to_response(
            self.get_context_data(
                asked=[question_presenter.question(row) for row in asked],
                answered=[question_presenter.answer(row) for row in answered],
                asked_line=question_presenter.asked_line(self.file),
                is_open=self.file.state in WITH_PEOPLE,
                back={"href": presenter.address(self.file), "text": "Review"},
            )
        )


class Ask(ActOnFile):
    """Sends the school a message that there are questions."""

    permission = Permission.ASK_SCHOOLS

    def act(self) -> None:
        """Send it."""
        address = questions.ask_school(
            file=self.file,
            reference=show_reference(self.file.ref),
            by=self.user,
            at=timezone.now(),
        )
        messages.success(self.request, f"A message has gone to {address}. It names nobody.")

    def target(self) -> str:
        return presenter.address(self.file, "questions")


class Workbook(OfQuestions):
    """The questions as a workbook, for the school that sent the rows."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it; recorded."""
        rows = self.open_rows()
        content = workbook_bytes(
            question_presenter.HEADINGS, [question_presenter.line(row) for row in rows]
        )
        leaves(
            "questions",
            Content.of(content),
            authority=self.authority,
            by=self.user,
            at=timezone.now(),
            why="To ask the school that sent the rows",
            of=self.file.ref,
            people=len(rows),
        )
        trail.record(
            "questions downloaded",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            rows=len(rows),
        )
        return attachment(content, f"{show_reference(self.file.ref)}-questions.xlsx")


class Answer(OfQuestions):
    """Asks what the school said of one row."""

    template_name = "intake/question.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        return self.ask(AnswerForm())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Enter the answer."""
        form = AnswerForm(self.request.POST)
        row = self.row()
        if form.is_valid():
            try:
                questions.answer_question(
                    row=row,
                    answer=SchoolAnswer(form.cleaned_data["answer"]),
                    said_by=form.cleaned_data["said_by"],
                    by=self.user,
                    at=timezone.now(),
                )
            except IntakeError as error:
                form.add_error(None, error.message)
            else:
                messages.success(self.request, f"Row {row.number}: the answer is entered")
                return redirect(presenter.address(self.file, "questions"))
        return self.ask(form)

    def row(self) -> InboundRow:
        """The row that the address names, if the school is asked about it."""
        row = self.rows().filter(number=self.kwargs["number"], outcome=Outcome.ASK_SCHOOL).first()
        if row is None:
            raise Http404
        return row

    def ask(self, form: AnswerForm) -> HttpResponse:
        """Draw the page; that the row was seen is recorded."""
        row = self.row()
        trail.record(
            "question seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            row=row.pk,
        )
        questions_page = presenter.address(self.file, "questions")
        return self.render_to_response(
            self.get_context_data(
                form=form,
                question=question_presenter.question(row),
                cancel=questions_page,
                back={"href": questions_page, "text": "School's question"},
            )
        )
