"""The texts and emails that go out, one of them, and stopping it (pages §2.4)."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from caseload.queries.choices import contact_withheld
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from optout.errors import CannotDo
from optout.outbox import presenters as presenter
from optout.outbox.actions import writing
from optout.outbox.forms import OutboxFilters
from optout.outbox.models import Outgoing, State
from optout.outbox.queries import is_sealed_since

SORTS = (Sort("newest", "Newest first", ("-made_at", "-pk")),)
COLUMNS = (
    Column("Made", sort="newest"),
    Column("Who"),
    Column("What"),
    Column("Sent by"),
    Column("Class"),
    Column("State"),
)


class Messages(RequiresPermission, View):
    """Where the navigation leads: what the reader may see of messages."""

    permission = Permission.SEE_OUTBOX
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """On to the outbox."""
        return redirect("outbox:outbox")


class Outbox(RequiresPermission, TemplateView):
    """Everything that goes out by text or email, newest first, and what became of it."""

    permission = Permission.SEE_OUTBOX
    template_name = "outbox/outbox.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, filters = timezone.localdate(), OutboxFilters(self.request.GET)
        shown = Outgoing.objects.visible_to(self.user).filter(authority=self.authority)
        for name, values in filters.chosen.items():
            shown = shown.filter(**{f"{name}__in": values})
        counts = dict(shown.order_by().values_list("state").annotate(many=Count("pk")))
        listed = page_of(
            shown.select_related("person", "message"),
            request=self.request,
            name="outbox",
            sorts=SORTS,
            filters=filters,
            total=sum(counts.values()),
            sentence=presenter.sentence(counts),
        )
        rows: list[Outgoing] = list(listed.rows)
        people = [one.person for one in rows if one.person is not None]
        now = timezone.now()
        trail.record(
            "messages out seen", by=self.user, at=now, authority=self.authority, shown=len(rows)
        )
        record_restricted(people, by=self.user, at=now, page="outbox")
        names = {pk: one.full_name for pk, one in summaries_of(people, on).items()}
        listed.rows[:] = [
            presenter.line(one, name=names.get(one.person_id or 0, "")) for one in rows
        ]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Texts and emails",
            nothing_yet=not listed.rows and not filters.chosen,
            is_set=bool(settings.NOTIFY_API_KEY),
            places=places("outbox:outbox", may_read=self.may(Permission.READ_MAILBOX)),
            **kwargs,
        )


def places(current: str, *, may_read: bool) -> list[dict[str, Any]]:
    """The items of the sub-navigation of messages."""
    named = [("outbox:outbox", "Messages out")]
    if may_read:
        named.insert(0, ("mailbox:mails", "Mailbox"))
    return [
        {"text": text, "href": reverse(name), "current": name == current} for name, text in named
    ]


class OfMessage(RequiresPermission):
    """A page of one message of the authority."""

    permission = Permission.SEE_OUTBOX

    @cached_property
    def outgoing(self) -> Outgoing:
        """The message; not found when it is another authority's."""
        theirs = Outgoing.objects.visible_to(self.user).filter(authority=self.authority)
        return get_object_or_404(
            theirs.select_related(
                "authority", "person", "message__request", "made_by", "stopped_by", "letter__batch"
            ),
            ref=self.kwargs["message"],
        )


class ShowMessage(OfMessage, TemplateView):
    """One message: what it says, and what became of it."""

    template_name = "outbox/message.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, on = self.outgoing, timezone.localdate()
        people = [one.person] if one.person else []
        name = summaries_of(people, on)[one.person.pk].full_name if one.person else ""
        wanted = Permission.ANSWER_REQUESTS if one.message_id else Permission.SEE_LETTERS
        may_read = self.may(wanted) and not is_sealed_since(one)
        trail.record(
            "message out seen",
            by=self.user,
            at=timezone.now(),
            authority=one.authority,
            subject=one.person or one,
            message=one.ref,
        )
        record_restricted(people, by=self.user, at=timezone.now(), page="message out")
        withheld = bool(one.person_id and contact_withheld([one.person_id], on))
        return super().get_context_data(
            outgoing=one,
            reference=show_reference(one.ref),
            state=presenter.tag(one),
            details=presenter.details(one, name=name, withheld=withheld),
            subject=one.subject if may_read else "",
            words=presenter.words(one) if may_read else [],
            may_read=may_read,
            may_stop=one.state == State.WAITING,
            to_request=one.message.request.ref if one.message and may_read else "",
            back={"href": reverse("outbox:outbox"), "text": "Messages out"},
            **kwargs,
        )


class Stop(OfMessage, View):
    """Stops a message that has not gone."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Stop it; what stands in its way is said on the page."""
        try:
            writing.stop(self.outgoing, by=self.user, at=timezone.now())
        except CannotDo as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(self.request, "Stopped. It was not sent")
        return redirect("outbox:message", self.outgoing.ref)
