"""The queue of requests, taking one, and what one says (pages §2.4)."""

import secrets
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.presenters import near as near_presenter
from caseload.presenters import results
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.access.checks import holds
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import (
    RequiresPermission,
    authority_of,
    chosen_authority,
    signed_in_user,
)
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural, time_of_day
from optout.actions import requests
from optout.forms.officers import RequestFilters, TakeRequestForm
from optout.models import Request
from optout.presenters import requests as presenter
from optout.queries import shared_with, waiting_elsewhere, who_may_it_be
from providers.models import Provider

SORTS = (
    Sort("due", "Answer by", ("due_on", "pk")),
    Sort("newest", "Newest first", ("-received_at", "-pk")),
)
COLUMNS = (
    Column("Request"),
    Column("What"),
    Column("Who"),
    Column("Came by"),
    Column("Received", sort="newest"),
    Column("State"),
    Column("Answer by", sort="due"),
)


class Requests(RequiresPermission, TemplateView):
    """Everything that is asked of us, the oldest clock first; without filters, what is open."""

    permission = Permission.ANSWER_REQUESTS
    template_name = "optout/requests.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, authority = signed_in_user(self.request), authority_of(self.request)
        on, filters = timezone.localdate(), RequestFilters(self.request.GET)
        theirs = Request.objects.visible_to(user).filter(authority=authority)
        unanswered = theirs.unanswered()
        shown = theirs if filters.chosen else unanswered
        for name, values in filters.chosen.items():
            shown = shown.filter(**{f"{name}__in": values})
        listed = page_of(
            shown.select_related("person"),
            request=self.request,
            name="requests",
            sorts=SORTS,
            filters=filters,
            sentence=sentence(shown.count(), shown.late(on).count(), filters),
        )
        people = [one.person for one in listed.rows if one.person is not None]
        record_restricted(people, by=user, at=timezone.now(), page="requests")
        names = {pk: one.full_name for pk, one in summaries_of(people, on).items()}
        first = unanswered.order_by("due_on", "pk").first()
        listed.rows[:] = [
            presenter.line(one, on, name=names.get(one.person_id or 0, "")) for one in listed.rows
        ]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Requests",
            nothing_yet=not listed.rows and not filters.chosen,
            first=reverse("optout:request", args=[first.ref]) if first else "",
            last_words=_last_words(theirs),
            hidden=_hidden_words(authority, seen=unanswered.count())
            if holds(user, Permission.SEE_WHO_LOOKED, authority)
            else "",
            may_take=holds(user, Permission.TAKE_REQUESTS, authority),
            elsewhere=waiting_elsewhere(authority, user=user, on=on),
            **kwargs,
        )


def sentence(total: int, late: int, filters: RequestFilters) -> str:
    """``4 requests to answer, 1 late.``"""
    count = plural(total, "request")
    if filters.chosen:
        return f"{count} of these."
    return f"{count} to answer, {late} late."


def _last_words(theirs: Any) -> str:
    last = theirs.filter(state=Request.State.ANSWERED).order_by("-answered_at").first()
    if last is None or last.answered_at is None:
        return "Nobody has asked for anything yet."
    if timezone.localdate(last.answered_at) == timezone.localdate():
        return f"All answered. Last one at {time_of_day(last.answered_at)}."
    return "All answered."


def _hidden_words(authority: Authority, *, seen: int) -> str:
    """How many wait that the reader may not open, so that none is forgotten; not about whom."""
    hidden = Request.objects.filter(authority=authority).unanswered().count() - seen
    if not hidden:
        return ""
    verb = "is" if hidden == 1 else "are"
    return (
        f"{plural(hidden, 'request')} {verb} about a record that you may not open. Ask for it to "
        "be answered by someone who may."
    )


class TakeRequest(RequiresPermission, FormView[TakeRequestForm]):
    """Leads through the identity check and takes what a caller, or a letter, asks."""

    permission = Permission.TAKE_REQUESTS
    form_class = TakeRequestForm
    template_name = "optout/take.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        authority, on = authority_of(self.request), timezone.localdate()
        return super().get_form_kwargs() | {"organisations": shared_with(authority, on=on)}

    def get_initial(self) -> dict[str, Any]:
        return {"received_on": timezone.localdate(), "sending": secrets.token_hex(16)}

    def form_valid(self, form: TakeRequestForm) -> HttpResponse:
        taken = self.take(form)
        messages.success(self.request, presenter.taken_words(taken))
        if holds(self.user, Permission.ANSWER_REQUESTS, self.authority):
            return redirect("optout:request", ref=taken.ref)
        return redirect("optout:request-new")

    def take(self, form: TakeRequestForm) -> Request:
        """Enter what was asked; the same form sent twice enters it once."""
        given = form.cleaned_data
        return requests.enter(
            self.asked(form),
            authority=self.authority,
            channel=given["channel"],
            received_at=self.received_at(given["received_on"]),
            by=self.user,
            at=timezone.now(),
            sending=given["sending"],
            words=presenter.acknowledgement,
        )

    @staticmethod
    def asked(form: TakeRequestForm) -> requests.Asked:
        """What the form says was asked, and by whom."""
        given = form.cleaned_data
        same = (
            "kind", "given", "family", "date_of_birth", "postcode", "speaker", "speaker_name",
            "proof", "lacks_capacity", "identity", "answer_by", "answer_to",
        )  # fmt: skip
        return requests.Asked(said=form.said(), **{name: given[name] for name in same})

    @staticmethod
    def received_at(day: date) -> datetime:
        """The moment, today; on another day its middle, since nobody knows the hour."""
        if day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, time(12)))


class OneRequest(RequiresPermission, TemplateResponseMixin, ContextMixin, View):
    """What pages about one request share. Each showing leaves a line."""

    permission = Permission.ANSWER_REQUESTS
    asked: Request

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            user = signed_in_user(request)
            self.asked = get_object_or_404(
                Request.objects.visible_to(user).select_related(
                    "authority", "person__lead_authority", "entered_by", "matched_by"
                ),
                ref=kwargs["ref"],
                authority=chosen_authority(request),
            )

    @property
    def address(self) -> str:
        return reverse("optout:request", args=[self.asked.ref])

    def organisations(self) -> list[Provider]:
        """Those that the request names."""
        return list(Provider.objects.filter(ref__in=self.asked.said.get("providers", [])))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            asked=self.asked,
            reference=show_reference(self.asked.ref),
            details=presenter.details(self.asked, self.organisations()),
            state=presenter.state_tag(self.asked),
            **kwargs,
        )

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page; that it was seen is recorded."""
        trail.record(
            "request seen",
            by=signed_in_user(self.request),
            at=timezone.now(),
            authority=self.asked.authority,
            subject=self.asked.person or self.asked,
            request=self.asked.ref,
        )
        return self.render_to_response(self.get_context_data(**kwargs))


class ShowRequest(OneRequest):
    """What was said, whom it may be about, what was answered."""

    template_name = "optout/request.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, on, user = self.asked, timezone.localdate(), signed_in_user(request)
        is_open = not asked.outcome and asked.state != Request.State.ANSWERED
        near = who_may_it_be(asked, user=user, on=on) if is_open and not asked.by_code else []
        people = [match.summary.person for match in near]
        record_restricted(people, by=user, at=timezone.now(), page="request")
        who = {
            "given": asked.given,
            "family": asked.family,
            "date_of_birth": asked.date_of_birth,
            "postcode": asked.postcode,
        }
        person = None
        if asked.person is not None:
            person = results.row(summaries_of([asked.person], on)[asked.person.pk], on)
        made = list(asked.messages.select_related("outgoing"))
        is_complaint = asked.kind == Request.Kind.COMPLAINT
        return self.show(
            person=person,
            near=[
                {**near_presenter.card(match, who, on), "ref": match.summary.person.ref}
                for match in near
                if match.summary.person.pk != asked.person_id
            ],
            was=asked.person.ref if asked.person else "",
            clock=presenter.clock(asked, on, made),
            messages_made=presenter.messages_of(made),
            to_send=any(presenter.is_to_send(one) for one in made),
            to_print=any(presenter.is_to_send(one) and one.by == "letter" for one in made),
            is_open=is_open,
            is_complaint=is_complaint,
            may_match=is_open and not asked.by_code,
            takes_effect=asked.kind in requests.ABOUT_SHARING,
            back={"href": reverse("optout:requests"), "text": "Requests"},
        )
