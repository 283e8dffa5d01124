"""The API by which a source's own software sends files in (docs/api/files.yaml).

A token of the source lets it in and nothing else does: no session, no cookie, no second step.
Every call leaves its line in the trail. Answers hold what a sender may know of its own file
(docs/adr/0057), and nothing personal.
"""

from dataclasses import asdict
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from caseload.dropouts.queries import KIND as DROPOUTS
from caseload.dropouts.queries import came_of
from caseload.intake.actions import files, tokens
from caseload.intake.errors import IntakeError
from caseload.intake.kinds import KINDS
from caseload.intake.limits import QUESTIONS, STRANGERS, UPLOADS, Limit, is_over
from caseload.intake.models import InboundFile
from caseload.intake.portal.rules import standing_of
from caseload.intake.rules import Arrival, FileState, Outcome
from caseload.intake.source_models import SourceToken
from caseload.intake.views.base import work_when_committed
from ccis.access.references import show_reference
from ccis.audit import trail
from ccis.authorities.policy import policy_of

TITLES = {
    400: "The request cannot be understood",
    401: "A token that works is needed",
    403: "This token is not for that",
    404: "There is no such file",
    405: "This address does not do that",
    409: "This file was sent before",
    411: "The length of the file is missing",
    413: "The file is too large",
    422: "The file cannot be taken",
    429: "Too many requests",
}

ENDINGS = ((b"PK\x03\x04", "xlsx"), (b"<", "xml"), (b"\xef\xbb\xbf<", "xml"))


class Problem(Exception):
    """Why a call is refused, for ``application/problem+json`` (RFC 9457)."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class ApiView(View):
    """Lets a token in, within its limit, and says in JSON what stands in the way."""

    limit: Limit
    asks: str
    """What the trail calls it."""
    method: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, and leave a line in the trail whatever the answer."""
        self.token: SourceToken | None = None
        self.file: InboundFile | None = None
        try:
            self.token = self._let_in()
            response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        except Problem as problem:
            response = _refusal(problem)
        if response.status_code != 429:
            self._record(response.status_code)
        response["Cache-Control"] = "no-store, private"
        return response

    @cached_property
    def now(self) -> datetime:
        """The moment of the call."""
        return timezone.now()

    @property
    def bearer(self) -> SourceToken:
        """The token of a call that was let in."""
        return cast(SourceToken, self.token)

    def _let_in(self) -> SourceToken:
        word, _, text = self.request.headers.get("Authorization", "").partition(" ")
        token = tokens.bearer(text.strip(), at=self.now) if word.lower() == "bearer" else None
        if token is None:
            if is_over(STRANGERS, get_adapter().get_client_ip(self.request)):
                raise Problem(429, "Wait a minute, then try again.")
            raise Problem(
                401,
                "Send the header “Authorization: Bearer” with a token. It may have ended or been "
                "taken back: ask the council for a new one.",
            )
        if is_over(self.limit, token.ref):
            raise Problem(429, "This token has been used too often. Try again later.")
        return token

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """405 in the words of the others."""
        raise Problem(405, f"Use {self.method}.")

    def _record(self, status: int) -> None:
        source = self.token.source if self.token else None
        trail.record(
            "api called",
            by=None,
            at=self.now,
            authority=source.authority if source else None,
            subject=self.file or source,
            asked=self.asks,
            answer=status,
            token=self.token.ref if self.token else "",
        )


def _refusal(problem: Problem) -> JsonResponse:
    response = JsonResponse(
        {
            "type": "about:blank",
            "title": TITLES[problem.status],
            "status": problem.status,
            "detail": problem.detail,
            **problem.more,
        },
        status=problem.status,
        content_type="application/problem+json",
    )
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="files"'
    if problem.status == 429:
        response["Retry-After"] = "60"
    return response


class SendByApi(ApiView):
    """Takes a file in, as the body of the request."""

    limit = UPLOADS
    asks = "send"
    method = "POST"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the file, encrypted, and have a worker read it."""
        kind, as_at = self._kind(), self._as_at()
        content = self._content()
        source = self.bearer.source
        try:
            receipt = files.receive(
                authority=source.authority,
                content=content,
                file_name=f"{kind}.{_ending(content)}",
                source_name=source.title,
                provider=source.provider,
                kind=kind,
                as_at=as_at,
                by=None,
                at=self.now,
                came_by=Arrival.API,
            )
        except IntakeError as error:
            raise Problem(422, error.message) from None
        self.file = receipt.file
        if not receipt.is_new:
            raise self._sent_before(receipt.file)
        work_when_committed(receipt.file)
        response = JsonResponse(self._receipt(receipt.file), status=201)
        response["Location"] = self._address(receipt.file)
        return response

    def _kind(self) -> str:
        token = self.bearer
        kind = self.request.GET.get("kind", "")
        if not kind and len(token.kinds) == 1:
            kind = token.kinds[0]
        if kind not in KINDS:
            raise Problem(400, f"Say what it is with ?kind=, one of: {', '.join(token.kinds)}.")
        if kind not in token.kinds or not token.source.may_send(kind):
            raise Problem(403, f"Files of the kind {kind} may not be sent with this token.")
        return kind

    def _as_at(self) -> date | None:
        text = self.request.GET.get("as-at", "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise Problem(400, "Give the day as as-at=2026-10-01.") from None

    def _content(self) -> bytes:
        """The body, whole: what was cut off on the way is not taken."""
        try:
            length = int(self.request.META.get("CONTENT_LENGTH") or "")
        except ValueError:
            raise Problem(411, "Send the file with its Content-Length.") from None
        if length > files.LARGEST:
            most = files.LARGEST // 1_000_000
            raise Problem(413, f"A file may have {most} MB at most. Send it in parts.")
        try:
            content = self.request.read(length)
        except UnreadablePostError:
            content = b""
        if len(content) != length:
            raise Problem(400, "The file did not come whole. Nothing was kept. Send it again.")
        return bytes(content)

    def _sent_before(self, file: InboundFile) -> Problem:
        """The same content again; where the first came from the same source, how it stands."""
        ours = file.source_id == self.bearer.source_id
        return Problem(409, "Nothing was changed.", **(self._receipt(file) if ours else {}))

    def _receipt(self, file: InboundFile) -> dict[str, str]:
        return {"reference": show_reference(file.ref), "status_url": self._address(file)}

    def _address(self, file: InboundFile) -> str:
        return self.request.build_absolute_uri(reverse("intake:api-file", args=[file.ref]))


def _ending(content: bytes) -> str:
    return next((ending for mark, ending in ENDINGS if content.startswith(mark)), "csv")


class FileByApi(ApiView):
    """How a file stands for its sender: nothing of the answer rests on what we hold."""

    limit = QUESTIONS
    asks = "status"
    method = "GET"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say it. A file of any other source, or of a kind that is not the token's, does not
        exist."""
        found = InboundFile.objects.select_related("authority").filter(
            source=self.bearer.source_id, kind__in=self.bearer.kinds, ref=self.kwargs["ref"]
        )
        file = self.file = found.first()
        if file is None:
            raise Problem(404, "Check the reference. It must be of a file of your own.")
        stands = standing_of(FileState(file.state), file.counts)
        answer = {
            "reference": show_reference(file.ref),
            "kind": file.kind,
            "received_at": file.received_at.isoformat(),
            "state": stands.value,
            "state_in_words": stands.label,
            "refused_because": file.refusal,
            "rows": file.row_count,
            "cannot_read": file.counts.get(Outcome.CANNOT_READ, 0),
        }
        if file.kind == DROPOUTS and policy_of(file.authority).dropouts_outcome_shown:
            answer["came_of_it"] = asdict(came_of(file))
        return JsonResponse(answer)
