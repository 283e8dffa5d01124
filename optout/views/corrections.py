"""Corrections: the list of what is to be decided, and one, compared with the record (LC-05)."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.models import YoungPerson
from caseload.presenters import header
from caseload.queries.choices import hold_back
from caseload.queries.summaries import person_header, summaries_of
from caseload.seen import record_restricted
from ccis.access.checks import permissions_of
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural
from optout import proposals
from optout.forms import corrections as questions
from optout.held import Held, held_by
from optout.models import Correction
from optout.presenters import corrections as presenter
from optout.presenters import requests as of_requests
from optout.recipients import Recipient, sent_to

SORTS = (
    Sort("due", "Answer by", ("request__due_on", "pk")),
    Sort("newest", "Newest first", ("-request__received_at", "-pk")),
)
COLUMNS = (
    Column("Correction"),
    Column("Who"),
    Column("About"),
    Column("Asked", sort="newest"),
    Column("State"),
    Column("Answer by", sort="due"),
)


class Corrections(RequiresPermission, TemplateView):
    """Every change that is proposed to a record; without filters, what is to be decided."""

    permission = Permission.ANSWER_REQUESTS
    template_name = "optout/corrections.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on, filters = timezone.localdate(), questions.CorrectionFilters(self.request.GET)
        theirs = Correction.objects.visible_to(self.user).filter(request__authority=self.authority)
        states = filters.chosen.get("state")
        shown = theirs.filter(state__in=states) if states else theirs.to_decide()
        late = shown.to_decide().filter(request__due_on__lt=on).count()
        count = plural(shown.count(), "correction")
        listed = page_of(
            shown.select_related("request__person"),
            request=self.request,
            name="corrections",
            sorts=SORTS,
            filters=filters,
            sentence=f"{count} of these." if states else f"{count} to decide, {late} late.",
        )
        people = [one.request.person for one in listed.rows]
        record_restricted(people, by=self.user, at=timezone.now(), page="corrections")
        names = {pk: one.full_name for pk, one in summaries_of(people, on).items()}
        listed.rows[:] = [
            presenter.line(one, on, name=names.get(one.request.person_id, ""))
            for one in listed.rows
        ]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Corrections",
            nothing_yet=not listed.rows and not states,
            **kwargs,
        )


class OneCorrection(RequiresPermission, TemplateResponseMixin, ContextMixin, View):
    """What pages about one correction share. Each showing leaves a line."""

    permission = Permission.ANSWER_REQUESTS
    correction: Correction
    person: YoungPerson

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return
        self.correction = get_object_or_404(
            Correction.objects.visible_to(self.user).select_related(
                "request__authority",
                "request__person__lead_authority",
                "request__matched_by",
                "decided_by",
                "change",
            ),
            ref=kwargs["ref"],
        )
        person = self.correction.request.person
        if person is None:
            raise Http404
        self.person = person
        self.on = timezone.localdate()
        if self.held.part is not None and self.held.part.permission not in self.rights:
            raise Http404

    @cached_property
    def rights(self) -> frozenset[Permission]:
        """What the user may do for this person's authority."""
        return permissions_of(self.user, self.person.lead_authority)

    @cached_property
    def held(self) -> Held:
        """What the record holds of it."""
        return held_by(self.correction, self.on)

    @cached_property
    def recipients(self) -> list[Recipient]:
        """Who was sent what it would alter."""
        return sent_to(self.person, self.held.same)

    @property
    def address(self) -> str:
        return reverse("optout:correction", args=[self.correction.ref])

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided it."""
        return self.correction.state == Correction.State.OPEN

    @property
    def is_not_theirs(self) -> bool:
        """Whether they said that a letter is not for them."""
        request = self.correction.request
        return proposals.is_not_theirs(request.kind, request.said)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        strip = header.strip(person_header(self.person, self.on), self.user, self.on)
        return super().get_context_data(
            correction=self.correction,
            reference=show_reference(self.correction.ref),
            strip={**strip, "actions": [], "more": []},
            part=presenter.part_in_words(self.correction),
            state=presenter.state_tag(self.correction),
            evidence=presenter.evidence(self.correction.request),
            rows=presenter.compare(self.correction, self.held, new=self.new_fact()),
            sides=["On the record", "Asked for"]
            if self.new_fact() is None
            else ["It said", "Asked for", "It says"],
            whence=presenter.whence(self.held, is_open=self.is_open),
            **kwargs,
        )

    def new_fact(self) -> Any:
        """What the record came to say by it; ``None`` while it is open, or was declined."""
        change, part = self.correction.change, self.held.part
        if change is None or part is None:
            return None
        written = part.model._default_manager.filter(person=self.person, recorded=change)
        found = written.order_by("-during", "-pk").first()
        hold_back([found])
        return found

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page; that it was seen is recorded."""
        trail.record(
            "correction seen",
            by=self.user,
            at=timezone.now(),
            authority=self.correction.request.authority,
            subject=self.person,
            correction=self.correction.ref,
        )
        return self.render_to_response(self.get_context_data(**kwargs))


class ShowCorrection(OneCorrection):
    """What is said now beside what was asked, what shows it, and who was sent it."""

    template_name = "optout/correction.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.correction.request
        return self.show(
            is_open=self.is_open,
            may_accept=Permission.EDIT_PEOPLE in self.rights,
            is_not_theirs=self.is_not_theirs,
            may_remove=self.held.fact is not None,
            clock=of_requests.clock_tag(asked, self.on) if self.is_open else None,
            moved=presenter.changed_since(self.correction, self.held) if self.is_open else "",
            recipients=presenter.recipient_lines(self.recipients),
            decision=None if self.is_open else presenter.decision(self.correction),
            senders=presenter.senders(self.person, self.held),
            record=presenter.record_address(self.correction),
            messages_made=of_requests.messages_of(list(asked.messages.all())),
            request_address=reverse("optout:request", args=[asked.ref]),
            back={"href": reverse("optout:corrections"), "text": "Corrections"},
        )
