"""At the door of every request: is the session over, and is something kept for its person?"""

import copy
import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from ccis.accounts.models import User
from ccis.files.storage import CannotOpenStored
from ccis.govuk.progress import wants_json
from ccis.idle import actions, rules, sessions
from ccis.idle.filling import fill, insert_into_main
from ccis.idle.models import HeldForm

logger = logging.getLogger(__name__)

OURS = "/still-there/"
NOTHING_KEPT_OF = ("/sign-in/", "/sign-out/", "/account/", "/invitations/", OURS)
"""Where passwords and codes are typed, and this app's own addresses."""
LONGEST_PATH = 500
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

ANSWERS = (Http404, PermissionDenied, SuspiciousOperation)
"""What views raise to answer: no faults of ours."""

PAGE_FIELD, ACTION_FIELD = "_page", "_action"
"""In what a page's script sends at the end: where its form stands, and where it would be sent."""


class IdleMiddleware:
    """Ends sessions at their end, keeps forms that come after it, and offers them again.

    It stands before the check of forged forms, since a form that comes too late must be kept
    before it is refused; it asks that check itself first (docs/adr/0019).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        session = request.session
        person = sessions.person_of(session)
        if person is None:
            ended = sessions.ended_of(session)
            return self._after(request, ended, at) if ended else self.get_response(request)
        span = sessions.span_of(session, at=at)
        why = rules.why_ended(span, sessions.limits(), at=at)
        if why is None:
            return self._during(request, person, at)
        with transaction.atomic():
            ended = sessions.end(request, why, at=at)
        return self._after(request, ended, at, just_now=True)

    # -- while it lasts ------------------------------------------------------------------------

    def _during(self, request: HttpRequest, person: int, at: datetime) -> HttpResponse:
        if not sessions.is_by_itself(request):
            sessions.note(request.session, at=at)
        request.session_time = sessions.time_of(request.session, at=at)  # type: ignore[attr-defined]
        something_held = bool(request.session.get(sessions.HELD))
        response = self.get_response(request)
        if not something_held or sessions.person_of(request.session) != person:
            return response
        user = User.objects.get(pk=person)
        if request.method == "GET":
            return offer_again(request, response, user, at)
        if request.method == "POST" and response.status_code in {302, 303}:
            sent = HeldForm.objects.visible_to(user).filter(action=request.path)
            actions.forget(sent, by=user, at=at)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep what was typed when we fail to take it in; the page for faults then says so."""
        person = sessions.person_of(request.session)
        if person is None or request.method != "POST" or isinstance(exception, ANSWERS):
            return
        try:
            held = hold_late(request, person, at=timezone.now())
            if held is not None:
                request.session[sessions.HELD] = True
                request.session.save()
                request.kept_until = held.until  # type: ignore[attr-defined]
        except Exception:  # the first fault is the one to tell of
            logger.exception("what was typed could not be kept")

    # -- when it is over -----------------------------------------------------------------------

    def _after(
        self,
        request: HttpRequest,
        ended: sessions.EndedSession,
        at: datetime,
        *,
        just_now: bool = False,
    ) -> HttpResponseBase:
        held = None
        if request.method == "POST":
            held = hold_late(request, ended.person, at=at)
            if held is not None:
                sessions.something_is_kept(request.session, ended, until=held.until)
        page = page_of(request)
        if wants_json(request):
            return JsonResponse({"to": signed_out_address(page)}, status=401)
        if held is not None or (just_now and not is_for_anyone(request)):
            return redirect(signed_out_address(page))
        request.session_ended = ended  # type: ignore[attr-defined]
        return self.get_response(request)


def hold_late(request: HttpRequest, person: int, *, at: datetime) -> HeldForm | None:
    """Keep a form that cannot be acted on for the person whose session it was sent in.

    ``None`` when it is not a form of theirs: one that fails the check of forged forms, or of a
    page where passwords and codes are typed, or that anyone may send.
    """
    if request.content_type not in FORM_TYPES or not is_genuine(request):
        return None
    page, action = page_of(request), request.path
    if action.startswith(OURS):
        action = _ours(request.POST.get(ACTION_FIELD, ""))
    if not (_may_be_kept(action) and _may_be_kept(page)):
        return None
    data = request.POST.copy()
    data.pop(PAGE_FIELD, None)
    data.pop(ACTION_FIELD, None)
    return actions.hold(person=person, page=urlsplit(page).path, action=action, data=data, at=at)


def _may_be_kept(path: str) -> bool:
    path = urlsplit(path).path
    if path == "/" or len(path) > LONGEST_PATH or path.startswith(NOTHING_KEPT_OF):
        return False
    try:
        return getattr(resolve(path).func, "login_required", True) is not False
    except Resolver404:
        return False


class _Check(CsrfViewMiddleware):
    """Django's check of forged forms, answering instead of refusing."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def is_genuine(request: HttpRequest) -> bool:
    """Whether a form was drawn by us in the session of this browser.

    The token's secret changes at every sign-in, so a form of an earlier person does not pass.
    """
    _ = request.POST  # read once: the copy would read the stream to its end
    asked = copy.copy(request)
    check = _Check(lambda _: HttpResponse())
    check.process_request(asked)
    return check.process_view(asked, lambda _: HttpResponse(), (), {}) is None


def page_of(request: HttpRequest) -> str:
    """The page to come back to: where a form stood, by its own word or the browser's."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    if request.method == "POST" and request.path.startswith(OURS):
        return _ours(request.POST.get(PAGE_FIELD, ""))
    come_from = urlsplit(request.headers.get("Referer", ""))
    if come_from.netloc == request.get_host():
        return _ours(come_from._replace(scheme="", netloc="", fragment="").geturl())
    return _ours(request.path)


def _ours(path: str) -> str:
    """A path of this site, else the first page."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else "/"


def signed_out_address(page: str) -> str:
    """Where one is told of the end, with the page to come back to."""
    return f"{reverse('signed-out')}?{urlencode({'next': page}, safe='/')}"


def is_for_anyone(request: HttpRequest) -> bool:
    """Whether the address needs no signing in, or does not exist."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return True
    return getattr(view, "login_required", True) is False


def offer_again(
    request: HttpRequest, response: HttpResponse, user: User, at: datetime
) -> HttpResponse:
    """Put what was kept of this page into it, under a banner that says so."""
    kept = HeldForm.objects.visible_to(user).kept(at).order_by("-held_at", "-pk")
    held = next((one for one in kept if one.page == request.path), None)
    if held is None:
        if not kept:
            request.session.pop(sessions.HELD, None)
        return response
    if not _is_page(response):
        return response
    try:
        typed = actions.give_back(held, by=user, at=at)
    except CannotOpenStored:
        return response
    html = response.content.decode(response.charset)
    filled = fill(html, typed, page=request.path, action=held.action)
    banner = render_to_string(
        "components/offered_again.jinja",
        {
            "until": held.until,
            "page": request.path,
            "unplaced": filled.unplaced,
            "minutes": settings.CCIS_KEPT_MINUTES,
        },
        request=request,
    )
    response.content = insert_into_main(filled.html, banner).encode(response.charset)
    return response


def _is_page(response: HttpResponseBase) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and response.get("Content-Type", "").startswith("text/html")
    )
