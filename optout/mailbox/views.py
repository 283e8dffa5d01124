"""The drop box: what waits to be read, one message, and what is made of it (pages §2.4)."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural
from optout.errors import CannotDo
from optout.forms.officers import TakeRequestForm
from optout.mailbox import presenters as presenter
from optout.mailbox import queries
from optout.mailbox.actions import settling
from optout.mailbox.forms import MailFilters, MailRequestForm, NotRequestForm
from optout.mailbox.models import Mail, Mailbox
from optout.models import Request
from optout.outbox.views.outbox import places
from optout.presenters.requests import acknowledgement
from optout.views.requests import TakeRequest

SORTS = (
    Sort("due", "Read by", ("due_on", "pk")),
    Sort("newest", "Newest first", ("-received_at", "-pk")),
)
COLUMNS = (
    Column("Message"),
    Column("From"),
    Column("About"),
    Column("Received", sort="newest"),
    Column("State"),
    Column("Read by", sort="due"),
)


class Mails(RequiresPermission, TemplateView):
    """What waits in the drop box, the oldest clock first; without filters, what is to be read."""

    permission = Permission.READ_MAILBOX
    template_name = "mailbox/mails.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, filters = timezone.localdate(), MailFilters(self.request.GET)
        theirs = Mail.objects.visible_to(self.user).filter(authority=self.authority)
        found = queries.count(self.authority, user=self.user, on=on)
        states = filters.chosen.get("state", [Mail.State.WAITING])
        shown = theirs.filter(state__in=states)
        listed = page_of(
            shown,
            request=self.request,
            name="mail",
            sorts=SORTS,
            filters=filters,
            sentence=f"{plural(shown.count(), 'message')} of these."
            if filters.chosen
            else presenter.sentence(found),
        )
        queries.hold_back_sealed(listed.rows)
        listed.rows[:] = [presenter.line(one, on) for one in listed.rows]
        trail.record(
            "mailbox seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            shown=len(listed.rows),
        )
        box = Mailbox.objects.filter(authority=self.authority).first()
        is_set = self.authority.code in settings.MAILBOXES
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Messages",
            nothing_yet=not listed.rows and not filters.chosen,
            box=presenter.box_words(self.authority, box, is_set=is_set),
            is_in_trouble=bool(is_set and box and box.trouble),
            places=places("mailbox:mails", may_read=True)
            if self.may(Permission.SEE_OUTBOX)
            else [],
            held=plural(found.held, "message") if found.held else "",
            **kwargs,
        )


class OneMail(RequiresPermission, View):
    """What pages about one message share. Each showing leaves a line."""

    permission = Permission.READ_MAILBOX

    @cached_property
    def mail(self) -> Mail:
        """The message; not found when it is another authority's."""
        mails = Mail.objects.visible_to(self.user).filter(authority=self.authority)
        related = mails.select_related("authority", "request__person", "settled_by")
        found = get_object_or_404(related, ref=self.kwargs["ref"])
        queries.hold_back_sealed([found])
        return found

    @property
    def address(self) -> str:
        return reverse("mailbox:mail", args=[self.mail.ref])

    @property
    def frame(self) -> dict[str, Any]:
        """What every template about one message wants; the showing is recorded."""
        mail = self.mail
        person = mail.request.person if mail.request else None
        trail.record(
            "mail seen",
            by=self.user,
            at=timezone.now(),
            authority=mail.authority,
            subject=person or mail,
            mail=mail.ref,
        )
        return {
            "mail": mail,
            "reference": show_reference(mail.ref),
            "details": presenter.details(mail),
            "state": presenter.state_tag(mail),
            "clock": presenter.clock_tag(mail, timezone.localdate()),
            "notes": presenter.notes(mail),
            "paragraphs": [part for part in mail.text.split("\n\n") if part],
        }

    def refuse(self, error: CannotDo) -> HttpResponse:
        """Back to the message, with what stands in the way."""
        messages.warning(self.request, error.message)
        return redirect(self.address)


class ShowMail(OneMail, TemplateView):
    """One message, and what may be done with it."""

    template_name = "mailbox/mail.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mail = self.mail
        return super().get_context_data(
            **self.frame,
            is_open=mail.settled_by_id is None and not mail.emptied_at,
            may_take=self.may(Permission.TAKE_REQUESTS),
            may_see_request=self.may(Permission.ANSWER_REQUESTS),
            may_put_back=mail.state not in (Mail.State.WAITING, Mail.State.REQUEST)
            and not mail.emptied_at,
            is_held=mail.state == Mail.State.HELD,
            back={"href": reverse("mailbox:mails"), "text": "Mailbox"},
            **kwargs,
        )


class MakeRequest(OneMail, TakeRequest):
    """Opens the form of a request, filled in with what the message said."""

    permission = Permission.READ_MAILBOX
    form_class = MailRequestForm
    template_name = "mailbox/request.jinja"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.may(Permission.TAKE_REQUESTS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.mail.settled_by_id is not None:
            return self.show_settled()
        return super().get(request, *args, **kwargs)

    def show_settled(self) -> HttpResponse:
        """The request that was made of it, or the message."""
        if self.mail.request is not None and self.may(Permission.ANSWER_REQUESTS):
            return redirect("optout:request", ref=self.mail.request.ref)
        return redirect(self.address)

    def get_initial(self) -> dict[str, Any]:
        most = MailRequestForm.base_fields["words"].max_length  # type: ignore[attr-defined]
        return super().get_initial() | presenter.suggested(self.mail, most=most)

    def form_valid(self, form: TakeRequestForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except CannotDo as error:
            return self.refuse(error)

    def take(self, form: TakeRequestForm) -> Request:
        return settling.make_request(
            self.mail,
            self.asked(form),
            by=self.user,
            at=timezone.now(),
            sending=form.cleaned_data["sending"],
            words=acknowledgement,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.frame, back={"href": self.address, "text": "Message"}, **kwargs
        )


class NotRequest(OneMail, FormView[NotRequestForm]):
    """Says that nothing is asked of us, and why."""

    form_class = NotRequestForm
    template_name = "mailbox/not_request.jinja"

    def form_valid(self, form: NotRequestForm) -> HttpResponse:
        try:
            done = settling.not_a_request(
                self.mail, why=form.cleaned_data["why"], by=self.user, at=timezone.now()
            )
        except CannotDo as error:
            return self.refuse(error)
        messages.success(self.request, f"{plural(done, 'message')} put aside")
        return redirect("mailbox:mails")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.frame,
            cancel=self.address,
            back={"href": self.address, "text": "Message"},
            is_held=self.mail.state == Mail.State.HELD,
            kept_days=settings.MAILBOX_KEPT_DAYS,
            **kwargs,
        )


class PutBack(OneMail):
    """Puts a message back among those to read."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            done = settling.put_back(self.mail, by=self.user, at=timezone.now())
        except CannotDo as error:
            return self.refuse(error)
        messages.success(request, f"{plural(done, 'message')} put back to be read")
        return redirect(self.address)
