"""Staying signed in, asking how long is left, and what a page's script sends at the end."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import View

from ccis.access.views import signed_in_user
from ccis.govuk.progress import wants_json
from ccis.idle import actions, sessions
from ccis.idle.middleware import hold_late, page_of, signed_out_address
from ccis.idle.models import HeldForm
from ccis.idle.rules import Ended

CLOSE_ENOUGH = 5
"""Seconds before the end at which a page whose clock runs ahead may end the session."""


def _left(request: HttpRequest) -> JsonResponse:
    told = sessions.time_of(request.session, at=timezone.now())
    return JsonResponse({"left": told.left, "last": told.is_last})


class _ForScripts(View):
    """There is nothing to look at here: whoever looks is led to their first page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("/")


class StillThere(_ForScripts):
    """How long is left, for the page's script; a post is someone saying that they are there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Asking is not being there: the session is not put off."""
        return _left(request) if wants_json(request) else super().get(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        sessions.stay(request.session, at=timezone.now())
        return _left(request) if wants_json(request) else redirect(page_of(request))


class EndNow(_ForScripts):
    """The page's script says that the time is over, and sends what stood there unsent.

    The session's own time decides: while another tab is in use nothing ends.
    """

    def post(self, request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        told = sessions.time_of(request.session, at=at)
        if told.left > CLOSE_ENOUGH:
            return _left(request)
        held = hold_late(request, signed_in_user(request).pk, at=at)
        why = Ended.DAY if told.is_last else Ended.IDLE
        ended = sessions.end(request, why, at=at)
        if held is not None:
            sessions.something_is_kept(request.session, ended, until=held.until)
        return JsonResponse({"to": signed_out_address(page_of(request))})


class Forget(_ForScripts):
    """Forgets what was typed on a page: its person does not want it any more."""

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in_user(request)
        page = page_of(request)
        kept = HeldForm.objects.visible_to(user).filter(page=page)
        actions.forget(kept, by=user, at=timezone.now())
        return redirect(page)
