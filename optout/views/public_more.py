"""Pages for anyone beside the journey: to complain, and to choose a language."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ccis.calendar.words import local_date
from optout import limits, rules
from optout.actions import requests
from optout.forms import public as questions
from optout.forms.who import CouncilForm
from optout.limits import Counted
from optout.models import Request
from optout.presenters import public as presenter
from optout.views.public_base import LANGUAGE_COOKIE, PublicPage, Question

GO_BACK_TO = frozenset(
    {"start", "no-code", "born", "postcode", "council", "what", "stop", "wrong", "doing", "reach"}
    | {"again", "help", "answer", "check", "done", "finished", "complain", "complain-council"}
)
"""Pages on which a language may be chosen."""


class Complain(Question):
    """Takes a complaint about how we use someone's information (LAW-03)."""

    template_name = "optout/public/complain.jinja"
    form_class = questions.ComplainForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.council() is None:
            return redirect("optout:complain-council")
        self.held  # noqa: B018 - so that a form sent twice is one
        return super().get(request, *args, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"sending": self.held.sendings}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.council() is None:
            return redirect("optout:complain-council")
        if self.held.sent and request.POST.get("sending") != str(self.held.sendings):
            return redirect("optout:done")
        return super().post(request, *args, **kwargs)

    def answered(self, form: forms.Form) -> HttpResponse:
        address, visit, council = limits.address_of(self.request), self.held, self.council()
        if limits.is_over(Counted.SENDING, address) or council is None:
            form.add_error(None, questions.TOO_MANY)
            return self.ask(form, status=429)
        limits.count(Counted.SENDING, address)
        at = timezone.now()
        by = rules.due_on(Request.Kind.COMPLAINT, local_date(at))
        person = visit.young_person()
        request = requests.receive(
            requests.Asked(
                kind=Request.Kind.COMPLAINT,
                said={"words": form.cleaned_data["words"]},
                given="" if person else form.cleaned_data["name"],
                speaker_name=form.cleaned_data["name"],
                answer_by=Request.Answer.EMAIL
                if "@" in form.cleaned_data["answer_to"]
                else Request.Answer.LETTER,
                answer_to=form.cleaned_data["answer_to"],
            ),
            authority=council,
            person=person,
            sent_key=visit.sent_key,
            words="\n\n".join(presenter.complaint_words(by)),
            at=at,
        )
        visit.sent = {
            "ref": request.ref,
            "kind": Request.Kind.COMPLAINT,
            "at_once": False,
            "not_for_me": False,
            "by": by.isoformat(),
        }
        visit.sendings += 1
        return redirect("optout:done")


class ComplainCouncil(Question):
    """Asks which council a complaint is about, where several share this service."""

    form_class = CouncilForm

    def answered(self, form: forms.Form) -> HttpResponse:
        self.held.authority = form.cleaned_data["authority"]
        return redirect("optout:complain")


class Language(PublicPage):
    """Lets a reader choose a language, where more than one is offered."""

    template_name = "optout/public/language.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(
            languages=self.languages().values(),
            came_from=request.GET.get("from", ""),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.POST.get("language", "")
        if chosen not in self.languages():
            raise Http404
        response = redirect(came_from(request.POST.get("from", "")))
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response


def came_from(name: str) -> str:
    """The page to go back to, by its name: one of ours, else the first."""
    if name == "who":
        return "agreements:who"
    return f"optout:{name}" if name in GO_BACK_TO else "optout:start"
