"""Who a young person is: the code of a letter, or some questions (pages §2.4, §4.12, §5.5)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from optout import limits, rules, visits
from optout.actions import codes
from optout.forms import who
from optout.limits import Counted
from optout.views.public_base import PublicPage, Question
from optout.visits import Visit

NO_TRACE = "no-referrer"
"""On the address that holds the code: the next page has none."""


def try_code(request: HttpRequest, text: str) -> Visit | None:
    """A visit to the choices of whoever has the code; ``None`` for a wrong, old or unknown one.

    Too many wrong ones from an address, or too many openings with one code in an hour, are
    answered as a wrong one is: in the same words and with the same one look-up.
    """
    address, code = limits.address_of(request), rules.read_code(text)
    closed = limits.is_over(Counted.WRONG_CODE, address) | limits.is_over(Counted.OPENING, code)
    limits.count(Counted.OPENING, code)
    found = codes.open_with("" if closed else code, at=timezone.now())
    if found is None:
        limits.count(Counted.WRONG_CODE, address)
        return None
    visit = visits.begin()
    visit.person, visit.authority = found.person_id, found.person.lead_authority.code
    return visit


class Start(Question):
    """Asks for the code of the letter."""

    template_name = "optout/public/start.jinja"
    form_class = who.CodeForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "not-right" in request.GET:
            return self.refuse(self.make_form({"code": " "}))
        return super().get(request, *args, **kwargs)

    def answered(self, form: forms.Form) -> HttpResponse:
        visit = try_code(self.request, form.cleaned_data["code"])
        if visit is None:
            return self.refuse(form)
        self.visit = visit
        return redirect("optout:what")

    def refuse(self, form: forms.Form) -> HttpResponse:
        """The same words for a wrong code, an old one, and too many tries."""
        form.errors.clear()
        form.cleaned_data = {}
        form.add_error("code", who.CODE_NOT_RIGHT)
        return self.ask(form)


class OpenLink(PublicPage):
    """Takes the code out of the address and sends the phone on, at once."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        visit = try_code(request, code)
        if visit is None:
            response = redirect("optout:start")
            response["Location"] += "?not-right"
        else:
            self.visit = visit
            response = redirect("optout:what")
        response["Referrer-Policy"] = NO_TRACE
        return response


# -- without a code --------------------------------------------------------------------------------


class NoCode(Question):
    """Asks for the name of someone who has no code."""

    template_name = "optout/public/no_code.jinja"
    form_class = who.NameForm
    came_from = "optout:start"

    def initial(self) -> dict[str, Any]:
        return self.visit.who if self.visit else {}

    def answered(self, form: forms.Form) -> HttpResponse:
        visit = self.held
        if visit.person is not None:
            self.visit = visit = visits.begin()
        visit.who = {**visit.who, **form.cleaned_data}
        return redirect("optout:born")


class Born(Question):
    """Asks for the date of birth."""

    form_class = who.BornForm
    came_from = "optout:no-code"

    def initial(self) -> dict[str, Any]:
        return {"date_of_birth": self.visit.who.get("typed_birth", "") if self.visit else ""}

    def answered(self, form: forms.Form) -> HttpResponse:
        if not self.held.who.get("given"):
            return redirect("optout:no-code")
        self.held.who["date_of_birth"] = form.cleaned_data["date_of_birth"].isoformat()
        self.held.who["typed_birth"] = self.request.POST["date_of_birth"]
        return redirect("optout:postcode")


class Postcode(Question):
    """Asks for the postcode."""

    form_class = who.PostcodeForm
    came_from = "optout:born"

    def initial(self) -> dict[str, Any]:
        return {"postcode": self.visit.who.get("postcode", "") if self.visit else ""}

    def answered(self, form: forms.Form) -> HttpResponse:
        if "date_of_birth" not in self.held.who:
            return redirect("optout:born")
        self.held.who["postcode"] = form.cleaned_data["postcode"]
        return redirect("optout:what")


class Council(Question):
    """Asks which council, where several share this service."""

    form_class = who.CouncilForm
    came_from = "optout:postcode"

    def initial(self) -> dict[str, Any]:
        return {"authority": self.visit.authority if self.visit else ""}

    def answered(self, form: forms.Form) -> HttpResponse:
        self.held.authority = form.cleaned_data["authority"]
        return redirect("optout:what")
