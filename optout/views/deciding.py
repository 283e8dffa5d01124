"""What becomes of a correction: which part is meant, accepted, declined (pages §2.4, LC-05)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.forms.parts import Part
from caseload.presenters import conflict
from caseload.queries.lineage import lineage
from caseload.queries.summaries import person_header
from ccis.access.roles import Permission
from optout import proposals
from optout.actions import corrections
from optout.actions.corrections import How, PutRight, Tell
from optout.errors import CannotDo
from optout.forms import corrections as questions
from optout.held import OF_SLUG, last_change
from optout.presenters import corrections as presenter
from optout.views.corrections import OneCorrection


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
        """Of whoever said that a letter is not for them, ask only where they left an address."""
        if self.is_not_theirs and not self.correction.request.answer_to:
            for name in ("told_by", "to", "words"):
                form.fields.pop(name, None)
        elif self.is_not_theirs:
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
