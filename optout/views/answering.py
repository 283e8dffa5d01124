"""What is done with one request: whom it is about, how it stands, answered (pages §2.4)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from caseload.models import YoungPerson
from ccis.access.references import read_reference, show_reference
from ccis.access.views import signed_in_user
from optout.actions import acknowledging, requests
from optout.errors import CannotDo
from optout.forms.officers import AnswerForm, ToldForm
from optout.models import Request
from optout.presenters import requests as presenter
from optout.views.requests import OneRequest


class ActOnRequest(OneRequest):
    """Does one thing and goes back to the request, with what it had to say."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act())
        except CannotDo as error:
            messages.warning(request, error.message)
        return redirect(self.address)

    def act(self) -> str:
        """Do it; return what to say."""
        raise NotImplementedError


class Match(ActOnRequest):
    """Says whom a request is about."""

    def act(self) -> str:
        user = signed_in_user(self.request)
        ref = read_reference(self.request.POST.get("ref", ""))
        people = YoungPerson.objects.visible_to(user).of(self.asked.authority)
        person = people.select_related("lead_authority").filter(ref=ref or "").first()
        if person is None:
            raise CannotDo("We cannot find a record with this reference")
        seen = read_reference(self.request.POST.get("was", ""))
        was = YoungPerson.objects.visible_to(user).filter(ref=seen or "").first()
        requests.match(
            self.asked,
            person=person,
            by=user,
            at=timezone.now(),
            instead_of=was.pk if was else None,
        )
        if self.asked.kind in requests.ABOUT_SHARING:
            return "Recorded on their record, and in force from now. Now answer them."
        return "Matched. Do what they ask on their record, then answer them."


class MarkSent(ActOnRequest):
    """Says that the answer has gone."""

    def act(self) -> str:
        requests.mark_sent(self.asked, by=signed_in_user(self.request), at=timezone.now())
        return "Answer sent"


class AnswerRequest(OneRequest):
    """Asks what was done, and writes the answer."""

    template_name = "optout/answer.jinja"

    def make_form(self, *args: Any, **kwargs: Any) -> AnswerForm:
        """The form, with the answers that this request allows."""
        return AnswerForm(*args, outcomes=presenter.outcomes(self.asked), **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked.outcome or self.asked.state == Request.State.ANSWERED:
            messages.info(request, "This is answered already")
            return redirect(self.address)
        outcomes = presenter.outcomes(self.asked)
        initial = {
            "outcome": outcomes[0][0] if len(outcomes) == 1 else "",
            "told_by": self.asked.answer_by,
            "to": self.asked.answer_to,
            "words": presenter.suggested_words(self.asked, self.organisations()),
        }
        return self.ask(self.make_form(initial=initial))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked.outcome or self.asked.state == Request.State.ANSWERED:
            return self.get(request)
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            message = requests.answer(
                self.asked,
                outcome=form.cleaned_data["outcome"],
                words=form.cleaned_data["words"],
                answered_by=form.cleaned_data["told_by"],
                to=form.cleaned_data["to"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.ask(form)
        if message.sent_at is None:
            messages.success(request, "Answer written. Send it, then say here that it has gone.")
            return redirect(self.address)
        messages.success(request, f"Request {show_reference(self.asked.ref)} answered")
        return redirect("optout:requests")

    def ask(self, form: forms.Form) -> HttpResponse:
        """The page with its form."""
        return self.show(
            form=form,
            cancel=self.address,
            back={"href": self.address, "text": "Back"},
        )


class TellProgress(OneRequest):
    """Tells someone who complained how it stands (LAW-03)."""

    template_name = "optout/progress.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        initial = {
            "told_by": self.asked.answer_by,
            "to": self.asked.answer_to,
            "words": presenter.progress_words(self.asked),
        }
        return self.ask(ToldForm(initial=initial))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ToldForm(request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            message = acknowledging.tell_progress(
                self.asked, by=self.user, at=timezone.now(), **form.cleaned_data
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.ask(form)
        said = "Written. Send it, then say here that it has gone."
        messages.success(request, "Recorded what they were told" if message.sent_at else said)
        return redirect(self.address)

    def ask(self, form: forms.Form) -> HttpResponse:
        """The page with its form; only a complaint that is open has one."""
        if self.asked.kind != Request.Kind.COMPLAINT or self.asked.outcome:
            messages.info(self.request, "There is nothing more to tell about this")
            return redirect(self.address)
        return self.show(
            form=form, cancel=self.address, back={"href": self.address, "text": "Back"}
        )
