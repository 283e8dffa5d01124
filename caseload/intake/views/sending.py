"""Files received, sending one in, and what each kind is."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from caseload.intake.actions import files
from caseload.intake.errors import IntakeError
from caseload.intake.forms import SendFileForm
from caseload.intake.kinds import KINDS, Kind
from caseload.intake.models import InboundFile
from caseload.intake.presenters import files as presenter
from caseload.intake.presenters import kinds as kind_presenter
from caseload.intake.presenters import taken as taken_presenter
from caseload.intake.taking import taken_of
from caseload.intake.views.base import FilesPage, OfFiles, work_when_committed
from caseload.intake.views.family import family
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date
from ccis.files.writing import write_template_workbook
from ccis.govuk.lists import Column, Sort, page_of

SORTS = (Sort("newest", "Newest first", ("-received_at",)),)
COLUMNS = (
    Column("File"),
    Column("Reference"),
    Column("Received", sort="newest"),
    Column("State"),
    Column("Rows", numeric=True),
    Column("Left to do"),
)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FilesReceived(FilesPage):
    """All files of the authority: kind, source, state, rows, what is left to do."""

    template_name = "intake/files.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        received = InboundFile.objects.visible_to(self.user).of(self.authority)
        listed = page_of(
            received.select_related("provider"),
            request=self.request,
            name="files",
            sorts=SORTS,
            key="ref",
        )
        listed.rows[:] = [presenter.list_row(file) for file in listed.rows]
        context = self.get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Files received",
            nothing_yet=not listed.total,
            kinds=kind_presenter.links(),
            family=family(self.user, self.authority, "/files/"),
        )
        return self.render_to_response(context)


class SendFile(OfFiles, FormView[SendFileForm]):
    """Send in a file: what it is, who sent it, the file."""

    permission = Permission.SEND_FILES
    template_name = "intake/send.jinja"
    form_class = SendFileForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.frame,
            kinds=kind_presenter.links(),
            back={"href": "/files/", "text": "Files received"},
            **kwargs,
        )

    def form_valid(self, form: SendFileForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            receipt = files.receive(
                authority=self.authority,
                content=upload,
                file_name=upload.name,
                kind=form.cleaned_data["kind"],
                provider=form.cleaned_data["provider"],
                source_name=form.cleaned_data["source"],
                as_at=form.cleaned_data["as_at"],
                by=self.user,
                at=timezone.now(),
            )
        except IntakeError as error:
            form.add_error("file", error.message)
            return self.form_invalid(form)
        if not receipt.is_new:
            sent_on = date_in_words(local_date(receipt.file.received_at))
            messages.info(
                self.request, f"This file was already sent on {sent_on}. Nothing was changed."
            )
            return redirect(presenter.address(receipt.file))
        work_when_committed(receipt.file)
        return redirect(presenter.address(receipt.file, "progress"))


class Kinds(FilesPage):
    """The kinds of file that may be sent in."""

    template_name = "intake/kinds.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(
            self.get_context_data(
                kinds=kind_presenter.links(), back={"href": "/files/", "text": "Files received"}
            )
        )


class _OfKind(FilesPage):
    @property
    def kind(self) -> Kind:
        """The kind that the address names."""
        try:
            return KINDS[self.kwargs["kind"]]
        except KeyError:
            raise Http404 from None


class ShowKind(_OfKind):
    """One kind: its columns, what they mean, an example, and what accepting does."""

    template_name = "intake/kind.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(
            self.get_context_data(
                kind=self.kind,
                columns=kind_presenter.columns(self.kind),
                taken=taken_presenter.rows(self.kind, taken_of(self.authority, self.kind)),
                taken_years=taken_presenter.years_in_words(taken_of(self.authority, self.kind)),
                may_switch=self.may(Permission.SWITCH_FIELDS),
                back={"href": "/files/kinds/", "text": "Kinds of file"},
            )
        )


class Template(_OfKind):
    """The workbook of a kind, to fill in."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it."""
        kind = self.kind
        content = write_template_workbook(kind_presenter.template_columns(kind))
        trail.record(
            "template downloaded",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            template=kind.name,
        )
        return attachment(content, f"{kind.name}.xlsx")


def attachment(content: bytes, name: str) -> HttpResponse:
    """A workbook as a download that nobody keeps a copy of on the way."""
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response
