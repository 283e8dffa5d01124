"""One file: its review, its columns, how far it has come, what was done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from caseload.intake.actions import files
from caseload.intake.columns import recognise
from caseload.intake.errors import IntakeError
from caseload.intake.forms import ColumnsForm
from caseload.intake.kinds import KINDS
from caseload.intake.presenters import files as presenter
from caseload.intake.queries import first_rows
from caseload.intake.rules import (
    NEXT_STATES,
    WITH_PEOPLE,
    WORKING,
    CannotMove,
    FileState,
)
from caseload.intake.views.base import ActOnFile, FilePage, ShowFile, work_when_committed
from caseload.intake.views.roll import is_roll, not_on_the_roll
from caseload.matching.waiting import waiting_in
from caseload.models import FoundWrong
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.govuk.progress import as_json, wants_json
from ccis.govuk.words import plural

BUSY = WORKING | {FileState.RECEIVED, FileState.STOPPED}


class Review(ShowFile):
    """Where every row stands, and what may be done with those that are ready (pages §4.5)."""

    template_name = "intake/review.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or lead to where the file is."""
        if self.file.state in BUSY:
            return redirect(presenter.address(self.file, "progress"))
        return super().get(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = self.file
        return super().get_context_data(
            review=presenter.review(file),
            to_match=waiting_in(file, self.user),
            sent=presenter.sent_line(file),
            needs_columns=file.state == FileState.NEEDS_COLUMNS,
            may_set_aside=FileState.SET_ASIDE in NEXT_STATES[FileState(file.state)],
            may_match_columns=may_match_columns(file),
            back={"href": "/files/", "text": "Files received"},
            **kwargs,
        )


def may_match_columns(file: Any) -> bool:
    """Whether the columns may still be changed: before anything was approved."""
    return file.state in (FileState.NEEDS_COLUMNS, FileState.READY) and file.approved_at is None


class OutcomePage(ShowFile):
    """What was done with a file, by where its rows ended."""

    page = "outcome"
    template_name = "intake/outcome.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or lead to where the file is."""
        if self.file.state in BUSY:
            return redirect(presenter.address(self.file, "progress"))
        return super().get(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        compared = is_roll(self.file) and self.file.approved_at is not None
        return super().get_context_data(
            review=presenter.review(self.file, only_filled=True),
            done=presenter.done_sentence(self.file),
            work=presenter.work_sentence(self.file),
            wrong=FoundWrong.objects.visible_to(self.user).of_file(self.file.ref).count(),
            may_work=self.may(Permission.EDIT_PEOPLE),
            is_compared=compared,
            missing=not_on_the_roll(self.file, self.user).count() if compared else 0,
            destroyed=presenter.destroyed_sentences(self.file),
            back={"href": "/files/", "text": "Files received"},
            **kwargs,
        )


class ProgressPage(ShowFile):
    """How far a file has come."""

    template_name = "intake/progress.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or tell its script."""
        if wants_json(self.request):
            return as_json(presenter.progress(self.file))
        return super().get(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            progress=presenter.progress(self.file),
            doing=presenter.progress_heading(self.file),
            may_carry_on=self.may(Permission.SEND_FILES),
            back={"href": "/files/", "text": "Files received"},
            **kwargs,
        )


class MatchColumns(FilePage):
    """Which column of the file is which of ours."""

    permission = Permission.SEND_FILES
    template_name = "intake/columns.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        if not may_match_columns(self.file):
            return redirect(presenter.address(self.file))
        return self.render_to_response(self.get_context_data(form=self.form()))

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Use the columns as chosen."""
        form = self.form()
        if form.is_valid():
            try:
                files.choose_columns(
                    file=self.file,
                    kind=form.kind.name,
                    columns=form.chosen,
                    by=self.user,
                    at=timezone.now(),
                )
            except (IntakeError, CannotMove) as error:
                form.point_at_what_is_wrong(str(error))
            else:
                work_when_committed(self.file)
                return redirect(presenter.address(self.file, "progress"))
        return self.render_to_response(self.get_context_data(form=form))

    def form(self) -> ColumnsForm:
        """The form for the kind that is asked for, filled with what was recognised."""
        file = self.file
        asked = self.request.POST.get("kind") or self.request.GET.get("kind") or file.kind
        kind = KINDS.get(asked) or KINDS[file.kind]
        chosen = {int(position): key for position, key in file.columns.items()}
        if kind.name != file.kind:
            found = recognise(kind, file.header, has_sender=file.provider is not None)
            chosen = dict(found.columns)
        samples = first_rows(file, self.user)
        trail.record(
            "rows seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=file,
            rows=len(samples),
        )
        return ColumnsForm(
            self.request.POST if self.request.method == "POST" else None,
            kind=kind,
            header=file.header,
            chosen=chosen,
            samples=samples,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form: ColumnsForm = kwargs["form"]
        found = recognise(form.kind, self.file.header, has_sender=self.file.provider is not None)
        return super().get_context_data(
            kind=form.kind,
            other_kinds=[kind for kind in KINDS.values() if kind is not form.kind],
            missing=found.missing,
            back={"href": presenter.address(self.file), "text": "Review"},
            **kwargs,
        )


class Approve(ActOnFile):
    """Applies the rows that are ready."""

    permission = Permission.APPROVE_FILES

    def act(self) -> None:
        files.approve(file=self.file, by=self.user, at=timezone.now())
        work_when_committed(self.file)


class LookAgain(ActOnFile):
    """Works out afresh the rows that need a person."""

    permission = Permission.APPROVE_FILES

    def act(self) -> None:
        files.look_again(file=self.file, by=self.user, at=timezone.now())
        work_when_committed(self.file)


class CarryOn(ActOnFile):
    """Goes on with a file that stopped."""

    permission = Permission.SEND_FILES

    def act(self) -> None:
        files.carry_on(file=self.file, by=self.user, at=timezone.now())
        work_when_committed(self.file)


class SetAside(FilePage):
    """Asks, then sets the whole file aside."""

    permission = Permission.APPROVE_FILES
    template_name = "intake/set_aside.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what it does."""
        if self.file.state not in {*WITH_PEOPLE, FileState.NEEDS_COLUMNS}:
            return redirect(presenter.address(self.file))
        ended = files.ended_by_setting_aside(self.file)
        return self.render_to_response(
            self.get_context_data(
                open_rows=plural(self.file.rows.filter(outcome__in=ended).count(), "row"),
                noes=presenter.noes(self.file, ended),
                back={"href": presenter.address(self.file), "text": "Review"},
                cancel=presenter.address(self.file),
            )
        )

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set it aside."""
        try:
            files.set_aside(file=self.file, by=self.user, at=timezone.now())
        except (IntakeError, CannotMove):
            messages.warning(self.request, "This file cannot be set aside now")
        else:
            messages.success(self.request, "The file was set aside. Nothing more of it is used.")
        return redirect(presenter.address(self.file))
