"""The month's workbook: sent, checked while one waits, its errors, sent on (pages §4.11)."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from caseload.dropouts import presenters
from caseload.dropouts.actions import sending
from caseload.dropouts.errors import CannotTell
from caseload.dropouts.forms import SeenForm, WorkbookForm, new_key
from caseload.dropouts.models import Notification
from caseload.dropouts.presenters import address
from caseload.dropouts.queries import NOT_YET, is_to_mend
from caseload.dropouts.rules import may_tell_of
from caseload.dropouts.views.base import MonthPage
from caseload.dropouts.views.months import HOME
from caseload.intake.actions.giving_back import gave_back
from caseload.intake.columns import headings_known
from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundFile, InboundRow, InboundRowQuerySet
from caseload.intake.portal.queries import has_sealed_rows
from caseload.intake.rules import FileState, Outcome, Reason
from caseload.intake.views.sending import attachment
from ccis.access.references import show_reference
from ccis.audit import trail
from ccis.calendar.words import local_date
from ccis.files import storage
from ccis.files.writing import annotate_workbook
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.progress import as_json, wants_json

SORTS = (Sort("number", "Row number", ("number",)),)
COLUMNS = (
    Column("Row", sort="number"),
    Column("Column"),
    Column("What the cell says"),
    Column("What to do"),
)


def can_give_back(file: InboundFile) -> bool:
    """Whether its sender gets a workbook back: not once a row holds a sealed identity."""
    return bool(file.stored_id) and not has_sealed_rows(file)


class SendWorkbook(MonthPage):
    """Asks for the month's workbook and has it checked."""

    template_name = "dropouts/file.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        return self.ask(WorkbookForm(initial={"key": new_key()}))

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it, once."""
        form = WorkbookForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.ask(form)
        upload = form.cleaned_data["file"]
        try:
            sending.send_file(
                seat=self.seat,
                month=self.month,
                content=upload.read(),
                file_name=upload.name,
                key=form.cleaned_data["key"],
                at=self.now,
            )
        except (CannotTell, IntakeError) as error:
            form.add_error("file", error.message)
            return self.ask(form)
        return redirect(address("progress", self.month))

    def ask(self, form: WorkbookForm) -> HttpResponse:
        """The page."""
        if not self.takes_files or not may_tell_of(self.month, today=local_date(self.now)):
            raise Http404
        return self.show(form=form, back=HOME)


class OfWorkbook(MonthPage):
    """A page of the workbook that was sent last for the month."""

    @cached_property
    def notification(self) -> Notification:
        """The newest workbook of the month; not found where there is none."""
        books = self.told.filter(month=self.month.start, how=Notification.How.FILE)
        newest = books.order_by("-at", "-pk").first()
        if newest is None:
            raise Http404
        return newest

    @property
    def file(self) -> InboundFile:
        """Its file."""
        return get_object_or_404(
            InboundFile.objects.select_related("authority", "provider"),
            notification=self.notification,
        )

    @property
    def to_mend(self) -> InboundRowQuerySet:
        """Its rows that must be mended before they can be sent."""
        rows = InboundRow.objects.filter(file__notification=self.notification)
        return rows.filter(outcome=Outcome.CANNOT_READ)

    @property
    def counts(self) -> dict[str, int]:
        """Its rows: all, those to mend, those that say what was told before, and those right."""
        file = self.file
        rows, wrong = file.row_count or 0, self.to_mend.count()
        told = InboundRow.objects.filter(file=file, reason=Reason.SAME_ROW).count()
        return {"rows": rows, "wrong": wrong, "told": told, "right": rows - wrong - told}


class ProgressPage(OfWorkbook):
    """How far the checking has come."""

    template_name = "dropouts/progress.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or tell its script."""
        shown = presenters.progress(self.file, self.month)
        if wants_json(self.request):
            return as_json(shown)
        if shown.finished:
            return redirect(address("errors", self.month))
        return self.show(progress=shown, back=HOME)


class Errors(OfWorkbook):
    """What is to be mended, by error or by row, and what can be done about it."""

    template_name = "dropouts/errors.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; lead to where the workbook is, when there is nothing to mend."""
        file = self.file
        if file.state in NOT_YET:
            return redirect(address("progress", self.month))
        if not is_to_mend(file):
            return redirect("dropouts:receipt", self.notification.ref)
        by_error = self.request.GET.get("by") == "error"
        counts = self.counts
        return self.show(
            refusal=file.refusal,
            is_sent=self.notification.sent_at is not None,
            **counts,
            by_error=by_error,
            listed=None if by_error else self.by_row(),
            columns=COLUMNS,
            kinds=presenters.lines_by_error(self.to_mend) if by_error else [],
            can_mark=can_give_back(file),
            may_send_rest=file.state == FileState.WITH_SENDER and counts["right"] > 0,
            key=new_key(),
            notices=[one for one in file.notices if not one.startswith("We skipped")],
            back=HOME,
        )

    def by_row(self) -> Any:
        """What to mend, in the order of the file."""
        listed = page_of(
            self.to_mend,
            request=self.request,
            name=f"mend-{self.notification.ref}",
            sorts=SORTS,
            key="number",
        )
        listed.rows[:] = presenters.lines_by_row(listed.rows)
        trail.record(
            "rows seen",
            by=self.user,
            at=self.now,
            authority=self.authority,
            subject=self.notification,
            rows=len(listed.rows),
        )
        return listed


class SendTheRest(OfWorkbook):
    """Sends the rows that are right; the others come later."""

    template_name = "dropouts/rest.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, in words."""
        return self.ask()

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send them, of the workbook that was looked at; a newer one is shown first."""
        form = SeenForm(self.request.POST)
        form.is_valid()
        if form.cleaned_data.get("seen") != self.notification.ref:
            return self.ask("Nothing was sent yet. This is the newest workbook of the month")
        try:
            sending.send_the_rest(seat=self.seat, notification=self.notification, at=self.now)
        except CannotTell as error:
            return self.ask(error.message)
        return redirect("dropouts:receipt", self.notification.ref)

    def ask(self, why_not: str = "") -> HttpResponse:
        """The page; once it was sent, the receipt."""
        file = self.file
        if self.notification.sent_at is not None:
            return redirect("dropouts:receipt", self.notification.ref)
        counts = self.counts
        if file.state != FileState.WITH_SENDER or not counts["right"]:
            return redirect(address("errors", self.month))
        return self.show(
            form=SeenForm(initial={"seen": self.notification.ref}),
            **counts,
            why_not=why_not,
            back={"href": address("errors", self.month)},
        )


class Marked(OfWorkbook):
    """The sender's own workbook with what to mend marked in it."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it; recorded."""
        file = self.file
        if not is_to_mend(file) or not can_give_back(file):
            raise Http404
        rows = self.to_mend.order_by("number").values_list("number", "problems")
        content = annotate_workbook(
            storage.read_stored(file.stored_id),
            presenters.cell_problems(rows),
            filename=file.file_name,
            headings=headings_known(),
        )
        gave_back(file, content, by=self.user, at=self.now, subject=self.notification)
        name = f"{show_reference(self.notification.ref)}-to-mend.xlsx"
        return attachment(content, name)
