"""The letter that answers a request, to be printed and posted by an officer (LC-03)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from optout.errors import CannotDo
from optout.letters.actions import answering
from optout.letters.views.printed import pdf
from optout.models import Request


class PrintAnswer(RequiresPermission):
    """Gives what is to be posted as a PDF; what stands in its way is said on the request."""

    permission = Permission.ANSWER_REQUESTS
    http_method_names = ["get", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file."""
        theirs = Request.objects.visible_to(self.user).filter(authority=self.authority)
        asked = get_object_or_404(
            theirs.select_related("authority", "person"), ref=self.kwargs["asked"]
        )
        try:
            content = answering.print_answers(asked, by=self.user, at=timezone.now())
        except CannotDo as error:
            messages.warning(self.request, error.message)
            return redirect("optout:request", ref=asked.ref)
        return pdf(content, f"letter-{asked.ref}")
