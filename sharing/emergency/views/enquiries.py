"""Somebody asks outside the portal (pages §2.5, LC-30)."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.govuk.lists import Column, Sort, page_of
from optout.letters.rules import PURPOSES
from providers.models import Provider
from sharing.agreements.queries import terms_in_force
from sharing.emergency import actions, presenters
from sharing.emergency.forms import (
    EnquiryForm,
    RefuseForm,
    TellForm,
)
from sharing.emergency.models import Enquiry
from sharing.emergency.views.base import shown_once
from sharing.errors import CannotShare
from sharing.views.base import SharingPage, ShowSharing

COLUMNS = (
    Column("About"),
    Column("Organisation"),
    Column("Who asks"),
    Column("When"),
    Column("State"),
)
WAITING_FIRST = (Sort("waiting", "Waiting", ("is_done", "-at")),)


class EnquiryPage(SharingPage):
    """A page of enquiries, for those who may answer them."""

    permission = Permission.ANSWER_ENQUIRIES
    place = "emergency:enquiries"


class Enquiries(EnquiryPage, ShowSharing):
    """Who asked outside the portal, and what came of it."""

    template_name = "emergency/enquiries.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Enquiry.objects.visible_to(self.user).filter(authority=self.authority)
        listed = page_of(
            mine.with_done().select_related("person__lead_authority", "provider"),
            request=self.request,
            name="enquiries",
            sorts=WAITING_FIRST,
            key="ref",
        )
        found: list[Enquiry] = list(listed.rows)
        people = list({one.person for one in found if one.person is not None})
        names = self.names(people, page="enquiries") if people else {}
        listed.rows[:] = presenters.enquiry_rows(found, names)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Enquiries",
            nothing_yet=not listed.total,
            **kwargs,
        )


class NewEnquiry(EnquiryPage, FormView[EnquiryForm]):
    """Takes who asks, and how it was checked who they are."""

    form_class = EnquiryForm
    template_name = "emergency/new_enquiry.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        agreed = terms_in_force(self.authority, on=timezone.localdate())
        known = Provider.objects.filter(pk__in=[one.provider for one in agreed])
        return super().get_form_kwargs() | {"organisations": known}

    def get_initial(self) -> dict[str, Any]:
        return {"person": self.request.GET.get("person", "")[:9]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("emergency:enquiries")
        return super().get_context_data(
            back={"href": address, "text": "Enquiries"}, cancel=address, **kwargs
        )

    def form_valid(self, form: EnquiryForm) -> HttpResponse:
        given = form.cleaned_data
        person = None
        if given["person"]:
            mine = YoungPerson.objects.visible_to(self.user).of(self.authority)
            person = mine.filter(ref=given["person"]).first()
            if person is None:
                form.add_error("person", "No record that you may open has this reference")
                return self.form_invalid(form)
        made = actions.take(
            actions.Asks(
                provider=form.organisations.get(given["organisation"]),
                organisation=given["another"],
                asker=given["asker"],
                channel=given["channel"],
                asks=given["asks"],
                checks=tuple(given["checks"]),
                checked=given["checked"],
                person=person,
            ),
            authority=self.authority,
            by=self.user,
            at=timezone.now(),
        )
        if made.state == Enquiry.State.REFUSED:
            messages.warning(
                self.request, "Refused, and recorded. Tell them nothing, not even that we refused"
            )
        return redirect("emergency:enquiry", made.ref)


class OfEnquiry(EnquiryPage):
    """A page of one enquiry."""

    @cached_property
    def enquiry(self) -> Enquiry:
        """The enquiry; not found when it is not theirs to see."""
        mine = Enquiry.objects.visible_to(self.user).filter(authority=self.authority)
        named = mine.select_related(
            "authority", "person__lead_authority", "provider", "by", "answered_by", "disclosure"
        )
        return get_object_or_404(named, ref=self.kwargs["enquiry"])

    @property
    def about(self) -> dict[str, str] | None:
        """About whom it is, with a line of the trail."""
        person = self.enquiry.person
        if person is None:
            return None
        name = self.names([person], page="enquiry")[person.pk]
        return {"name": name, "href": reverse("sharing:person", args=[person.ref])}

    @property
    def back(self) -> dict[str, str]:
        """The link back to all of them."""
        return {"href": reverse("emergency:enquiries"), "text": "Enquiries"}


class ShowEnquiry(OfEnquiry, ShowSharing):
    """What is on record of an enquiry, and what may be told."""

    template_name = "emergency/enquiry.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, at = self.enquiry, timezone.now()
        waits = one.state == Enquiry.State.CHECKED
        found = actions.answers_to(one, at=at) if waits else {}
        return super().get_context_data(
            enquiry=one,
            person=self.about,
            tag_of_enquiry=presenters.enquiry_tag(one),
            details=presenters.enquiry(one),
            waits=waits,
            may_be_told=presenters.may_be_told(found),
            may_tell=any(answer.may for _, answer in found.values()),
            back=self.back,
            **kwargs,
        )


class Answers(OfEnquiry, FormView[forms.Form]):
    """Asks what is told, or why nothing is."""

    @property
    def address(self) -> str:
        """The enquiry's own page."""
        return reverse("emergency:enquiry", args=[self.enquiry.ref])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            person=self.about,
            organisation=self.enquiry.provider.name,
            back={"href": self.address, "text": "Enquiry"},
            cancel=self.address,
            **kwargs,
        )


class Tell(Answers):
    """Tells whoever asks what the rule of sharing lets go; the words are shown this once."""

    form_class = TellForm
    template_name = "emergency/tell.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        found = actions.answers_to(self.enquiry, at=timezone.now())
        may = {purpose: answer for purpose, (_, answer) in found.items() if answer.may}
        columns = frozenset().union(*(answer.columns for answer in may.values()))
        return super().get_form_kwargs() | {
            "purposes": [(one, PURPOSES[one]) for one in may if one in PURPOSES],
            "columns": columns,
        }

    def form_valid(self, form: forms.Form) -> HttpResponse:
        given = form.cleaned_data
        try:
            told = actions.tell(self.enquiry, **given, by=self.user, at=timezone.now())
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        self.template_name = "emergency/told.jinja"
        return shown_once(
            self.render_to_response(
                self.get_context_data(
                    form=form,
                    told=presenters.words_to_tell(told.values),
                    to=f"{self.enquiry.asker}, {self.enquiry.provider.name}",
                    told_as=show_reference(told.disclosure.ref),
                    enquiry_page=True,
                )
            )
        )


class Refuse(Answers):
    """Tells whoever asks nothing, and records why."""

    form_class = RefuseForm
    template_name = "emergency/refuse.jinja"

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            actions.refuse(
                self.enquiry, why=form.cleaned_data["why"], by=self.user, at=timezone.now()
            )
        except CannotShare as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Refused, and recorded")
        return redirect(self.address)
