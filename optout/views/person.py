"""A young person's choices, as officers see and record them (pages §2.2, LC-06)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from caseload.forms.parts import of_section
from caseload.views.facts import PersonForm, ShowSection
from caseload.views.person import PersonPage
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from optout.actions import choices, codes
from optout.errors import CannotDo
from optout.forms.officers import ChoiceForm, TakeOutForm
from optout.models import PersonalCode, Statement
from optout.presenters import choices as presenter
from optout.queries import shared_with, standing, statements_of
from optout.rules import show_code
from optout.telling import told_of_use
from providers.models import Provider


class Choices(ShowSection):
    """What stands, every statement and choice with source and date, and what each stops."""

    page = "choices"
    tab = "choices"
    template_name = "optout/person.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_edit = Permission.EDIT_PEOPLE in self.may
        statements = statements_of(self.person)
        stands = standing(self.person, on=self.on)
        usable = PersonalCode.objects.filter(person=self.person).usable(self.on)
        user = signed_in_user(self.request)
        return super().get_context_data(
            tags=presenter.tags(self.person, stands, on=self.on),
            sentences=presenter.sentences(stands),
            conflict=presenter.conflict(statements),
            conflicts=presenter.conflicts(self.person, stands, on=self.on),
            to_ask=presenter.to_ask(self.person, self.summary.date_of_birth, on=self.on),
            told=presenter.told_line(
                told_of_use([self.person.pk], self.on).get(self.person.pk, [])
            ),
            set_aside=self.set_aside(),
            items=presenter.timeline_items(self.person, statements, may_edit=may_edit),
            codes_line=presenter.codes_line(list(usable.values_list("expires_on", flat=True))),
            may_take_request=holds(user, Permission.TAKE_REQUESTS, self.person.lead_authority),
            **kwargs,
        )

    def set_aside(self) -> dict[str, str] | None:
        """The part that only those with a need open; opening it is recorded."""
        if Permission.SEE_SENSITIVE not in self.may:
            return None
        (part,) = (one for one in of_section(self.tab) if one.is_sensitive)
        return {
            "title": part.many,
            "note": part.note,
            "href": reverse(f"caseload:{part.slug}", args=[self.person.ref]),
        }


class FormOfChoices(PersonForm):
    """A page that asks something about someone's choices."""

    tab = "choices"

    def back(self) -> str:
        return reverse("optout:person", args=[self.person.ref])


class RecordChoice(FormOfChoices):
    """Asks what was said, by whom, when, and how we heard."""

    page = "choices-new"
    heading = "Record what was said about sharing"

    def make_form(self, *args: Any, **kwargs: Any) -> ChoiceForm:
        """The form, with whom the authority shares with."""
        organisations = shared_with(self.person.lead_authority, on=self.on)
        return ChoiceForm(*args, organisations=organisations, **kwargs)

    def blank_form(self) -> forms.Form:
        return self.make_form(initial={"said_on": self.on})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form)
        refs = form.providers_named
        try:
            choices.record(
                person=self.person,
                says=Statement.Says(form.cleaned_data["says"]),
                providers=None if refs is None else Provider.objects.filter(ref__in=refs),
                said_on=form.cleaned_data["said_on"],
                said_by=form.cleaned_data["said_by"],
                channel=form.cleaned_data["channel"],
                source=form.cleaned_data["source"],
                lacks_capacity=form.cleaned_data["lacks_capacity"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(form)
        return self.done("Choice recorded")


class TakeOut(FormOfChoices):
    """Asks why a statement should not stand on this record."""

    page = "choices-take-out"
    heading = "Take out what was recorded by mistake"
    button = "Take it out"

    def statement(self) -> Statement:
        """The statement at the place that the address names, if it still stands."""
        statements = presenter.as_recorded(statements_of(self.person))
        place = int(self.kwargs["place"])
        if not 1 <= place <= len(statements) or statements[place - 1].superseded_id is not None:
            raise Http404
        return statements[place - 1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        (item,) = presenter.timeline_items(self.person, [self.statement()], may_edit=False)
        about = f"{item['sentence']}. If they changed their mind, record what they say now instead."
        return super().get_context_data(about=about, **kwargs)

    def blank_form(self) -> forms.Form:
        self.statement()
        return TakeOutForm()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        statement, form = self.statement(), TakeOutForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        choices.take_out(
            statement,
            by=signed_in_user(request),
            at=timezone.now(),
            why=form.cleaned_data["why"],
        )
        return self.done("Taken out. It stays in sight, struck through")


class MakeCode(PersonPage):
    """Makes a personal code and shows it once, for a letter or to read out."""

    permission = Permission.EDIT_PEOPLE
    page = "choices-code"
    tab = "choices"
    template_name = "optout/code.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("optout:person", ref=self.person.ref)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user, at = signed_in_user(request), timezone.now()
        if "end" in request.POST:
            codes.end_all(self.person, by=user, at=at)
            messages.success(request, "Personal codes taken back")
            return redirect("optout:person", ref=self.person.ref)
        code = codes.make(self.person, by=user, at=at)
        start = request.build_absolute_uri(reverse("optout:start"))
        back = {"href": reverse("optout:person", args=[self.person.ref]), "text": "Choices"}
        return self.render_to_response(
            self.get_context_data(code=show_code(code), start=start, back=back)
        )
