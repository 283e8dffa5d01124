"""The rows of a file, one row, and its errors."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html

from caseload.intake.actions import rows as row_actions
from caseload.intake.actions.giving_back import gave_back
from caseload.intake.columns import headings_known
from caseload.intake.directory import read_directory
from caseload.intake.errors import IntakeError
from caseload.intake.forms import (
    ACCEPT,
    ASIDE,
    BACK,
    NEW,
    NONE,
    PASSED,
    SAME,
    THEIRS,
    UNSURE,
    AcceptTogetherForm,
    DecideForm,
    RowFilters,
)
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundRow, InboundRowQuerySet
from caseload.intake.presenters import errors as error_presenter
from caseload.intake.presenters import files as presenter
from caseload.intake.presenters import rows as row_presenter
from caseload.intake.queries import accepters_of, errors_by_kind, has_hidden_rows, next_unsure
from caseload.intake.rules import (
    OPEN_OUTCOMES,
    READY_OUTCOMES,
    WITH_PEOPLE,
    CannotMove,
    FileState,
    Outcome,
)
from caseload.intake.views.base import FilePage, ShowFile, work_when_committed
from caseload.intake.views.sending import attachment
from caseload.models import Address, YoungPerson
from caseload.queries.search import whose
from caseload.queries.summaries import Summary, summaries_of
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.files import storage
from ccis.files.writing import annotate_workbook
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural

MOST_FAMILY = 10
"""So many people at one postcode are shown."""

SORTS = (Sort("number", "Row number", ("number",)),)
COLUMNS = (
    Column("Row", sort="number"),
    Column("Name in the file"),
    Column("Date of birth"),
    Column("Where it stands"),
    Column("Why"),
)


class _Rows(ShowFile):
    @cached_property
    def all_rows(self) -> InboundRowQuerySet:
        """The rows that the user may see: none about people whom they may not."""
        return InboundRow.objects.visible_to(self.user).filter(file=self.file)


class Rows(_Rows):
    """The rows by where they stand, numbered as in the file."""

    page = "rows"
    template_name = "intake/rows.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = RowFilters(self.request.GET)
        rows = filters.narrow(self.all_rows)
        everyone = filters.narrow(InboundRow.objects.filter(file=self.file)).count()
        total = rows.count()
        listed = page_of(
            rows.select_related("file"),
            request=self.request,
            name=f"rows-{self.file.ref}",
            sorts=SORTS,
            key="number",
            filters=filters,
            total=total,
            sentence=format_html("<strong>{}</strong> of this file.", plural(total, "row")),
        )
        seen = len(listed.rows)
        listed.rows[:] = [row_presenter.list_row(row) for row in listed.rows]
        trail.record(
            "rows seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            rows=seen,
        )
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Rows of the file",
            hidden=everyone - total,
            back={"href": presenter.address(self.file), "text": "Review"},
            **kwargs,
        )


class _OneRow(FilePage):
    @cached_property
    def row(self) -> InboundRow:
        """The row that the address names; not found when it is about someone hidden."""
        row = get_object_or_404(
            InboundRow.objects.visible_to(self.user).filter(file=self.file),
            number=self.kwargs["number"],
        )
        row.file = self.file
        return row

    @cached_property
    def people(self) -> list[Summary]:
        """Those whom the row is or may be about, of whom the user may see something."""
        ids = [candidate["person"] for candidate in self.row.candidates]
        if self.row.person_id and self.row.person_id not in ids:
            ids.insert(0, self.row.person_id)
        visible = list(
            YoungPerson.objects.visible_to(self.user).of(self.authority).filter(pk__in=ids)
        )
        return list(summaries_of(visible, timezone.localdate()).values())

    @cached_property
    def family(self) -> list[Summary]:
        """People at the postcode of a row about nobody we know, where its kind asks for them."""
        row, postcode = self.row, self.row.read.get("postcode")
        if not kind_named(self.file.kind).seeks_family or row.person_id or not postcode:
            return []
        known = {one.person.pk for one in self.people}
        there = (
            YoungPerson.objects.visible_to(self.user)
            .of(self.authority)
            .filter(pk__in=whose(Address, postcode=postcode))
            .exclude(pk__in=known)
            .order_by("pk")[:MOST_FAMILY]
        )
        return list(summaries_of(list(there), timezone.localdate()).values())

    def choices(self) -> list[tuple[str, str]]:
        """What may be decided about the row."""
        row = self.row
        if self.may_pass_on:
            return [(PASSED, "It has been sent on"), (UNSURE, "Not yet")]
        if self.file.state not in WITH_PEOPLE:
            return []
        if row.outcome == Outcome.SET_ASIDE:
            return [(BACK, "Look at it after all")]
        if row.outcome not in OPEN_OUTCOMES:
            return []
        made: list[tuple[str, str]] = []
        if row.person_id is None:
            made += [
                (
                    f"{SAME}:{one.person.ref}",
                    f"It is {one.full_name}, {show_reference(one.person.ref)}",
                )
                for one in self.people
            ]
            if len(self.people) > 1:
                made.append((NONE, "It is none of these people"))
            elif self.people:
                made.append((NONE, "It is not this person"))
            if kind_named(self.file.kind).creates and row.outcome == Outcome.NEEDS_PERSON:
                made.append((NEW, "It is someone new: add them"))
        if row.reason == "please-check":
            made.append((ACCEPT, "It is right as it is"))
        if row_actions.may_be_elsewhere(row):
            theirs = row_presenter.send_to(row).get("name", "another authority")
            made.append((THEIRS, f"They live in the area of {theirs}: pass it on"))
        if row.outcome in READY_OUTCOMES:
            made.append((UNSURE, "Leave it among the rows that are ready"))
            return [*made, (ASIDE, "Set it aside: do not use it")]
        made.append((ASIDE, "Set it aside: do not use it"))
        made.append((UNSURE, "I cannot tell: leave it for now"))
        return made

    @property
    def may_pass_on(self) -> bool:
        """Whether the row is to be sent on to another authority."""
        return (
            self.row.outcome == Outcome.ELSEWHERE
            and kind_named(self.file.kind).passes_on
            and self.file.state in WITH_PEOPLE | {FileState.DONE}
        )

    def page_context(self, form: DecideForm | None) -> dict[str, Any]:
        """What the page shows."""
        row = self.row
        numbers = row_presenter.identifiers_of([one.person.pk for one in self.people])
        by_id = {one.person.pk: one for one in self.people}
        sensitive, names = self.may(Permission.SEE_SENSITIVE), accepters_of([row])
        return self.get_context_data(
            row=row,
            place=row_presenter.outcome_tag(row),
            why=row_presenter.why(row),
            name=row_presenter.name_in(row.read),
            cells=row_presenter.as_sent(row, sensitive=sensitive, names=names),
            whole=row_presenter.whole_row_problems(row, names),
            sides=[
                "In the file",
                *(f"On record {show_reference(s.person.ref)}" for s in self.people),
            ],
            compared=row_presenter.compared(row, self.people, numbers) if self.people else [],
            candidates=[
                row_presenter.candidate_line(one, by_id[one["person"]])
                for one in row.candidates
                if one["person"] in by_id
            ],
            send_to=row_presenter.send_to(row) if self.may_pass_on else {},
            family=[row_presenter.family_line(row, one) for one in self.family],
            proposals=row_presenter.proposals(row, read_directory(), sensitive=sensitive)
            if row.proposal
            else [],
            form=form,
            back={
                "href": presenter.rows_address(self.file, row.outcome),
                "text": f"Rows: {Outcome(row.outcome).label}",
            },
        )

    def show(self, form: DecideForm | None) -> HttpResponse:
        """Draw the page, leaving a line about everyone on it."""
        if seen := [*self.people, *self.family]:
            trail.record_many(
                "person seen",
                [one.person.pk for one in seen],
                kind=YoungPerson._meta.label_lower,
                by=self.user,
                at=timezone.now(),
                authority=self.authority,
                page="row of a file",
                file=self.file.pk,
                row=self.row.number,
            )
        return self.render_to_response(self.page_context(form))


class ShowRow(_OneRow):
    """One row: as sent, as read, matched how, what would change."""

    page = "rows"
    template_name = "intake/row.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        choices = self.choices() if self.may(Permission.APPROVE_FILES) else []
        return self.show(DecideForm(choices=choices) if choices else None)


class Decide(_OneRow):
    """Does what someone decided about a row, and shows the next."""

    permission = Permission.APPROVE_FILES
    page = "rows"
    template_name = "intake/row.jinja"
    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it."""
        form = DecideForm(self.request.POST, choices=self.choices())
        if not form.is_valid():
            return self.show(form)
        try:
            self.decide(form.cleaned_data)
        except (IntakeError, CannotMove) as error:
            form.add_error("decision", str(error))
            return self.show(form)
        following = next_unsure(self.file, self.row.number, self.user)
        if following is None:
            messages.success(self.request, "Saved. No more rows need a person.")
            return redirect(presenter.address(self.file))
        messages.success(self.request, f"Saved. Next: row {following.number}.")
        return redirect("intake:row", ref=self.file.ref, number=following.number)

    def decide(self, answer: dict[str, Any]) -> None:
        """Carry the decision out. Raises ``IntakeError``."""
        decision: str = answer["decision"]
        given: dict[str, Any] = {"row": self.row, "by": self.user, "at": timezone.now()}
        if decision.startswith(f"{SAME}:"):
            ref = decision.partition(":")[2]
            person = next(one.person for one in self.people if one.person.ref == ref)
            row_actions.say_same(**given, person=person)
        elif decision == NONE:
            row_actions.say_not_same(**given, people=[one.person.pk for one in self.people])
        elif decision == NEW:
            row_actions.say_new(**given)
        elif decision == ACCEPT:
            row_actions.accept(**given, why=answer["why"])
        elif decision == ASIDE:
            row_actions.set_aside(**given, why=answer["why_aside"])
        elif decision == THEIRS:
            row_actions.say_elsewhere(**given)
        elif decision == PASSED:
            row_actions.pass_on(**given, how=answer["how"])
        elif decision == BACK:
            row_actions.put_back(**given)


# -- errors ----------------------------------------------------------------------------------------


class Errors(_Rows):
    """What is wrong, by error: those that must be mended first (pages §3.6)."""

    page = "errors"
    template_name = "intake/errors.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kinds=error_presenter.by_error(self.file, errors_by_kind(self.file)),
            can_mark=bool(self.file.stored_id)
            and self.may(Permission.SEND_FILES)
            and not has_hidden_rows(self.file, self.user),
            is_open=self.file.state in WITH_PEOPLE,
            back={"href": presenter.address(self.file), "text": "Review"},
            **kwargs,
        )


ERROR_COLUMNS = (
    Column("Row", sort="number"),
    Column("Column"),
    Column("In the cell"),
    Column("What to do"),
)


class ErrorsByRow(_Rows):
    """What is wrong, row by row, in the file's order."""

    page = "errors"
    template_name = "intake/errors_by_row.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.all_rows.exclude(problems=[]).select_related("file")
        sensitive = self.may(Permission.SEE_SENSITIVE)
        listed = page_of(
            rows, request=self.request, name=f"errors-{self.file.ref}", sorts=SORTS, key="number"
        )
        names = accepters_of(listed.rows)
        listed.rows[:] = [
            line
            for row in listed.rows
            for line in error_presenter.lines_of(row, self.file, sensitive=sensitive, names=names)
        ]
        trail.record(
            "rows seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            rows=len(listed.rows),
        )
        return super().get_context_data(
            listed=listed,
            columns=ERROR_COLUMNS,
            caption_text="Errors by row",
            back={"href": presenter.address(self.file), "text": "Review"},
            **kwargs,
        )


class AcceptTogether(FilePage):
    """Accepts everything of one kind that is to be checked, with one reason."""

    permission = Permission.APPROVE_FILES
    template_name = "intake/accept.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask why."""
        return self.ask(AcceptTogetherForm())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Accept them."""
        form = AcceptTogetherForm(self.request.POST)
        if form.is_valid():
            try:
                row_actions.accept_together(
                    file=self.file,
                    code=self.problem["code"],
                    why=form.cleaned_data["why"],
                    by=self.user,
                    at=timezone.now(),
                )
            except (IntakeError, CannotMove) as error:
                form.add_error("why", str(error))
            else:
                work_when_committed(self.file)
                return redirect(presenter.address(self.file, "progress"))
        return self.ask(form)

    @cached_property
    def problem(self) -> dict[str, Any]:
        """The kind of problem that the address names, if the file has it to be checked."""
        code = self.request.GET.get("code", "")
        for one in error_presenter.by_error(self.file, errors_by_kind(self.file)):
            if one["code"] == code and one["accept"]:
                return one
        raise Http404

    def ask(self, form: AcceptTogetherForm) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(
            self.get_context_data(
                form=form,
                problem=self.problem,
                cancel=presenter.address(self.file, "errors"),
                back={"href": presenter.address(self.file, "errors"), "text": "Errors"},
            )
        )


class MarkedWorkbook(FilePage):
    """The sender's own workbook with what to mend marked in it."""

    permission = Permission.SEND_FILES

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it; recorded. Not given to someone from whom any of its rows is hidden."""
        file = self.file
        if has_hidden_rows(file, self.user):
            messages.warning(
                self.request,
                "Some rows of this file are not shown to you, so you cannot have the file itself.",
            )
            return redirect(presenter.address(file, "errors"))
        try:
            original = storage.read_stored(file.stored_id) if file.stored_id else b""
        except storage.CannotOpenStored:
            original = b""
        if not original:
            messages.warning(self.request, "The file itself is not kept any more.")
            return redirect(presenter.address(file, "errors"))
        rows = InboundRow.objects.filter(file=file).exclude(problems=[])
        problems = [
            problem
            for number, found in rows.order_by("number").values_list("number", "problems")
            for problem in error_presenter.cell_problems(number, found)
        ]
        content = annotate_workbook(
            original, problems, filename=file.file_name, headings=headings_known()
        )
        gave_back(file, content, by=self.user, at=timezone.now())
        return attachment(content, f"{show_reference(file.ref)}-to-mend.xlsx")
