"""What every page for those who send files stands on."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.intake.kinds import Kind
from caseload.intake.models import InboundFile
from caseload.intake.portal import presenters
from caseload.intake.portal.queries import asked_kinds, files_of, source_of
from caseload.intake.portal.rules import Standing
from caseload.intake.presenters.files import kind_label
from caseload.intake.source_models import Source
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from providers.portal.views import PortalView

HOME = {"href": "/portal/", "text": "To do"}
SENT = {"href": "/portal/files/", "text": "What you have sent"}


class SenderPage(PortalView):
    """A page for an organisation that sends files: about its own, and nothing else."""

    permission = Permission.SEND_OWN_FILES

    @cached_property
    def source(self) -> Source | None:
        """What the council knows the organisation as; ``None`` when it is asked for no file."""
        return source_of(self.authority, self.provider)

    @cached_property
    def known_source(self) -> Source:
        """The same, for pages that are there only for one that sends files."""
        if self.source is None:
            raise Http404
        return self.source

    @cached_property
    def kinds(self) -> list[Kind]:
        """The kinds of file that it is asked for."""
        return asked_kinds(self.source)


class ShowSender(SenderPage, TemplateResponseMixin, ContextMixin):
    """A page that is only looked at."""

    http_method_names = ["get", "head", "options"]


class SentFile(ShowSender):
    """A page of one file of the organisation's own; any other's is not found (PIA-29)."""

    @cached_property
    def file(self) -> InboundFile:
        """The file that the address names."""
        return get_object_or_404(files_of(self.known_source), ref=self.kwargs["ref"])

    @cached_property
    def standing(self) -> Standing:
        """Where it stands."""
        return presenters.standing(self.file)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            file=self.file,
            file_title=kind_label(self.file),
            reference=show_reference(self.file.ref),
            standing=presenters.tag_of(self.standing),
            **kwargs,
        )
