"""A completed workbook sent back, in the portal and by an officer (pages §2.6)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.intake.views.sending import attachment
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.govuk.progress import as_json, wants_json
from ccis.leaving.actions import Content, leaves
from providers.portal.views import PortalView
from sharing.errors import CannotShare
from sharing.files import own
from sharing.files.views import OfList
from sharing.models import SharedList
from sharing.outcomes.actions import workbooks
from sharing.outcomes.models import Place, Workbook, WorkbookState
from sharing.outcomes.workbook import presenters
from sharing.outcomes.workbook.forms import SendBackForm
from sharing.outcomes.workbook_models import WORKING
from sharing.queries.opening import lists_of

SHOWN = 20
"""Workbooks in the table of those that came back."""


class Side(TemplateResponseMixin, ContextMixin):
    """What the portal's pages and the officers' have in common; each side says whose and where."""

    request: HttpRequest
    kwargs: dict[str, Any]
    user: Any

    @property
    def lists(self) -> list[SharedList]:
        """The lists whose workbooks these are."""
        raise NotImplementedError

    @property
    def files(self) -> QuerySet[Workbook]:
        """The workbooks that may be seen here."""
        mine = Workbook.objects.filter(on_list__in=[one.pk for one in self.lists])
        return mine.select_related("on_list__authority", "sent_by", "taken_by")

    @cached_property
    def file(self) -> Workbook:
        """The workbook that the address names; not found when it is not theirs."""
        return get_object_or_404(self.files, ref=self.kwargs["workbook"])

    def address(self, page: str, file: Workbook | None = None) -> str:
        """Where a page of a workbook is, or of them all."""
        raise NotImplementedError

    def own(self, page: str) -> str:
        """Where a page of this workbook is."""
        return self.address(page, self.file)

    def to_show(self) -> HttpResponse:
        """On to the workbook."""
        return redirect(self.own("show"))


class SendBack(Side):
    """Takes a completed workbook in, and lists those that came."""

    template_name = "outcomes/send_back.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question."""
        return self.ask(SendBackForm(lists=self.lists) if self.lists else None)

    def ask(self, form: SendBackForm | None) -> HttpResponse:
        """Draw the page."""
        found = list(self.files[:SHOWN])
        return self.render_to_response(
            self.get_context_data(
                form=form,
                rows=presenters.table_rows(found, lambda one: self.address("show", one)),
                columns=presenters.COLUMNS,
                downloads=self.downloads,
                why_none=own.why_none(self.lists),
                back=self.back,
            )
        )

    @property
    def downloads(self) -> str:
        """Where files to fill in are downloaded."""
        raise NotImplementedError

    @property
    def back(self) -> dict[str, str]:
        """Where the back link leads."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open it and keep it; what is wrong is said beside its question."""
        if not self.lists:
            return self.ask(None)
        form = SendBackForm(request.POST, request.FILES, lists=self.lists)
        if not form.is_valid():
            return self.ask(form)
        sent = form.cleaned_data["file"]
        try:
            file = workbooks.receive(
                form.shared,
                content=sent.read(workbooks.MOST_BYTES + 1),
                passphrase=form.cleaned_data["passphrase"],
                file_name=sent.name,
                by=self.user,
                at=timezone.now(),
            )
        except CannotShare as error:
            form.add_error(error.field, error.message)
            return self.ask(form)
        return redirect(self.address("show", file))


class Show(Side):
    """How far it is; then what would change, and what became of it."""

    template_name = "outcomes/workbook.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; tell its script how far it is."""
        file = self.file
        if wants_json(request):
            return as_json(presenters.progress(file, self.own))
        with_worker = file.state in (*WORKING, WorkbookState.STOPPED)
        refused = file.rows.filter(place=Place.REFUSED)[: presenters.SHOWN]
        return self.render_to_response(
            self.get_context_data(
                heading=presenters.title_of(file),
                file=file,
                tag=presenters.tag(file),
                progress=presenters.progress(file, self.own) if with_worker else None,
                review=None if with_worker or file.refusal else presenters.review(file),
                changes=presenters.what_changes(file),
                to_mend=presenters.to_mend(list(refused)),
                waits=file.state == WorkbookState.REVIEW,
                own=self.own,
                again=self.address("send"),
                back={"href": self.address("send"), "text": "Completed workbooks"},
            )
        )


class Act(Side):
    """Does one thing to a workbook, and shows it again."""

    http_method_names: Sequence[str] = ["post", "options"]
    done = ""

    def act(self) -> None:
        """What it does. Raises ``CannotShare``."""
        raise NotImplementedError

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in the way is said."""
        try:
            self.act()
        except CannotShare as error:
            messages.warning(self.request, error.message)
        else:
            if self.done:
                messages.success(self.request, self.done)
        return self.to_show()


class Take(Act):
    """Lets the rows that say something be taken."""

    def act(self) -> None:
        workbooks.take(self.file, by=self.user, at=timezone.now())


class SetAside(Act):
    """Uses nothing of a workbook."""

    done = "Nothing of this workbook was used"

    def act(self) -> None:
        workbooks.set_aside(self.file, by=self.user, at=timezone.now())


class CarryOn(Act):
    """Goes on with a workbook that stopped."""

    def act(self) -> None:
        workbooks.carry_on(self.file, by=self.user, at=timezone.now())


class Marked(Side):
    """The workbook itself with what to mend marked."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it."""
        try:
            content = workbooks.marked(self.file, by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(self.request, error.message)
            return self.to_show()
        leaves(
            "list-to-mend",
            Content.of(content),
            authority=self.file.on_list.authority,
            by=self.user,
            at=timezone.now(),
            why="To be mended by whoever sent it",
            of=self.file.on_list.ref,
        )
        return attachment(content, f"list-{self.file.on_list.ref}-to-mend.xlsx")


# -- whose, and where ------------------------------------------------------------------------------


class InPortal(PortalView):
    """Of the lists that a named individual may open where they sit."""

    permission = Permission.WORK_LIST

    @cached_property
    def lists(self) -> list[SharedList]:
        """Their lists."""
        return list(lists_of(self.seat).select_related("authority", "version"))

    def address(self, page: str, file: Workbook | None = None) -> str:
        """In the portal."""
        return reverse(f"outcomes:{page}", args=[file.ref] if file else [])

    @property
    def downloads(self) -> str:
        """The files that were made for them."""
        return reverse("securefiles:my-files")

    @property
    def back(self) -> dict[str, str]:
        """Their list."""
        return {"href": reverse("mylist:list"), "text": "My list"}


class OfOfficer(OfList):
    """Of one list of the authority, for whoever may make files of it."""

    @cached_property
    def lists(self) -> list[SharedList]:
        """The list that the address names."""
        return [self.shared]

    def address(self, page: str, file: Workbook | None = None) -> str:  # type: ignore[override]
        """Below the list's files."""
        arguments = [self.shared.ref, *([file.ref] if file else [])]
        return reverse(f"outcomes:officer-{page}", args=arguments)

    @property
    def downloads(self) -> str:
        """The files of the list."""
        return reverse("securefiles:files", args=[self.shared.ref])

    @property
    def back(self) -> dict[str, str]:
        """The files of the list."""
        return {"href": self.downloads, "text": f"Files of list {show_reference(self.shared.ref)}"}


class PortalSendBack(InPortal, SendBack):
    """In the portal: send it back."""


class PortalShow(InPortal, Show):
    """In the portal: review and result."""


class PortalTake(InPortal, Take):
    """In the portal: take it."""


class PortalSetAside(InPortal, SetAside):
    """In the portal: use nothing of it."""


class PortalCarryOn(InPortal, CarryOn):
    """In the portal: go on."""


class PortalMarked(InPortal, Marked):
    """In the portal: what to mend."""


class OfficerSendBack(OfOfficer, SendBack):
    """An officer sends back what an organisation gave them."""


class OfficerShow(OfOfficer, Show):
    """An officer reviews it."""


class OfficerTake(OfOfficer, Take):
    """An officer takes it."""


class OfficerSetAside(OfOfficer, SetAside):
    """An officer uses nothing of it."""


class OfficerCarryOn(OfOfficer, CarryOn):
    """An officer goes on with it."""


class OfficerMarked(OfOfficer, Marked):
    """An officer gives it back marked."""
