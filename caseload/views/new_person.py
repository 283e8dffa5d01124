"""Adding a person: look first, then the least that a record needs (PIA-02, PIA-25).

What is typed on the way is kept in the session, never in the address.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from caseload.actions import people
from caseload.forms.new_person import MinimumForm, WhoForm, address_in
from caseload.models import ContactPoint
from caseload.presenters import near as near_presenter
from caseload.queries.near import NearMatch, near_matches
from caseload.seen import record_restricted
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.audit import trail
from providers.models import Provider

KEY = "adding_person"


class Step(RequiresPermission, TemplateView):
    """One step of the journey. Without the answers of the steps before it, back to the first."""

    permission = Permission.ADD_PEOPLE
    needs: tuple[str, ...] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._first_missing() or self.show()

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render_to_response(self.get_context_data(**kwargs))

    def _first_missing(self) -> HttpResponse | None:
        if all(name in self.kept for name in self.needs):
            return None
        return redirect("caseload:person-new")

    @property
    def kept(self) -> dict[str, Any]:
        """What was answered so far."""
        return dict(self.request.session.get(KEY, {}))

    def keep(self, **answers: Any) -> None:
        """Keep more answers in the session."""
        self.request.session[KEY] = {**self.kept, **answers}

    @property
    def born(self) -> date | None:
        """The date of birth that was typed, if any."""
        kept = self.kept.get("who", {}).get("date_of_birth")
        return date.fromisoformat(kept) if kept else None

    def near(self, postcode: str = "") -> list[NearMatch]:
        """People near the one who is to be added."""
        who = self.kept["who"]
        return near_matches(
            authority=authority_of(self.request),
            user=signed_in_user(self.request),
            given=who["given"],
            family=who["family"],
            date_of_birth=self.born,
            postcode=postcode,
            on=timezone.localdate(),
        )


class NewPerson(Step):
    """First question: name and date of birth."""

    template_name = "caseload/new_person.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        who = self.kept.get("who", {})
        kwargs.setdefault("form", WhoForm(initial={**who, "date_of_birth": self.born}))
        return super().get_context_data(
            heading="Add a person",
            back={"href": reverse("caseload:people"), "text": "People"},
            button="Look for them first",
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = WhoForm(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        born = form.cleaned_data["date_of_birth"]
        who = {**form.cleaned_data, "date_of_birth": born.isoformat() if born else ""}
        before = {name: kept for name, kept in self.kept.items() if name != "looked"}
        self.request.session[KEY] = {**before, "who": who, "seen": []}
        return redirect("caseload:person-new-near")


class NearPeople(Step):
    """Who is near: each beside what was typed."""

    template_name = "caseload/new_person_near.jinja"
    needs = ("who",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minimum = self.kept.get("minimum", {})
        postcode = minimum.get("postcode", "")
        matches = self.near(postcode)
        trail.record(
            "search made",
            by=signed_in_user(self.request),
            at=timezone.now(),
            authority=authority_of(self.request),
            by_parts=["name", "date of birth"] + (["postcode"] if postcode else []),
            found=len(matches),
        )
        record_restricted(
            [match.summary.person for match in matches],
            by=signed_in_user(self.request),
            at=timezone.now(),
            page="near",
        )
        who = {**self.kept["who"], "date_of_birth": self.born, "postcode": postcode}
        return super().get_context_data(
            matches=[near_presenter.card(match, who, timezone.localdate()) for match in matches],
            heading="People near this one" if matches else "No one is near this one",
            back={"href": reverse("caseload:person-new"), "text": "Back"},
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if missing := self._first_missing():
            return missing
        minimum = self.kept.get("minimum", {})
        matches = self.near(minimum.get("postcode", ""))
        self.keep(seen=[match.summary.person.ref for match in matches], looked=True)
        return redirect("caseload:person-new-check" if minimum else "caseload:person-new-details")


class NewPersonDetails(Step):
    """The least that a record needs."""

    template_name = "caseload/new_person.jinja"
    needs = ("who", "looked")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", MinimumForm(initial=self.kept.get("minimum")))
        return super().get_context_data(
            heading="Their details",
            back={"href": reverse("caseload:person-new-near"), "text": "Back"},
            button="Continue",
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if missing := self._first_missing():
            return missing
        form = MinimumForm(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        self.keep(minimum=form.cleaned_data)
        found = {match.summary.person.ref for match in self.near(form.cleaned_data["postcode"])}
        if found - set(self.kept.get("seen", [])):
            return redirect("caseload:person-new-near")
        return redirect("caseload:person-new-check")


class CheckPerson(Step):
    """Check answers, then add."""

    template_name = "caseload/new_person_check.jinja"
    needs = ("who", "looked", "minimum")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            answers=near_presenter.answers(self.kept["who"], self.kept["minimum"], self.born),
            back={"href": reverse("caseload:person-new-details"), "text": "Back"},
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if missing := self._first_missing():
            return missing
        who, minimum = self.kept["who"], self.kept["minimum"]
        person = people.add(
            authority=authority_of(request),
            given=who["given"],
            family=who["family"],
            date_of_birth=self.born,
            since=timezone.localdate(),
            middle=minimum["middle"],
            gender_id=minimum["gender_id"],
            ethnicity_id=minimum["ethnicity_id"],
            address=address_in(minimum),
            phone=minimum["phone"],
            phone_kind=phone_kind(minimum["phone"]),
            school=Provider.objects.filter(pk=minimum["school"] or 0).first(),
            by=signed_in_user(request),
            at=timezone.now(),
        )
        del request.session[KEY]
        messages.success(request, "Person added")
        return redirect("caseload:person", ref=person.ref)


def phone_kind(phone: str) -> str:
    """Whether a number is of a mobile phone: those begin with 07."""
    return ContactPoint.Kind.MOBILE if phone.startswith("07") else ContactPoint.Kind.PHONE
