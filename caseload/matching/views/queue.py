"""The queue of rows that wait for a person to say whom they are about (pages §4.6)."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from caseload.intake.actions import answers
from caseload.intake.errors import IntakeError
from caseload.intake.kinds.shared import fold
from caseload.intake.models import InboundFile, InboundRow, InboundRowQuerySet
from caseload.intake.presenters import files as file_presenter
from caseload.intake.presenters import rows as row_presenter
from caseload.intake.rules import AFTER_APPLYING, WITH_PEOPLE, Outcome, Reason
from caseload.intake.scorecards import next_expected
from caseload.intake.views.base import FilesPage, OfFiles
from caseload.intake.views.family import MATCHES, family
from caseload.matching import presenters as presenter
from caseload.matching.forms import NONE, SAME, UNSURE, AnswerForm, MatchFilters
from caseload.matching.models import Candidate
from caseload.matching.presenters import Offer
from caseload.matching.waiting import following, last_answered, waiting
from caseload.models import ContactPoint, YoungPerson
from caseload.queries.relatives import relatives
from caseload.queries.summaries import Summary, summaries_of
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural

SORTS = (
    Sort("likely", "How likely", ("-how_likely",), nullable=True),
    Sort("received", "Received", ("file__received_at", "number")),
)
COLUMNS = (
    Column("Row"),
    Column("Name in the file"),
    Column("Date of birth"),
    Column("File"),
    Column("Received", sort="received"),
    Column("Why"),
    Column("How likely", sort="likely"),
)


class OfMatches(OfFiles):
    """What is for those who say whom rows are about."""

    permission = Permission.APPROVE_FILES

    @cached_property
    def filters(self) -> MatchFilters:
        """The filters of the list, which go along from one row to the next."""
        return MatchFilters(self.request.GET)

    @cached_property
    def words(self) -> str:
        """The filters in force, as the words of an address."""
        return urlencode(self.filters.chosen)

    @cached_property
    def rows(self) -> InboundRowQuerySet:
        """The waiting rows that the filters leave."""
        return self.filters.narrow(waiting(self.user, self.authority))  # type: ignore[return-value]

    def in_queue(self, name: str = "queue") -> str:
        """The address of the list, with its filters."""
        return reverse(f"matching:{name}") + (f"?{self.words}" if self.words else "")


class Queue(OfMatches, FilesPage):
    """All rows that wait, of all files."""

    permission = Permission.APPROVE_FILES
    template_name = "matching/queue.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the list, leaving a line for each file of which it shows rows."""
        total = self.rows.count()
        listed = page_of(
            self.rows.select_related("file__provider"),
            request=self.request,
            name="matches",
            sorts=SORTS,
            filters=self.filters,
            total=total,
            sentence=format_html(
                "<strong>{}</strong> to match. {} first.",
                plural(total, "row"),
                "Longest waiting" if self.request.GET.get("sort") == "received" else "Likeliest",
            ),
        )
        seen: dict[InboundFile, int] = {}
        for row in listed.rows:
            seen[row.file] = seen.get(row.file, 0) + 1
        for file, rows in seen.items():
            trail.record(
                "rows seen",
                by=self.user,
                at=timezone.now(),
                authority=self.authority,
                subject=file,
                rows=rows,
            )
        listed.rows[:] = [presenter.list_row(row, self.words) for row in listed.rows]
        context = self.get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Rows to match",
            nothing_yet=not total and not self.filters.chosen,
            next_file=None if total else next_expected(self.authority, after=timezone.localdate()),
            first=listed.rows[0]["href"] if listed.rows else "",
            last=last_answer(self, self.words),
            family=family(self.user, self.authority, MATCHES),
        )
        return self.render_to_response(context)


class FirstOfFile(OfMatches):
    """Leads to the first row of a file that waits."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find it."""
        files = InboundFile.objects.visible_to(self.user).of(self.authority)
        file = get_object_or_404(files, ref=self.kwargs["ref"])
        row = following(waiting(self.user, self.authority).filter(file=file), None)
        if row is None:
            messages.info(self.request, "Nothing to match in this file.")
            return redirect(file_presenter.address(file))
        return redirect(presenter.address(row, words=f"file={file.ref}"))


class _OneMatch(OfMatches, FilesPage):
    """A page of one waiting row; one about someone hidden is not found (LAW-10)."""

    template_name = "matching/match.jinja"

    @cached_property
    def row(self) -> InboundRow:
        """The row that the address names, waiting or not."""
        return get_object_or_404(
            InboundRow.objects.visible_to(self.user)
            .filter(file__authority=self.authority)
            .select_related("file__provider", "file__authority", "decided_by"),
            file__ref=self.kwargs["ref"],
            number=self.kwargs["number"],
        )

    @cached_property
    def offers(self) -> list[Offer]:
        """Those whom the row may be about, the likeliest first."""
        found = {one["person"]: one for one in self.row.candidates}
        people = YoungPerson.objects.visible_to(self.user).of(self.authority)
        summaries = summaries_of(list(people.filter(pk__in=found)), timezone.localdate())
        scored = {one.person_id: one for one in Candidate.objects.filter(row=self.row).in_order()}
        order = [*scored, *(pk for pk in found if pk not in scored)]
        return [
            Offer(summaries[pk], found[pk], scored.get(pk))
            for pk in order
            if pk in summaries and pk in found
        ]

    def chosen(self, ref: str) -> Offer | None:
        """The offer with a person's reference; the first where none has it."""
        wanted = (one for one in self.offers if one.summary.person.ref == ref)
        return next(wanted, self.offers[0] if self.offers else None)

    @cached_property
    def relatives(self) -> list[Summary]:
        """Others at the home of the row, or of those whom it may be about, of their family name."""
        summaries = [one.summary for one in self.offers]
        return relatives(
            user=self.user,
            authority=self.authority,
            postcodes=[
                str(self.row.read.get("postcode") or ""),
                *(one.home.postcode for one in summaries if one.home),
            ],
            families=[
                fold(str(self.row.read.get("family") or "")),
                *(one.name.family_folded for one in summaries if one.name),
            ],
            but=[one.person.pk for one in summaries],
            on=timezone.localdate(),
        )

    def show(self, offer: Offer, problem: str = "") -> HttpResponse:
        """Draw the page, leaving a line about everyone on it."""
        trail.record_many(
            "person seen",
            [one.person.pk for one in (*(offer.summary for offer in self.offers), *self.relatives)],
            kind=YoungPerson._meta.label_lower,
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            page="match",
            file=self.row.file_id,
            row=self.row.number,
        )
        return self.render_to_response(self.page_context(offer, problem))

    def page_context(self, offer: Offer, problem: str) -> dict[str, Any]:
        """What the page shows."""
        row, person = self.row, offer.summary.person
        family = self.relatives
        numbers = row_presenter.identifiers_of([person.pk]).get(person.pk, {})
        contacts = ContactPoint.objects.believed().filter(
            person=person, whose=ContactPoint.Whose.OWN
        )
        rivals = InboundRow.objects.visible_to(self.user).filter(file=row.file, person=person)
        return self.get_context_data(
            row=row,
            name=presenter.name_of(row),
            why=row.why,
            file_title=file_presenter.title(row.file),
            reference=show_reference(row.file.ref),
            file_href=file_presenter.address(row.file, "row", number=row.number),
            left=self.rows.count(),
            offer=offer,
            sides=[f"In the file, row {row.number}", f"On record {offer.reference}"],
            compared=presenter.compared(
                row,
                offer,
                numbers,
                [] if offer.summary.no_contact else list(contacts.values_list("value", flat=True)),
            ),
            steps=presenter.waterfall(offer.scored) if offer.scored else [],
            warnings=presenter.warnings(
                offer,
                [*family, *(one.summary for one in self.offers if one is not offer)],
                list(rivals.values_list("number", flat=True)),
            ),
            relatives=[presenter.relative_line(one) for one in family],
            others=[
                presenter.other_line(one, self.address_of(one))
                for one in self.offers
                if one is not offer
            ],
            seen=answers.seen_of(row),
            answer_href=presenter.address(row, "answer", self.words),
            last=last_answer(self, self.words),
            problem=problem,
            has_errors=bool(problem),
            back={"href": self.in_queue(), "text": "To match"},
        )

    def address_of(self, offer: Offer) -> str:
        """This page with another person beside the row."""
        more = f"&{self.words}" if self.words else ""
        return f"{presenter.address(self.row)}?person={offer.summary.person.ref}{more}"


class ShowMatch(_OneMatch):
    """A row beside who it may be."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; a row that waits no more is shown as a row of its file."""
        row = self.row
        offer = self.chosen(self.request.GET.get("person", ""))
        if not waits(row) or offer is None:
            if row.decided_by is not None:
                messages.info(self.request, f"Row {row.number} has been answered.")
            return redirect(file_presenter.address(row.file, "row", number=row.number))
        return self.show(offer)


def waits(row: InboundRow) -> bool:
    """Whether a row waits for an answer."""
    return row.outcome == Outcome.NEEDS_PERSON and row.file.state in WITH_PEOPLE


CHANGED = "Whom this row may be about has changed since you opened it. Your answer was not used"


class GiveAnswer(_OneMatch):
    """Does what was answered, and shows the next."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it."""
        form = AnswerForm(self.request.POST)
        ref = self.request.POST.get("person", "")
        offer = self.chosen(ref)
        if not form.is_valid():
            return self.show(offer, "Choose an answer") if offer else self.go_on()
        answer, row = form.cleaned_data["answer"], self.row
        if answer == UNSURE:
            return self.go_on(f"Row {row.number} was left for later.")
        if waits(row) and offer is not None and offer.summary.person.ref != ref:
            return self.show(offer, CHANGED)
        chosen = self.offers if answer == NONE else [offer] if offer else []
        try:
            after = answers.answer(
                row=row,
                people=[one.summary.person for one in chosen],
                is_same=answer == SAME,
                seen=form.cleaned_data["seen"],
                by=self.user,
                at=timezone.now(),
            )
        except IntakeError as error:
            messages.warning(self.request, f"{error.message}.")
            return self.go_on()
        if waits(after) and after.reason in {Reason.LIKELY, Reason.SEVERAL_PEOPLE}:
            messages.success(self.request, f"Saved. Row {row.number} may be someone else.")
            return redirect(presenter.address(row, words=self.words))
        said = f"is {offer.reference}" if offer and answer == SAME else "is nobody of those shown"
        return self.go_on(f"Saved. Row {row.number} {said}.")

    def go_on(self, said: str = "") -> HttpResponse:
        """To the next row that waits, or to the empty list."""
        row = following(self.rows, self.row.pk)
        if row is None:
            messages.success(self.request, f"{said} Nothing else to match.".strip())
            return redirect(self.in_queue())
        if said:
            messages.success(self.request, f"{said} Next: row {row.number}.")
        return redirect(presenter.address(row, words=self.words))


class UndoAnswer(_OneMatch):
    """Takes the last answer about a row back, and shows the row again."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it."""
        row = self.row
        try:
            after = answers.undo(row=row, by=self.user, at=timezone.now())
        except IntakeError as error:
            messages.warning(self.request, f"{error.message}.")
            return redirect(self.in_queue())
        messages.success(self.request, f"The answer about row {row.number} was taken back.")
        if waits(after):
            return redirect(presenter.address(row, words=self.words))
        return redirect(file_presenter.address(row.file, "row", number=row.number))


def last_answer(view: OfMatches, words: str) -> dict[str, Any]:
    """What the user answered last, and whether it can still be taken back; empty for nothing."""
    row = last_answered(view.user, view.authority, at=timezone.now())
    if row is None:
        return {}
    return {
        "text": f"row {row.number} of {show_reference(row.file.ref)}",
        "href": presenter.address(row, "undo", words),
        "is_applied": row.outcome in AFTER_APPLYING.values(),
        "is_busy": row.file.state not in WITH_PEOPLE,
    }
