"""The ledger of files that left, and both ledgers as files (pages §2.5, USE-07)."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.files.writing import stream_csv
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural
from sharing import exporting
from sharing.actions.exporting import DISCLOSURES, FILES, give_out
from sharing.errors import CannotShare
from sharing.forms import ExportForm, LedgerFilters, LeftFilters
from sharing.presenters import left as presenter
from sharing.queries import ledger, left
from sharing.views.base import SharingPage, ShowSharing

COLUMNS = (
    Column("File"),
    Column("When"),
    Column("Who took it"),
    Column("Why"),
    Column("Young people", numeric=True),
    Column("SHA-256"),
)
SORTS = (Sort("newest", "Newest", ("-at",)), Sort("oldest", "Oldest", ("at",)))
CSV = "text/csv; charset=utf-8"


class LeftFiles(ShowSharing):
    """Every file with personal data that left, whichever page gave it out."""

    permission = Permission.SEE_LEDGER
    place = "sharing:ledger"
    template_name = "sharing/left.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = LeftFilters(self.request.GET)
        found = filters.narrow(left.left_files(self.authority, self.user))
        total = found.count()
        listed = page_of(
            found,
            request=self.request,
            name="left",
            sorts=SORTS,
            key="ref",
            filters=filters,
            total=total,
            sentence=plural(total, "file"),
        )
        listed.rows[:] = [presenter.row(one) for one in listed.rows]
        trail.record(
            "ledger of files seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            files=len(listed.rows),
        )
        counted = left.counts_by_kind(self.authority, self.user)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            counts=presenter.counts(counted),
            all=sum(one.count for one in counted),
            nothing_yet=not counted,
            caption_text="Files that left",
            export=f"{reverse('sharing:export-files')}?{self.request.GET.urlencode()}",
            **kwargs,
        )


class Export(SharingPage, FormView[ExportForm]):
    """Asks why, and gives a ledger as it is filtered on its page."""

    permission = Permission.SEE_LEDGER
    form_class = ExportForm
    template_name = "sharing/export.jinja"
    ledger = DISCLOSURES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        back = reverse("sharing:ledger" if self.ledger == DISCLOSURES else "sharing:left")
        address = f"{back}?{query}" if query else back
        return super().get_context_data(
            ledger=self.ledger,
            rows=plural(
                self.found().count(), "disclosure" if self.ledger == DISCLOSURES else "file"
            ),
            is_filtered=bool(query),
            back={"href": address, "text": "Ledger"},
            cancel=address,
            **kwargs,
        )

    def found(self) -> Any:
        """What the page that leads here shows."""
        filters = LedgerFilters(self.request.GET, recipients=ledger.recipients(self.authority))
        found = filters.narrow(ledger.ledger(self.authority, self.user), timezone.now())
        return ledger.with_names(found).order_by("-released_at", "-pk")

    def lines(self) -> tuple[list[str], Any]:
        """Headings and rows of the file."""
        return exporting.DISCLOSURES, exporting.disclosure_rows(self.found())

    def form_valid(self, form: ExportForm) -> HttpResponse:
        heads, rows = self.lines()
        made = list(rows)
        content = b"".join(stream_csv(heads, made))
        now = timezone.now()
        try:
            give_out(
                self.ledger, content, rows=len(made), authority=self.authority,
                why=form.cleaned_data["why"], by=self.user, at=now,
            )  # fmt: skip
        except CannotShare as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        response = HttpResponse(content, content_type=CSV)
        name = f"ledger-{self.ledger}-{timezone.localdate(now)}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store, private"
        return response


class ExportFiles(Export):
    """The same of the ledger of files."""

    ledger = FILES

    def found(self) -> Any:
        """What the page that leads here shows."""
        filters = LeftFilters(self.request.GET)
        return filters.narrow(left.left_files(self.authority, self.user)).order_by("-at", "-pk")

    def lines(self) -> tuple[list[str], Any]:
        """Headings and rows of the file."""
        return exporting.FILES, exporting.file_rows(self.found())
