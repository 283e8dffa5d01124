"""What an organisation is asked for, sending it, and what was sent (pages §2.6)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.intake.actions import files
from caseload.intake.errors import IntakeError
from caseload.intake.expecting import next_due
from caseload.intake.kinds import Column as KindColumn
from caseload.intake.kinds import Kind
from caseload.intake.models import InboundFile
from caseload.intake.portal import presenters
from caseload.intake.portal.forms import UploadForm
from caseload.intake.portal.queries import files_of, found_wrong, last_sent, returns_in
from caseload.intake.portal.reviewing import is_reviewed
from caseload.intake.portal.rules import Term, term_on
from caseload.intake.portal.views.base import HOME, SenderPage, ShowSender
from caseload.intake.presenters import kinds as kind_presenter
from caseload.intake.presenters import taken as taken_presenter
from caseload.intake.rules import Arrival
from caseload.intake.scorecards import FILES, expectation_of, scorecards
from caseload.intake.source_models import Source
from caseload.intake.taking import taken_of
from caseload.intake.views.base import work_when_committed
from caseload.intake.views.sending import attachment
from ccis.audit import trail
from ccis.authorities.policy import policy_of
from ccis.calendar.words import date_in_words, local_date
from ccis.files.writing import write_template_workbook
from ccis.govuk.lists import Column, Sort, page_of

SORTS = (Sort("newest", "Newest first", ("-received_at",)),)
COLUMNS = (
    Column("File"),
    Column("Reference"),
    Column("Sent", sort="newest"),
    Column("State"),
    Column("Rows", numeric=True),
    Column("To mend", numeric=True),
)


class Sent(ShowSender):
    """All that the organisation has sent, each with its receipt."""

    template_name = "schools/files.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        source, today = self.source, timezone.localdate()
        if source is None:
            return self.render_to_response(self.get_context_data(nothing_yet=True, back=HOME))
        listed = page_of(
            files_of(source), request=self.request, name="sent", sorts=SORTS, key="ref"
        )
        newest = newest_of(source)
        listed.rows[:] = [presenters.list_row(file, newest) for file in listed.rows]
        (card,) = scorecards(self.authority, [source], today=today)
        return self.render_to_response(
            self.get_context_data(
                listed=listed,
                columns=COLUMNS,
                caption_text="What you have sent",
                nothing_yet=not listed.total,
                months=presenters.months(card),
                wrong=len(found_wrong(source)),
                may_send=bool(self.kinds),
                back=HOME,
            )
        )


def newest_of(source: Source) -> set[str]:
    """References of the newest file of each kind: what came after it answers the others."""
    newest = files_of(source).order_by("kind", "-received_at", "-pk").distinct("kind")
    return set(newest.values_list("ref", flat=True))


class Send(ShowSender):
    """What the organisation is asked for, by kind: when, and when it last came."""

    template_name = "schools/send.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        today = timezone.localdate()
        asked, owed = [], ""
        if self.source is not None and self.kinds:
            (card,) = scorecards(self.authority, [self.source], today=today, months=2)
            expected = expectation_of(self.source)
            asked = presenters.calendar(
                self.source,
                self.kinds,
                last=last_sent(self.source),
                today=today,
                review=self.open_review(),
            )
            upcoming = next_due(expected, after=today) if expected is not None else None
            owed = presenters.owed_sentence(self.source, card.owed.get(FILES) or upcoming)
        return self.render_to_response(
            self.get_context_data(asked=asked, owed=owed, review=self._review_link(), back=HOME)
        )

    def open_review(self) -> Term | None:
        """The at-risk review that is open, where the organisation is asked for it."""
        if not is_reviewed(self.source):
            return None
        return term_on(timezone.localdate(), policy_of(self.authority))

    def _review_link(self) -> dict[str, str] | None:
        review = self.open_review()
        if review is None:
            return None
        sent = returns_in(review, self.known_source)
        if sent.filter(came_by=Arrival.REVIEW).exists():
            return None
        return {
            "href": reverse("schools:at-risk", args=[review.slug]),
            "text": f"Review who may be at risk, {review.label}",
        }


class OfKind(SenderPage):
    """A page about one kind of file that the organisation is asked for."""

    @cached_property
    def kind(self) -> Kind:
        """The kind that the address names; one that is not asked for is not found."""
        name = self.kwargs["kind"]
        found = next((kind for kind in self.kinds if kind.name == name), None)
        if found is None:
            raise Http404
        return found

    @property
    def columns(self) -> list[KindColumn]:
        """Its columns, less those that would be dropped unread."""
        kind = self.kind
        if not kind.fields:
            return [column for column in kind.columns if column.kept]
        taken = taken_of(self.authority, kind).columns_of(kind)
        return [column for column in kind.columns if column.key in taken]


class Upload(OfKind, FormView[UploadForm]):
    """Sends a file of one kind: what must be in it, its template, and the file."""

    template_name = "schools/upload.jinja"
    form_class = UploadForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kind": self.kind, "today": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keys = {column.key for column in self.columns}
        told = zip(self.kind.columns, kind_presenter.columns(self.kind), strict=True)
        years = ""
        if self.kind.fields:
            years = taken_presenter.years_in_words(taken_of(self.authority, self.kind))
        return super().get_context_data(
            kind=self.kind,
            columns=[words for column, words in told if column.key in keys],
            years=years,
            template=reverse("schools:template", args=[self.kind.name]),
            back={"href": reverse("schools:send"), "text": "Send a file"},
            **kwargs,
        )

    def form_valid(self, form: UploadForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            receipt = files.receive(
                authority=self.authority,
                content=upload,
                file_name=upload.name,
                kind=self.kind.name,
                provider=self.provider,
                source_name=self.provider.name,
                as_at=form.cleaned_data["as_at"],
                came_by=Arrival.PORTAL,
                by=self.user,
                at=timezone.now(),
            )
        except IntakeError as error:
            form.add_error("file", error.message)
            return self.form_invalid(form)
        if not receipt.is_new:
            return self._sent_before(receipt.file)
        work_when_committed(receipt.file)
        return redirect(presenters.address(receipt.file, "progress"))

    def _sent_before(self, earlier: InboundFile) -> HttpResponse:
        """The same content again. That another sender sent it is nobody's business here."""
        if earlier.source_id != self.known_source.pk:
            messages.info(self.request, "We have this file already. Nothing was changed.")
            return redirect("schools:files")
        on = date_in_words(local_date(earlier.received_at))
        messages.info(self.request, f"This file was already sent on {on}. Nothing was changed.")
        return redirect(presenters.address(earlier))


class Template(OfKind):
    """The workbook of a kind to fill in, with the columns that the council takes."""

    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it."""
        kind = self.kind
        headings = {column.heading for column in self.columns}
        content = write_template_workbook(
            [one for one in kind_presenter.template_columns(kind) if one.heading in headings]
        )
        trail.record(
            "template downloaded",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            template=kind.name,
        )
        return attachment(content, f"{kind.name}.xlsx")
