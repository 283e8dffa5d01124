"""Lists as files: asked for by an officer or by the one who takes it (pages §2.5)."""

from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.accounts.models import User
from ccis.govuk.progress import as_json, wants_json
from providers.portal.views import PortalView
from sharing.errors import CannotShare
from sharing.files import actions, own, presenters, tasks
from sharing.files.forms import AskForm, OwnForm
from sharing.files.models import FileState, SecureFile
from sharing.models import SharedList

TYPES = {
    SecureFile.Form.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SecureFile.Form.ZIP: "application/zip",
}
COLUMNS = ["File", "Made for", "Asked for", "State"]


class OfList(RequiresPermission):
    """A page of one list of the authority."""

    permission = Permission.MAKE_SECURE_FILES

    @cached_property
    def shared(self) -> SharedList:
        """The list that the address names."""
        mine = SharedList.objects.visible_to(self.user).filter(authority=self.authority)
        return get_object_or_404(
            mine.select_related("authority", "provider", "version"), ref=self.kwargs["ref"]
        )

    @property
    def address(self) -> str:
        """The page of the list's files."""
        return reverse("securefiles:files", args=[self.shared.ref])


class Files(OfList, TemplateResponseMixin, ContextMixin):
    """The files that were made of a list, and whether one may be made."""

    template_name = "securefiles/files.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        files = self.shared.files.select_related("for_user", "on_list")
        return self.render_to_response(
            self.get_context_data(
                reference=show_reference(self.shared.ref),
                rows=presenters.file_rows(list(files), route="securefiles:file"),
                columns=COLUMNS,
                why_not=actions.why_no_files(self.shared),
                ask=reverse("securefiles:ask", args=[self.shared.ref]),
                sent_back=reverse("outcomes:officer-send", args=[self.shared.ref]),
                back={"href": reverse("sharing:list", args=[self.shared.ref]), "text": "The list"},
            )
        )


class Ask(OfList, FormView[AskForm]):
    """Asks who gets a file of the list, and who its passphrase."""

    form_class = AskForm
    template_name = "securefiles/ask.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "named": actions.whom(self.shared),
            "user": self.user,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            reference=show_reference(self.shared.ref),
            back={"href": self.address, "text": "Files of this list"},
            cancel=self.address,
            **kwargs,
        )

    def form_valid(self, form: AskForm) -> HttpResponse:
        try:
            file = actions.ask(self.shared, **form.cleaned_data, by=self.user, at=timezone.now())
        except CannotShare as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        transaction.on_commit(partial(tasks.make_file.delay, file_id=file.pk))
        return redirect(presenters.address(file))


class OfFile(OfList):
    """A page of one file of a list."""

    @cached_property
    def file(self) -> SecureFile:
        """The file that the address names."""
        files = SecureFile.objects.visible_to(self.user).filter(on_list=self.shared)
        return get_object_or_404(
            files.select_related("on_list", "for_user", "told_to", "asked_by"),
            ref=self.kwargs["file"],
        )


class ShowFile(OfFile, TemplateResponseMixin, ContextMixin):
    """Where a file stands, and each time that it left."""

    template_name = "securefiles/file.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; tell its script how far the file is."""
        if wants_json(self.request):
            return as_json(presenters.progress(self.file))
        file = self.file
        under_way = file.state in (FileState.MAKING, FileState.STOPPED)
        return self.render_to_response(
            self.get_context_data(
                **page_of_file(file, self.user.pk),
                progress=presenters.progress(file) if under_way else None,
                downloads=presenters.downloads(file),
                destroy=reverse("securefiles:destroy", args=[self.shared.ref, file.ref])
                if file.state != FileState.DESTROYED
                else "",
                tell=reverse("securefiles:tell", args=[self.shared.ref, file.ref]),
                back={"href": self.address, "text": "Files of this list"},
            )
        )


def page_of_file(file: SecureFile, user: int) -> dict[str, Any]:
    """What both pages of a file say."""
    ready = file.state == FileState.READY
    return {
        "heading": presenters.title_of(file),
        "state": presenters.tag(file),
        "details": presenters.details(file),
        "may_download": ready and file.for_user_id == user,
        "may_be_told": ready and file.told_to_id == user and file.told_at is None,
    }


class CarryOn(OfFile):
    """Goes on with a file that has stopped."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give it to a worker again."""
        transaction.on_commit(partial(tasks.make_file.delay, file_id=self.file.pk))
        return redirect(presenters.address(self.file))


class Destroy(OfFile):
    """Destroys a file that nobody needs."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Destroy it; a second time changes nothing."""
        actions.destroy(self.file, by=self.user, at=timezone.now())
        messages.success(self.request, "The file’s key is destroyed. Nobody can open it any more")
        return redirect(presenters.address(self.file))


class _Tells(TemplateResponseMixin, ContextMixin):
    """Shows the passphrase, once."""

    template_name = "securefiles/passphrase.jinja"

    def tell(self, file: SecureFile, request: Any, back: str) -> HttpResponse:
        try:
            phrase = actions.tell(file, user=request.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(request, error.message)
            return redirect(back)
        response = self.render_to_response(
            self.get_context_data(
                phrase=phrase,
                email=file.for_user.email,
                back={"href": back, "text": "The file"},
            )
        )
        response["Cache-Control"] = "no-store, private"
        return response


class Tell(OfFile, _Tells):
    """Shows an officer the passphrase, to be said on the phone."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.tell(self.file, self.request, presenters.address(self.file))


# -- the named individual's side -------------------------------------------------------------------


def files_for(page: PortalView) -> QuerySet[SecureFile]:
    """Files that concern whoever is signed in, of the organisation that they act for."""
    return SecureFile.objects.concerning(page.user).filter(
        on_list__authority=page.authority, on_list__provider=page.provider
    )


class Mine(PortalView):
    """A page of a file that was made for whoever is signed in, or whose passphrase goes to them.

    Of the organisation that they act for: another that they also belong to has pages of its own.
    """

    permission = Permission.OPEN_SECURE_FILES

    @cached_property
    def file(self) -> SecureFile:
        """The file that the address names; anybody else's is not found."""
        files = files_for(self)
        return get_object_or_404(
            files.select_related("on_list", "for_user", "told_to", "asked_by"),
            ref=self.kwargs["file"],
        )

    @property
    def address(self) -> str:
        """The file's page."""
        return presenters.address(self.file, route="securefiles:mine")


class MyFiles(PortalView, TemplateResponseMixin, ContextMixin):
    """The files that concern whoever is signed in."""

    permission = Permission.OPEN_SECURE_FILES
    template_name = "securefiles/mine.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        listed = list(files_for(self).select_related("on_list", "for_user"))
        lists = list(own.lists_with_people(self.seat, timezone.now()))
        return self.render_to_response(
            self.get_context_data(
                make=presenters.own_workbooks(
                    [one for one in lists if not actions.why_no_files(one)]
                ),
                why_none=own.why_none(lists),
                rows=presenters.file_rows(listed, route="securefiles:mine"),
                columns=COLUMNS,
                back={"href": reverse("mylist:list"), "text": "My list"},
            )
        )


class MakeMine(PortalView, FormView[OwnForm]):
    """Asks which colleague is shown the passphrase, and has one's own workbook made."""

    permission = Permission.OPEN_SECURE_FILES
    form_class = OwnForm
    template_name = "securefiles/make_mine.jinja"

    @cached_property
    def shared(self) -> SharedList:
        """The list that the address names; one that may not be opened from here is not found."""
        lists = own.lists_with_people(self.seat, timezone.now())
        return get_object_or_404(lists, ref=self.kwargs["ref"])

    @cached_property
    def colleagues(self) -> list[User]:
        """Who else may open it."""
        return own.colleagues(self.shared, self.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"colleagues": self.colleagues}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = reverse("securefiles:my-files")
        return super().get_context_data(
            reference=show_reference(self.shared.ref),
            why_none=own.why_none([self.shared]),
            has_colleagues=bool(self.colleagues),
            council=self.authority.title,
            back={"href": here, "text": "Files for you"},
            cancel=here,
            **kwargs,
        )

    def form_valid(self, form: OwnForm) -> HttpResponse:
        try:
            file = own.ask(self.shared, **form.cleaned_data, by=self.user, at=timezone.now())
        except CannotShare as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        transaction.on_commit(partial(tasks.make_file.delay, file_id=file.pk))
        return redirect(presenters.address(file, route="securefiles:mine"))


class MyFile(Mine, TemplateResponseMixin, ContextMixin):
    """One file: download it, or be shown its passphrase."""

    template_name = "securefiles/file.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; tell its script how far the file is."""
        arguments = [self.file.ref]
        progress = presenters.progress(self.file, route="securefiles:mine")
        if wants_json(self.request):
            return as_json(progress)
        under_way = self.file.state in (FileState.MAKING, FileState.STOPPED)
        return self.render_to_response(
            self.get_context_data(
                **page_of_file(self.file, self.user.pk),
                progress=progress if under_way else None,
                download=reverse("securefiles:download", args=arguments),
                tell=reverse("securefiles:tell-me", args=arguments),
                back={"href": reverse("securefiles:my-files"), "text": "Files for you"},
            )
        )


class TellMe(Mine, _Tells):
    """Shows a named individual the passphrase of a colleague's file."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.tell(self.file, self.request, self.address)


class Download(Mine):
    """Gives the encrypted file; each time is recorded."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file; not found for whom it was not made, said on the page where it is gone."""
        if self.file.for_user_id != self.user.pk:
            raise Http404
        try:
            content = actions.download(self.file, user=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(self.request, error.message)
            return redirect(self.address)
        form = SecureFile.Form(self.file.form)
        response = HttpResponse(content, content_type=TYPES[form])
        name = f"list-{self.file.on_list.ref}-{self.file.mark}.{form.value}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store, private"
        return response
