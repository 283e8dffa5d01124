"""Going live: what moved in, held against the old system's return (PIA-30, pages §2.9)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.intake.models import InboundFile
from caseload.intake.presenters.files import address as address_of_file
from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import trail
from ccis.authorities.places import settings_places
from ccis.calendar.periods import Period
from ccis.files.writing import workbook_bytes
from ccis.govuk.lists import Column, Sort, page_of
from returns import tasks
from returns.actions import moves
from returns.errors import CannotMake
from returns.forms import ExplainForm, SignOffForm
from returns.models import Difference, Reconciliation
from returns.moving.comparing import values_of
from returns.moving.kind import NAME
from returns.moving.reasons import explains, in_words
from returns.presenters import moves as presenter
from returns.presenters.places import to_build
from returns.views.base import when_committed

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MovesPage(RequiresPermission):
    """A page for those who may say that an authority goes live."""

    permission = Permission.GO_LIVE


class OfMove(MovesPage):
    """A page of one file that moved in; another authority's, or another kind, is not found."""

    @cached_property
    def file(self) -> InboundFile:
        """The file that the address names."""
        files = InboundFile.objects.visible_to(self.user).of(self.authority).filter(kind=NAME)
        return get_object_or_404(files.select_related("authority"), ref=self.kwargs["ref"])

    @cached_property
    def newest(self) -> Reconciliation | None:
        """Its newest comparison."""
        return (
            Reconciliation.objects.visible_to(self.user)
            .filter(file=self.file)
            .select_related("build", "signed_off_by", "file__authority", "authority")
            .first()
        )

    @property
    def compared(self) -> Reconciliation:
        """Its newest comparison, which is finished; not found otherwise."""
        if self.newest is None or self.newest.compared_at is None:
            raise Http404
        return self.newest

    @property
    def back(self) -> dict[str, str]:
        """The link back to the move."""
        return {"href": presenter.address(self.file), "text": self.title}

    @property
    def title(self) -> str:
        """What the pages of this move are headed."""
        return f"{Period.of(self.file.as_at).label} return of the old system"


COLUMNS = (
    Column("Month"),
    Column("From"),
    Column("State of the file"),
    Column("Rows", numeric=True),
    Column("Against its return"),
    Column("Reference"),
)


class Moves(MovesPage, TemplateResponseMixin, ContextMixin):
    """Every file that moved in."""

    template_name = "returns/moves.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        files = InboundFile.objects.visible_to(self.user).of(self.authority).filter(kind=NAME)
        listed = page_of(
            files.select_related("provider"),
            request=self.request,
            name="moves",
            sorts=(Sort("newest", "Newest first", ("-received_at",)),),
            key="ref",
        )
        newest: dict[int, Reconciliation] = {}
        found = Reconciliation.objects.filter(file__in=[file.pk for file in listed.rows])
        for one in found.select_related("signed_off_by", "build"):
            newest.setdefault(one.file_id, one)
        listed.rows[:] = [
            presenter.list_row(file, newest.get(file.pk), self._left(newest.get(file.pk)))
            for file in listed.rows
        ]
        return self.render_to_response(
            self.get_context_data(
                listed=listed,
                columns=COLUMNS,
                caption_text="Files that moved in",
                nothing_yet=not listed.total,
                may_send=self.may(Permission.SEND_FILES),
                settings_places=settings_places(self.request),
            )
        )

    @staticmethod
    def _left(one: Reconciliation | None) -> int:
        return moves.unexplained(one) if one is not None and one.compared_at else 0


class ShowMove(OfMove, TemplateResponseMixin, ContextMixin):
    """One move: its file, the same return, the counts of both, and every difference by reason."""

    template_name = "returns/move.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        newest = self.newest
        is_compared = newest is not None and newest.compared_at is not None
        groups = moves.groups_of(newest) if newest is not None and is_compared else []
        left = moves.unexplained(newest) if newest is not None and is_compared else 0
        return self.render_to_response(
            self.get_context_data(
                file=self.file,
                title=self.title,
                reference=show_reference(self.file.ref),
                review=address_of_file(self.file) if self.may(Permission.SEE_FILES) else "",
                newest=newest,
                build=to_build(newest.build)
                if newest and self.may(Permission.SEE_RETURNS)
                else "",
                standing=presenter.standing(newest, left),
                is_compared=is_compared,
                left=left,
                tables=presenter.count_tables(newest.counts) if newest and is_compared else [],
                rows=presenter.rows_table(newest.counts) if newest and is_compared else [],
                groups=[presenter.group_row(self.file, one) for one in groups],
                may_make=self.may(Permission.MAKE_RETURNS),
                compare=presenter.address(self.file, "move-compare"),
                workbook=presenter.address(self.file, "move-workbook"),
                sign_off=presenter.address(self.file, "move-sign-off"),
                back={"href": reverse("returns:moves"), "text": "Going live"},
            )
        )  # fmt: skip


class CompareMove(OfMove):
    """Makes the return of the month and compares, by a worker."""

    permission = Permission.MAKE_RETURNS

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for both, and go back to the move."""
        if not self.may(Permission.GO_LIVE):
            raise Http404
        try:
            asked = moves.ask(file=self.file, by=self.user, at=timezone.now())
        except CannotMake as error:
            messages.error(self.request, error.message)
        else:
            when_committed(tasks.reconcile_move, reconciliation_id=asked.pk)
            messages.success(self.request, "The return is being made and compared.")
        return redirect(presenter.address(self.file))


class OfGroup(OfMove):
    """A page of the differences of one kind, in one element, for one reason."""

    @property
    def group(self) -> dict[str, str]:
        """Which, by the address."""
        return {name: self.request.GET.get(name, "") for name in ("what", "element", "reason")}

    @property
    def heading(self) -> str:
        """What it is called."""
        what = self.group["what"]
        known = what in Difference.What.values
        return self.group["element"] or (str(Difference.What(what).label) if known else "")


GROUP_COLUMNS = (
    Column("NCCIS id"),
    Column("Row", numeric=True),
    Column("In the old return"),
    Column("In ours"),
)


class MoveGroup(OfGroup, TemplateResponseMixin, ContextMixin):
    """Everyone in a group of differences, with both values."""

    template_name = "returns/move_group.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, and leave a line about it."""
        compared, group = self.compared, self.group
        everyone = moves.group_of(compared, **group)
        seen = everyone.filter(
            pk__in=Difference.objects.visible_to(self.user)
            .filter(reconciliation=compared)
            .values("pk")
        )
        listed = page_of(
            seen,
            request=self.request,
            name="move-group",
            sorts=(Sort("id", "NCCIS id", ("young_persons_id",)),),
        )
        shown: list[Difference] = list(listed.rows)
        trail.record(
            "move differences seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=compared,
            element=group["element"],
            people=len(shown),
        )
        trail.record_many(
            "person seen",
            {one.person_id for one in shown if one.person_id},
            kind=YoungPerson._meta.label_lower,
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            page="returns move",
        )
        values = values_of(compared, group["element"], shown) if group["element"] else {}
        sensitive = self.may(Permission.SEE_SENSITIVE)
        listed.rows[:] = [
            presenter.difference_row(one, values, sensitive=sensitive) for one in shown
        ]
        first = shown[0] if shown else None
        return self.render_to_response(
            self.get_context_data(
                listed=listed,
                columns=GROUP_COLUMNS if group["element"] else GROUP_COLUMNS[:2],
                caption_text=f"{self.heading}: who",
                nothing_yet=not listed.total,
                heading=self.heading,
                has_values=bool(group["element"]),
                why=in_words(group["element"], group["reason"]),
                is_explained=explains(group["reason"]),
                explanation=first.explanation if first else "",
                may_explain=bool(shown) and compared.signed_off_at is None,
                explain=presenter.address(self.file, "move-explain", **group),
                hidden=everyone.count() - listed.total,
                back=self.back,
            )
        )


class ExplainMove(OfGroup, FormView[ExplainForm]):
    """Someone says why a group of differences is as it is."""

    template_name = "returns/move_explain.jinja"
    form_class = ExplainForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number = moves.group_of(self.compared, **self.group).count()
        here = presenter.address(self.file, "move-group", **self.group)
        return super().get_context_data(
            title=self.title,
            heading=self.heading,
            number=number,
            why=in_words(self.group["element"], self.group["reason"]),
            back={"href": here, "text": self.heading or "Differences"},
            cancel=here,
            **kwargs,
        )

    def form_valid(self, form: ExplainForm) -> HttpResponse:
        try:
            moves.explain(
                reconciliation=self.compared,
                **self.group,
                words=form.cleaned_data["words"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotMake as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Explained.")
        return redirect(presenter.address(self.file))


class MoveWorkbook(OfMove):
    """Every difference as a workbook: ids, and no values."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it."""
        found = moves.list_differences(
            reconciliation=self.compared, by=self.user, at=timezone.now()
        )
        rows = (presenter.workbook_row(one) for one in found.iterator(5_000))
        content = workbook_bytes(presenter.WORKBOOK, rows, sheet="Differences")
        moves.note_workbook(
            reconciliation=self.compared, content=content, by=self.user, at=timezone.now()
        )
        response = HttpResponse(content, content_type=WORKBOOK)
        response["Content-Disposition"] = 'attachment; filename="differences.xlsx"'
        response["Cache-Control"] = "no-store, private"
        return response


class SignOffMove(OfMove, FormView[SignOffForm]):
    """Someone says that the authority may rely on what moved in."""

    template_name = "returns/move_sign_off.jinja"
    form_class = SignOffForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        compared = self.compared
        return super().get_context_data(
            title=self.title,
            counts=compared.counts,
            number=compared.differences.count(),
            left=moves.unexplained(compared),
            back=self.back,
            cancel=presenter.address(self.file),
            **kwargs,
        )

    def form_valid(self, form: SignOffForm) -> HttpResponse:
        try:
            moves.sign_off(
                reconciliation=self.compared,
                note=form.cleaned_data["note"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotMake as error:
            form.add_error("note", error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Signed off.")
        return redirect(presenter.address(self.file))
