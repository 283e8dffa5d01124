"""An organisation's pages of its agreement: where it stands, its part, signing (LC-13)."""

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.files import storage
from optout.letters.printing import CannotPrint, set_document
from providers.portal.views import PortalView
from sharing.agreements import rules, wording
from sharing.agreements.actions import making, registers, returning, steps
from sharing.agreements.errors import CannotDo
from sharing.agreements.forms import portal as own
from sharing.agreements.forms.agreeing import PersonForm
from sharing.agreements.forms.parts import PartForm
from sharing.agreements.forms.steps import WhyForm
from sharing.agreements.models import Agreement, AnnexA, Party, Version
from sharing.agreements.presenters import agreements as presenter
from sharing.agreements.presenters import portal
from sharing.agreements.rules import State
from sharing.agreements.views.agreements import pdf
from sharing.agreements.views.parts import annex_said


class OwnPage(PortalView):
    """A page about the agreements of the organisation for which one acts."""

    permission = Permission.FILL_AGREEMENT


class OwnAgreements(OwnPage, TemplateResponseMixin, ContextMixin):
    """The organisation's agreements; where there is one, that one."""

    template_name = "agreements/portal/list.jinja"
    http_method_names = ["get", "head", "options"]
    leads_to = "agreements:own"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the list, or lead on."""
        agreements = portal.of_seat(self.seat)
        if len(agreements) == 1:
            return redirect(self.leads_to, agreements[0].ref)
        return self.render_to_response(self.get_context_data(rows=portal.rows(agreements)))


class OfOwn(OwnPage):
    """A page of one agreement of the organisation; another's is not found."""

    may_write = False
    """Whether the page is for those alone who sign for the organisation."""

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement that the address names."""
        if self.may_write and not self.seat.may_manage:
            raise Http404
        mine = Agreement.objects.filter(authority=self.authority, provider=self.provider)
        return get_object_or_404(
            mine.select_related("authority", "provider"), ref=self.kwargs["ref"]
        )

    @cached_property
    def version(self) -> Version:
        """The version that the organisation has to do with."""
        found = portal.shown_of(list(self.agreement.versions.select_related("wording")))
        found.agreement = self.agreement
        return found

    def made_or_404(self) -> Version:
        """The version, while the organisation's part of it may be filled in."""
        if self.version.state not in (State.DRAFT, State.SENT):
            raise Http404
        return self.version

    @property
    def address(self) -> str:
        """The agreement's page."""
        return reverse("agreements:own", args=[self.agreement.ref])

    @property
    def around(self) -> dict[str, Any]:
        """What every page of an agreement draws."""
        return {
            "agreement": self.agreement,
            "back": {"href": self.address, "text": "Agreement"},
            "cancel": self.address,
        }


class ShowOwn(OfOwn, TemplateResponseMixin, ContextMixin):
    """Where an agreement stands, what it says, and what the organisation has to do."""

    template_name = "agreements/portal/agreement.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        on, version = timezone.localdate(), self.version
        state = State(version.state)
        fills = state in (State.DRAFT, State.SENT) and self.seat.may_manage
        return self.render_to_response(
            self.get_context_data(
                agreement=self.agreement,
                version=version,
                state=presenter.state_tag(version),
                tasks=portal.task_list(version, on=on) if fills else None,
                waits_for_sending=state == State.DRAFT,
                may_sign=fills and state == State.SENT,
                signed=portal.signed_words(version),
                governs=state in rules.GOVERNING,
                may_manage=self.seat.may_manage,
                may_ask=state == State.IN_FORCE and self.seat.may_manage,
                reminders=presenter.reminders(version, on=on),
                terms=presenter.terms(version, on=on, to_them=True),
                purposes=presenter.purposes(version),
            )
        )


class OwnDocument(OfOwn):
    """Gives the agreement as a PDF, which the trail records: signed where it is."""

    http_method_names = ["get", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The PDF; none of a draft, which the council is still writing."""
        version = self.version
        if version.state == State.DRAFT:
            raise Http404
        trail.record(
            "agreement downloaded",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.agreement,
            version=version.number,
        )
        name = f"agreement-{self.agreement.ref}-{version.number}"
        if version.signed_id:
            try:
                return pdf(storage.read_stored(version.signed_id), f"{name}-signed")
            except storage.CannotOpenStored as error:
                raise Http404 from error
        kind = self.agreement.kind
        body = version.wording.body if version.wording else registers.standard_words(kind)
        try:
            return pdf(
                set_document(wording.document(version, body), template=wording.TEMPLATE), name
            )
        except CannotPrint as error:
            messages.warning(self.request, error.args[0])
            return redirect(self.address)


class OwnForm(OfOwn, FormView[forms.Form]):
    """Asks for something of the organisation's part, and does it."""

    may_write = True
    template_name = "agreements/portal/form.jinja"
    heading = ""
    words = ""
    button = "Save"
    done = ""

    def act(self, form: forms.Form) -> None:
        """What is done with the answers."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        around = self.around
        self.ready()
        return super().get_context_data(
            **around,
            page_heading=self.heading,
            words=self.words,
            button_words=self.button,
            **kwargs,
        )

    def ready(self) -> None:
        """Raise ``Http404`` where the state of the agreement has no such page."""
        self.made_or_404()

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.ready()
        try:
            self.act(form)
        except CannotDo as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, error.message.splitlines())
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.address)


class OwnAnnex(OwnForm):
    """Asks what the organisation will do with the information."""

    form_class = own.OwnAnnexForm
    heading = "What you do with the information"
    words = "This is Annex A of the agreement. The council approves it."
    done = "Saved. The council approves what you said"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.made_or_404()}

    def get_initial(self) -> dict[str, Any]:
        return annex_said(AnnexA.objects.filter(version=self.made_or_404()).first())

    def act(self, form: forms.Form) -> None:
        said = cast("PartForm", form).said
        making.fill_annex(self.made_or_404(), by=self.user, at=timezone.now(), said=said)


class OwnSafeguards(OwnForm):
    """Asks how the organisation keeps the information safe."""

    form_class = own.SafeguardsForm
    heading = "How you keep it safe"
    done = "Saved"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.made_or_404()}

    def get_initial(self) -> dict[str, Any]:
        party = self.made_or_404().parties.get(side=Party.Side.PROVIDER)
        return {name: getattr(party, name) for name in making.OF_PARTY}

    def act(self, form: forms.Form) -> None:
        making.write_party(
            self.made_or_404(),
            Party.Side.PROVIDER,
            by=self.user,
            at=timezone.now(),
            said=cast("PartForm", form).said,
        )


class OwnPeople(OwnForm):
    """Who is named, and a form to name one more; the council approves whom they name."""

    form_class = PersonForm
    template_name = "agreements/portal/people.jinja"
    heading = "Staff who may see it"
    button = "Name them"
    done = "Named. They are invited once the council has approved them"

    def ready(self) -> None:
        if State(self.version.state) in rules.FINAL:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people, _ = presenter.people(self.agreement, user=self.user.pk)
        return super().get_context_data(people=people, own=self.user.email, **kwargs)

    def act(self, form: forms.Form) -> None:
        making.name_person(self.agreement, by=self.user, at=timezone.now(), **form.cleaned_data)


class OwnEndPerson(OfOwn):
    """Takes somebody off those named, and with that their access."""

    may_write = True
    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it; nobody takes off themselves."""
        people = self.agreement.people.exclude(email=self.user.email)
        person = get_object_or_404(people, ref=self.kwargs["person"])
        making.end_person(person, by=self.user, at=timezone.now())
        messages.success(self.request, "They are no longer named, and their access has ended")
        return redirect("agreements:own-people", self.agreement.ref)


class OwnCheck(OwnForm):
    """Shows all that the organisation said, and takes its signature."""

    form_class = own.SignOnScreenForm
    template_name = "agreements/portal/check.jinja"
    heading = "Check your answers and sign"
    button = "Sign the agreement"
    done = "Signed. The council signs next, and puts it in force"

    def ready(self) -> None:
        if self.version.state != State.SENT:
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        return {"signatory": self.user.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            parts=portal.answers(self.version),
            document=reverse("agreements:own-document", args=[self.agreement.ref]),
            upload=reverse("agreements:own-upload", args=[self.agreement.ref]),
            **kwargs,
        )

    def act(self, form: forms.Form) -> None:
        try:
            returning.sign_on_screen(
                self.version,
                signatory=form.cleaned_data["signatory"],
                job=form.cleaned_data["job"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotPrint as error:
            raise CannotDo(error.args[0]) from error


class OwnUpload(OwnForm):
    """Takes the agreement as it was signed on paper."""

    form_class = own.SendBackForm
    heading = "Send the signed agreement"
    words = "Print the agreement, sign it, and send it here as a PDF."
    button = "Send it"
    done = "Received. The council signs next, and puts it in force"

    def ready(self) -> None:
        if self.version.state != State.SENT:
            raise Http404

    def act(self, form: forms.Form) -> None:
        said = dict(form.cleaned_data)
        upload = cast("UploadedFile[bytes]", said.pop("copy"))
        returning.send_back(
            self.version, copy=upload.read(), by=self.user, at=timezone.now(), **said
        )


class OwnAskReview(OwnForm):
    """Asks the council to review or renew an agreement, as either side may (LC-20)."""

    form_class = WhyForm
    heading = "Ask for a review"
    words = "The council hears that you ask. The agreement stays in force meanwhile."
    button = "Ask for a review"
    done = "Asked. The council comes back to you"

    def ready(self) -> None:
        if self.version.state != State.IN_FORCE:
            raise Http404

    def act(self, form: forms.Form) -> None:
        steps.ask_for_review(
            self.version,
            asked_for_by=Party.Side.PROVIDER,
            extraordinary=True,
            why=form.cleaned_data["why"],
            by=self.user,
            at=timezone.now(),
        )
