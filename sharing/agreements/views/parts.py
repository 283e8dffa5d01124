"""The parts of an agreement: each is asked for on a page of its own."""

from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, View

from ccis.access.roles import Permission
from ccis.govuk.words import plural
from sharing.agreements import rules
from sharing.agreements.actions import letting_in, making
from sharing.agreements.completeness import SECTIONS, sections
from sharing.agreements.errors import CannotDo
from sharing.agreements.forms import parts as forms
from sharing.agreements.forms.agreeing import AnnexForm, PersonForm, PurposeForm
from sharing.agreements.models import AnnexA, Party, Version
from sharing.agreements.presenters import agreements as presenter
from sharing.agreements.views.base import OfAgreement

FORMS: Final[dict[str, type[forms.PartForm]]] = {
    "about": forms.AboutForm,
    "period": forms.PeriodForm,
    "data": forms.DataForm,
    "notices": forms.NoticesForm,
    "council": forms.PartyForm,
    "organisation": forms.PartyForm,
    "assurance": forms.AssuranceForm,
    "annex": AnnexForm,
}
SIDES = {"council": Party.Side.AUTHORITY.value, "organisation": Party.Side.PROVIDER.value}


class WritePart(OfAgreement, FormView[forms.PartForm]):
    """Asks what a part of a version says, and writes it."""

    permission = Permission.KEEP_AGREEMENTS
    template_name = "agreements/part.jinja"

    @cached_property
    def part(self) -> str:
        """The part; not found when this kind of agreement, or its state, has none to write."""
        part = str(self.kwargs["part"])
        if part not in FORMS or part not in sections(self.agreement.kind):
            raise Http404
        if not presenter.may_open(part, self.version):
            raise Http404
        return part

    @cached_property
    def version(self) -> Version:
        """The version being made; assurance is renewed on the one that binds, where it is named."""
        part, binding = self.kwargs["part"], self.governing
        named = self.request.GET.get("version")
        if part == "assurance" and binding is not None and named == str(binding.number):
            return binding
        version = self.being_made or binding
        if version is None:
            raise Http404
        if self.being_made is None and part not in ("assurance", "about"):
            raise Http404
        return version

    def get_form_class(self) -> type[forms.PartForm]:
        return FORMS[self.part]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.version}

    def get_initial(self) -> dict[str, Any]:
        part, version = self.part, self.version
        if part in SIDES:
            party = version.parties.get(side=SIDES[part])
            return {name: getattr(party, name) for name in making.OF_PARTY}
        if part == "annex":
            return annex_said(AnnexA.objects.filter(version=version).first())
        said: dict[str, Any] = {name: getattr(version, name) for name in making.OF_DRAFT}
        said["free"] = {True: "yes", False: "no", None: ""}[version.free]
        return said | {
            "title": self.agreement.title,
            "does": self.agreement.does,
            "notices": version.notices.all(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            agreement=self.agreement,
            part=self.part,
            part_title=SECTIONS[self.part],
            back=self.back,
            cancel=self.address,
            **kwargs,
        )

    def form_valid(self, form: forms.PartForm) -> HttpResponse:
        try:
            self._write(form)
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, f"{SECTIONS[self.part]}: saved")
        return redirect(self.address)

    def _write(self, form: forms.PartForm) -> None:
        who: dict[str, Any] = {"by": self.user, "at": timezone.now()}
        if self.part in SIDES:
            making.write_party(self.version, SIDES[self.part], said=form.said, **who)
        elif self.part == "annex":
            making.fill_annex(self.version, said=form.said, **who)
        elif self.part == "notices":
            making.rely_on(self.version, form.cleaned_data["notices"], **who)
        else:
            making.write(self.version, section=self.part, said=form.said, **who)


def annex_said(annex: AnnexA | None) -> dict[str, Any]:
    """What a form of Annex A begins with."""
    if annex is None:
        return {}
    names = ("description", "activities", "contact_details", "legal_basis")
    return {name: getattr(annex, name) for name in names} | {
        "contacts_people": "yes" if annex.contacts_people else "no"
    }


class Purposes(OfAgreement, FormView[PurposeForm]):
    """Which purposes are agreed, and a form for one more."""

    permission = Permission.KEEP_AGREEMENTS
    form_class = PurposeForm
    template_name = "agreements/purposes.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.made_or_404()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.made_or_404()
        agreed = [
            {
                "code": one.purpose,
                "words": rules.PURPOSES[one.purpose],
                "basis": rules.BASES[one.basis],
                "gateway": one.gateway.name,
            }
            for one in version.purposes.select_related("gateway")
        ]
        return super().get_context_data(
            agreement=self.agreement,
            agreed=agreed,
            is_draft=version.state == rules.State.DRAFT,
            back=self.back,
            **kwargs,
        )

    def form_valid(self, form: PurposeForm) -> HttpResponse:
        try:
            making.agree_purpose(
                self.made_or_404(), by=self.user, at=timezone.now(), **form.cleaned_data
            )
        except CannotDo as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Purpose added")
        return redirect("agreements:purposes", self.agreement.ref)


class Act(OfAgreement, View):
    """A press of a button: does it, says so, and goes back."""

    permission = Permission.KEEP_AGREEMENTS
    http_method_names = ["post", "options"]
    done = ""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it."""
        try:
            self.act()
        except CannotDo as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(self.request, self.done)
        return redirect(self.back_to())

    def act(self) -> None:
        """What is done."""
        raise NotImplementedError

    def back_to(self) -> str:
        """Where it was pressed."""
        return self.address

    def link_to(self, token: str) -> str:
        """The whole address of an invitation's link."""
        return self.request.build_absolute_uri(reverse("invitations:link", args=[token]))


class DropPurpose(Act):
    """Takes a purpose out of a draft."""

    done = "Purpose taken out"

    def act(self) -> None:
        making.drop_purpose(
            self.made_or_404(), str(self.kwargs["purpose"]), by=self.user, at=timezone.now()
        )

    def back_to(self) -> str:
        return presenter.part_address("purposes", self.agreement)


class ApproveAnnex(Act):
    """Approves Annex A as somebody else entered it."""

    done = "Annex A approved"

    def act(self) -> None:
        making.approve_annex(self.made_or_404(), by=self.user, at=timezone.now())


class People(OfAgreement, FormView[PersonForm]):
    """Who is named, and a form for one more."""

    permission = Permission.KEEP_AGREEMENTS
    form_class = PersonForm
    template_name = "agreements/people.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people, may_approve = presenter.people(self.agreement, user=self.user.pk)
        return super().get_context_data(
            agreement=self.agreement,
            people=people,
            may_approve_people=may_approve,
            back=self.back,
            **kwargs,
        )

    def form_valid(self, form: PersonForm) -> HttpResponse:
        try:
            making.name_person(self.agreement, by=self.user, at=timezone.now(), **form.cleaned_data)
        except CannotDo as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Added. A second person must approve it")
        return redirect("agreements:people", self.agreement.ref)


class ApprovePeople(Act):
    """Approves everyone whom somebody else named."""

    done = "Approved"

    def act(self) -> None:
        making.approve_people(self.agreement, by=self.user, at=timezone.now())
        invited, wrong = letting_in.invite_approved(
            self.agreement,
            by=self.user,
            at=timezone.now(),
            link_to=self.link_to,
            service=settings.CCIS_SERVICE_NAME,
        )
        if invited:
            self.done = f"Approved, and {plural(invited, 'person', 'people')} invited"
        for words in wrong:
            messages.warning(self.request, words)

    def back_to(self) -> str:
        return presenter.part_address("people", self.agreement)


class InvitePerson(Act):
    """Invites somebody who is named and approved, or sends the invitation again."""

    done = "Invited at their work address"

    def act(self) -> None:
        at = timezone.now()
        person = get_object_or_404(self.agreement.people, ref=self.kwargs["person"])
        person.agreement = self.agreement
        letting_in.invite_or_again(
            person,
            by=self.user,
            at=at,
            link_to=self.link_to,
            service=settings.CCIS_SERVICE_NAME,
        )

    def back_to(self) -> str:
        return presenter.part_address("people", self.agreement)


class EndPerson(Act):
    """Takes somebody off those named."""

    done = "They can open nothing of this agreement any more"

    def act(self) -> None:
        person = get_object_or_404(self.agreement.people, ref=self.kwargs["person"])
        making.end_person(person, by=self.user, at=timezone.now())

    def back_to(self) -> str:
        return presenter.part_address("people", self.agreement)
