"""One file of the sender's own: its receipt, what to mend, and it with the errors marked."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from caseload.intake.portal import presenters
from caseload.intake.portal.marking import marked_workbook
from caseload.intake.portal.queries import errors_of, rows_with_errors
from caseload.intake.portal.rules import Standing
from caseload.intake.portal.views.base import SENT, SentFile
from caseload.intake.views.sending import attachment
from ccis.access.references import show_reference
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.progress import as_json, wants_json
from ccis.leaving.actions import Content, leaves

SORTS = (Sort("row", "Row", ("number",)),)
COLUMNS = (
    Column("Row", sort="row"),
    Column("Column"),
    Column("In the cell"),
    Column("What to do"),
)


class Receipt(SentFile):
    """What became of a file as far as it is its sender's matter."""

    template_name = "schools/receipt.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or lead to how far it has come."""
        if self.standing == Standing.READING:
            return redirect(presenters.address(self.file, "progress"))
        file = self.file
        asked = any(kind.name == file.kind for kind in self.kinds)
        return self.render_to_response(
            self.get_context_data(
                receipt=presenters.receipt(file, self.standing),
                words=presenters.WORDS[self.standing],
                refusal=file.refusal,
                notices=presenters.notices(file),
                has_errors=bool(errors_of(file)),
                corrected=reverse("schools:upload", args=[file.kind]) if asked else "",
                wants_more=self.standing in (Standing.MEND, Standing.REFUSED),
                back=SENT,
            )
        )


class ProgressPage(SentFile):
    """How far the reading of a file has come."""

    template_name = "schools/progress.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or tell its script."""
        progress = presenters.progress(self.file)
        if wants_json(self.request):
            return as_json(progress)
        return self.render_to_response(self.get_context_data(progress=progress, back=SENT))


class OfErrors(SentFile):
    """A page about what is wrong with a file."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = any(kind.name == self.file.kind for kind in self.kinds)
        return super().get_context_data(
            can_mark=bool(self.file.stored_id),
            corrected=reverse("schools:upload", args=[self.file.kind]) if asked else "",
            back={"href": presenters.address(self.file), "text": "Receipt"},
            **kwargs,
        )


class Errors(OfErrors):
    """What is wrong, by error: what must be mended first."""

    template_name = "schools/errors.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        found = presenters.by_error(errors_of(self.file))
        return self.render_to_response(self.get_context_data(kinds=found))


class ErrorsByRow(OfErrors):
    """What is wrong, row by row, in the file's order."""

    template_name = "schools/errors_by_row.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; that its rows were seen is recorded."""
        listed = page_of(
            rows_with_errors(self.file),
            request=self.request,
            name=f"mend-{self.file.ref}",
            sorts=SORTS,
            key="number",
        )
        listed.rows[:] = [line for row in listed.rows for line in presenters.lines_of(row)]
        trail.record(
            "rows seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            rows=len(listed.rows),
        )
        return self.render_to_response(
            self.get_context_data(listed=listed, columns=COLUMNS, caption_text="Errors by row")
        )


class MarkedWorkbook(SentFile):
    """The sender's own file with what to mend marked in it."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it; recorded."""
        content = marked_workbook(self.file)
        if content is None:
            messages.warning(self.request, "This file cannot be downloaded here any more.")
            return redirect(presenters.address(self.file, "errors"))
        leaves(
            "to-mend",
            Content.of(content),
            authority=self.authority,
            by=self.user,
            at=timezone.now(),
            why="To be mended by whoever sent it",
            of=self.file.ref,
            people=self.file.row_count,
        )
        trail.record(
            "file downloaded",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            rows=self.file.row_count or 0,
        )
        return attachment(content, f"{show_reference(self.file.ref)}-to-mend.xlsx")
