"""Telling of one person at once: six short pages, check, send (pages §2.6)."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from caseload.dropouts import forms, presenters
from caseload.dropouts.actions import sending
from caseload.dropouts.errors import CannotTell
from caseload.dropouts.models import Notification
from caseload.dropouts.views.base import DropoutsPage
from caseload.intake.errors import IntakeError

KEY, SENT = "dropouts", "dropouts-sent"
"""Of the session: what was answered so far, by seat; and the receipt of what was sent last."""

ORDER = ("new", "who", "born", "when", "home-step", "reach")
"""The question pages, by the names of their addresses."""

ASKS = {
    "new": "reason_is",
    "who": "family",
    "born": "birth",
    "when": "day",
    "home-step": "postcode",
    "reach": "email",
}
"""An answer of each page, which is there once it was answered."""


class OnePerson(DropoutsPage):
    """A page of the journey. Without the answers of the pages before it, back to the first."""

    place: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not found where the council takes nothing on screen."""
        self.request = request
        if request.user.is_authenticated and self.permits and self.seats_here:
            if not self.takes_one:
                raise Http404
            if request.method == "GET" and self.missing:
                return redirect(self.missing)
        return super().dispatch(request, *args, **kwargs)

    @property
    def kept(self) -> dict[str, str]:
        """What was answered so far, for this organisation and council."""
        held = self.request.session.get(KEY, {})
        return dict(held.get(self.seat.ref, {}))

    def keep(self, answers: dict[str, str]) -> None:
        """Keep more answers in the session."""
        held = dict(self.request.session.get(KEY, {}))
        before = self.kept or {"key": forms.new_key()}
        held[self.seat.ref] = {**before, **answers}
        self.request.session[KEY] = held

    def forget(self, sent: str) -> None:
        """Forget what was answered, once it was sent; remember the receipt."""
        held = dict(self.request.session.get(KEY, {}))
        held.pop(self.seat.ref, None)
        self.request.session[KEY] = held
        self.request.session[SENT] = {**self.request.session.get(SENT, {}), self.seat.ref: sent}

    @property
    def missing(self) -> str:
        """Where to go instead: the receipt of what was sent, or the first page not answered."""
        before = ORDER[: ORDER.index(self.place)] if self.place in ORDER else ORDER
        unanswered = next((name for name in before if ASKS[name] not in self.kept), "")
        if not unanswered:
            return ""
        sent = self.request.session.get(SENT, {}).get(self.seat.ref)
        if not self.kept and sent and self.told.filter(ref=sent).exists():
            return reverse("dropouts:receipt", args=[sent])
        return reverse(f"dropouts:{unanswered}" if self.kept else "dropouts:new")


class Question(OnePerson):
    """One question page: an answer is kept, and the next page asked."""

    template_name = "dropouts/question.jinja"
    form_class: ClassVar[type[forms.Step]]
    heading: ClassVar[str] = ""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        return self.ask(self.form_class(initial=self.kept, **self.form_words))

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the answer and go on; to the check page where everything was answered."""
        if self.missing:
            return redirect(self.missing)
        form = self.form_class(self.request.POST, **self.form_words)
        if not form.is_valid():
            return self.ask(form)
        self.keep(form.answers)
        after = [name for name in ORDER if ASKS[name] not in self.kept]
        return redirect(f"dropouts:{after[0]}" if after else "dropouts:check")

    @property
    def form_words(self) -> dict[str, Any]:
        """What the form is to know of the council's choices and the answers before it."""
        return {
            "required": self.policy.dropouts_required,
            "reason": self.kept.get("reason_is", ""),
        }

    def title(self) -> str:
        """The page's heading; empty where the question is."""
        return self.heading

    def ask(self, form: forms.Step) -> HttpResponse:
        """The page."""
        at = ORDER.index(self.place)
        done = all(ASKS[name] in self.kept for name in ORDER)
        before = "check" if done else ORDER[at - 1] if at else "months"
        return self.show(
            form=form, title=self.title(), back={"href": reverse(f"dropouts:{before}")}
        )


class What(Question):
    """What has happened? A new telling begins here."""

    place = "new"
    form_class = forms.WhatStep

    @property
    def form_words(self) -> dict[str, Any]:
        return {"reasons": self.policy.dropouts_reasons}

    def keep(self, answers: dict[str, str]) -> None:
        """With another reason its day is asked afresh."""
        if self.kept.get("reason_is", answers["reason_is"]) != answers["reason_is"]:
            held = dict(self.request.session[KEY])
            held[self.seat.ref] = {
                name: kept for name, kept in self.kept.items() if name not in ("day", "destination")
            }
            self.request.session[KEY] = held
        super().keep(answers)


class Who(Question):
    """Their name."""

    place = "who"
    form_class = forms.WhoStep
    heading = "What is their name?"


class Born(Question):
    """Date of birth and ULN."""

    place = "born"
    form_class = forms.BornStep
    heading = "When were they born?"


class When(Question):
    """The day, and what comes next."""

    place = "when"
    form_class = forms.WhenStep

    def title(self) -> str:
        return forms.WHEN.get(self.kept.get("reason_is", ""), "When was it?")


class Home(Question):
    """Where they live."""

    place = "home-step"
    form_class = forms.HomeStep
    heading = "Where do they live?"


class Reach(Question):
    """Email and phone."""

    place = "reach"
    form_class = forms.ReachStep
    heading = "How can they be reached?"


class Check(OnePerson):
    """Every answer once more, and the button that sends."""

    place = "check"
    template_name = "dropouts/check.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; once sent, Back leads to the receipt."""
        return self.check()

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send, once, whatever is pressed twice."""
        form = forms.KeyForm(self.request.POST)
        key = form.cleaned_data["key"] if form.is_valid() else ""
        sent = self.told.filter(key=key).first() if key else None
        if sent is None and (self.missing or key != self.kept.get("key")):
            return redirect(self.missing or "dropouts:check")
        try:
            made = sent or self.send(key)
        except (CannotTell, IntakeError) as error:
            return self.check(error.message)
        self.forget(made.ref)
        return redirect("dropouts:receipt", made.ref)

    def send(self, key: str) -> Notification:
        """Send what was answered."""
        return sending.send_one(
            seat=self.seat, person=presenters.person_of(self.kept), key=key, at=self.now
        )

    def check(self, why_not: str = "") -> HttpResponse:
        """The page."""
        return self.show(
            form=forms.KeyForm(initial={"key": self.kept.get("key", "")}),
            answers=presenters.answers(self.kept),
            why_not=why_not,
            back={"href": reverse("dropouts:reach")},
        )
