"""What every page about files stands on."""

from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundFile
from caseload.intake.presenters import files as presenter
from caseload.intake.rules import CannotMove
from caseload.intake.tasks import hand_over
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission


def work_when_committed(file: InboundFile) -> None:
    """Give a worker a file, once what it is to read is there for it."""
    transaction.on_commit(partial(hand_over, file.pk))


class OfFiles(RequiresPermission):
    """What is for those who may see files."""

    permission = Permission.SEE_FILES

    @property
    def frame(self) -> dict[str, Any]:
        """What the templates of all these pages want."""
        return {
            "may_send": self.may(Permission.SEND_FILES),
            "may_approve": self.may(Permission.APPROVE_FILES),
        }


class FilesPage(OfFiles, TemplateResponseMixin, ContextMixin):
    """A page about files."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame, **kwargs)


class FilePage(FilesPage):
    """A page of one file of the authority; another's is not found (PIA-29)."""

    page = "file"

    @cached_property
    def file(self) -> InboundFile:
        """The file that the address names."""
        found = InboundFile.objects.visible_to(self.user).of(self.authority)
        return get_object_or_404(
            found.select_related("authority", "provider", "received_by", "approved_by"),
            ref=self.kwargs["ref"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            file=self.file,
            file_title=presenter.title(self.file),
            reference=show_reference(self.file.ref),
            state=presenter.state_tag(self.file),
            places=presenter.places_of(self.file, self.page),
            **kwargs,
        )


class ShowFile(FilePage):
    """A page of a file that is only looked at."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(self.get_context_data())


class ActOnFile(FilePage):
    """A button of a file: does one thing, then goes on; what stands in its way is said."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it."""
        file = self.file
        try:
            self.act()
        except IntakeError as error:
            messages.warning(self.request, error.message)
            return redirect(presenter.address(file))
        except CannotMove:
            messages.warning(self.request, "Someone else has dealt with this file meanwhile")
            return redirect(presenter.address(file))
        return redirect(self.target())

    def act(self) -> None:
        raise NotImplementedError

    def target(self) -> str:
        """Where the reader goes."""
        return presenter.address(self.file, "progress")
