"""Corrections: the list of what is to be decided, and one: compared, accepted, declined (LC-05)."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.forms.parts import Part
from caseload.models import RestrictionLevel, YoungPerson
from caseload.presenters import conflict, header
from caseload.queries.lineage import lineage
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
from optout.actions import corrections
from optout.actions.corrections import How, PutRight, Tell
from optout.errors import CannotDo
from optout.forms import corrections as questions
from optout.held import OF_SLUG, Held, held_by, last_change
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
            whence=presenter.whence(self.held),
            is_dead=self.person.restriction_level == RestrictionLevel.DECEASED,
            **kwargs,
        )

    def new_fact(self) -> Any:
        """What the record came to say by it; ``None`` while it is open, or was declined."""
        change, part = self.correction.change, self.held.part
        if change is None or part is None:
            return None
        written = part.model._default_manager.filter(person=self.person, recorded=change)
        return written.order_by("-during", "-pk").first()

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
            record=presenter.record_address(self.correction),
            messages_made=of_requests.messages_of(list(asked.messages.all())),
            request_address=reverse("optout:request", args=[asked.ref]),
            back={"href": reverse("optout:corrections"), "text": "Corrections"},
        )


class DecideCorrection(OneCorrection):
    """A page that asks something about an open correction, and does it or says why not."""

    needs = Permission.EDIT_PEOPLE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            if self.needs not in self.rights:
                raise PermissionDenied
            if not self.is_open:
                messages.info(request, "This is decided already")
                return redirect(self.address)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            said = self.decide(form)
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.ask(form)
        messages.success(request, said)
        return redirect(self.address)

    def make_form(self, data: Any = None) -> forms.Form:
        """The form, filled with ``data`` where something was sent."""
        raise NotImplementedError

    def decide(self, form: forms.Form) -> str:
        """The one call that does it; returns what to say."""
        raise NotImplementedError

    def first_told(self) -> dict[str, Any]:
        """How they asked to be answered."""
        request = self.correction.request
        return {"told_by": request.answer_by, "to": request.answer_to}

    def tell(self, form: forms.Form, words: str) -> Tell | None:
        """How they hear of it, as answered; ``None`` where there is nobody to tell."""
        by = form.cleaned_data.get("told_by", questions.NOBODY)
        if by == questions.NOBODY:
            return None
        return Tell(words=words, by=by, to=form.cleaned_data["to"])

    def settle_told(self, form: Any) -> None:
        """Of whoever said that a letter is not for them: ask only where they left an address."""
        if not corrections.may_stay_untold(self.correction.request):
            return
        if self.is_not_theirs and not self.correction.request.answer_to:
            for name in ("told_by", "to", "words"):
                form.fields.pop(name, None)
        else:
            form.offer_nobody()

    def ask(self, form: forms.Form) -> HttpResponse:
        """The page with its form."""
        return self.show(
            form=form,
            cancel=self.address,
            back={"href": self.address, "text": "Back"},
        )


class PointCorrection(DecideCorrection):
    """Asks which part of the record is meant."""

    template_name = "optout/correction_about.jinja"

    def make_form(self, data: Any = None) -> questions.AboutForm:
        chosen = f"{self.correction.part}:{presenter.NEW}" if self.correction.part else ""
        if self.held.part is not None and self.held.fact is not None:
            found = lineage(self.person, self.held.part.model)
            chosen = f"{self.held.part.slug}:{found.place_of(self.held.fact)}"
        return questions.AboutForm(
            data, places=presenter.places(self.person, self.rights), initial={"about": chosen}
        )

    def decide(self, form: forms.Form) -> str:
        slug, _, place = form.cleaned_data["about"].partition(":")
        fact = None
        if place != presenter.NEW:
            fact = lineage(self.person, OF_SLUG[slug].model).believed(int(place))
        corrections.point_at(self.correction, part=slug, fact=fact, by=self.user, at=timezone.now())
        return "Look at what the record says, then decide"


class AcceptCorrection(DecideCorrection):
    """Asks what the record is to say, and puts it right."""

    template_name = "optout/correction_accept.jinja"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and self.is_open:
            if self.held.part is None:
                return redirect("optout:correction-about", ref=self.correction.ref)
            if self.is_not_theirs and self.held.fact is None:
                messages.info(request, "The record has no address that it would alter")
                return redirect(self.address)
        return super().dispatch(request, *args, **kwargs)

    @property
    def part(self) -> Part:
        """The part that it is about."""
        assert self.held.part is not None  # noqa: S101 - refused before
        return self.held.part

    def make_form(self, data: Any = None) -> Any:
        first = {
            **self.first_told(),
            "words": presenter.words_of_done(self.correction, self.held, self.recipients),
            "seen": str(self.held.seen),
        }
        if self.is_not_theirs:
            form: Any = questions.NotThereForm(
                data, initial={**first, "ended_on": presenter.told_on(self.correction)}
            )
        else:
            form = self._of_part(data, first)
        self.settle_told(form)
        return form

    def _of_part(self, data: Any, first: dict[str, Any]) -> Any:
        first |= questions.first_answers(
            part=self.part,
            fact=self.held.fact,
            proposed=presenter.proposed(self.correction),
            told_on=presenter.told_on(self.correction),
        )
        more: dict[str, Any] = {}
        if self.part.slug == proposals.ACTIVITIES:
            born = person_header(self.person, self.on).date_of_birth
            more = {"born": born, "is_new": True}
        made: Any = questions.accept_form(self.part)
        form = made(data, fact=self.held.fact, initial=first, **more)
        form.settle(fact=self.held.fact, part=self.part)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("seen") != str(self.held.seen):
            return self.look_again(request)
        try:
            return super().post(request, *args, **kwargs)
        except ChangedMeanwhile:
            del self.held
            return self.look_again(request)
        except CannotRecord as error:
            form = self.make_form(request.POST)
            form.is_valid()
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.ask(form)

    def look_again(self, request: HttpRequest) -> HttpResponse:
        """What the record says by now, with nothing lost of what was typed (§3.8)."""
        data = request.POST.copy()
        data["seen"] = str(last_change(self.person, self.part.model))
        form = self.make_form(data)
        form.is_valid()
        said = "Someone changed this part of the record"
        if self.held.fact is not None:
            said = conflict.message(self.held.fact, self.on).partition(". ")[0]
        form.add_error(
            None, f"{said}. Look at what the record says by now. What you typed is still here"
        )
        return self.ask(form)

    def decide(self, form: Any) -> str:
        given = form.cleaned_data
        how = How(given["how"]) if self.is_not_theirs else form.became
        message = corrections.accept(
            self.correction,
            put_right=PutRight(
                how=how,
                seen=int(given["seen"]),
                started_on=given.get("started_on"),
                ended_on=given.get("ended_on"),
                verified_on=given.get("verified_on"),
                values={} if self.is_not_theirs or how is How.SAME else form.values(),
                as_asked=self.is_not_theirs
                or how is How.SAME
                or form.is_as_asked(presenter.proposed(self.correction)),
            ),
            tell=self.tell(form, given.get("words", "")),
            by=self.user,
            at=timezone.now(),
        )
        waits = message is not None and message.sent_at is None
        return "The record is put right" + (". The answer is written, to be sent" if waits else "")


class DeclineCorrection(DecideCorrection):
    """Asks why the record stays as it is, which is what they are told."""

    template_name = "optout/correction_decline.jinja"
    needs = Permission.ANSWER_REQUESTS

    def make_form(self, data: Any = None) -> questions.DeclineForm:
        form = questions.DeclineForm(data, initial=self.first_told())
        self.settle_told(form)
        return form

    def decide(self, form: forms.Form) -> str:
        reason = form.cleaned_data["reason"]
        corrections.decline(
            self.correction,
            reason=reason,
            tell=self.tell(form, presenter.words_of_declined(self.correction, reason)),
            by=self.user,
            at=timezone.now(),
        )
        return "The record stays as it is, and they are told why"
