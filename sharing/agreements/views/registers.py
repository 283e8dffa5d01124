"""Registers that agreements lean on, and audits of how one is kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from optout.letters.rules import pieces_of
from sharing.agreements.actions import registers
from sharing.agreements.errors import CannotDo
from sharing.agreements.forms.steps import (
    AuditForm,
    DayForm,
    FindingDoneForm,
    FindingForm,
    GatewayForm,
    NoticeForm,
    ProgrammeForm,
    WordingForm,
)
from sharing.agreements.models import (
    Agreement,
    AuditFinding,
    Gateway,
    PrivacyNotice,
    Programme,
    Wording,
)
from sharing.agreements.presenters import registers as presenter
from sharing.agreements.views.base import AgreementsPage, OfAgreement, ShowAgreements


class Notices(ShowAgreements):
    """Every version of the privacy notices that agreements rely on."""

    place = "agreements:notices"
    template_name = "agreements/notices.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = PrivacyNotice.objects.filter(authority=self.authority).select_related("provider")
        return super().get_context_data(notices=presenter.notices(found), **kwargs)


class Programmes(ShowAgreements):
    """Funders and programmes that vouch for organisations."""

    place = "agreements:programmes"
    template_name = "agreements/programmes.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = presenter.programmes(Programme.objects.all(), on=timezone.localdate())
        return super().get_context_data(entries=entries, **kwargs)


class Gateways(ShowAgreements):
    """Provisions of law by which something may be shared."""

    place = "agreements:gateways"
    template_name = "agreements/gateways.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = presenter.gateways(Gateway.objects.all(), on=timezone.localdate())
        return super().get_context_data(entries=entries, **kwargs)


class ShowWording(ShowAgreements):
    """What agreements of each kind are made of now, and its versions."""

    place = "agreements:wording"
    template_name = "agreements/wording.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kinds=[self._kind(value, str(label)) for value, label in Agreement.Kind.choices],
            **kwargs,
        )

    def _kind(self, kind: str, label: str) -> dict[str, Any]:
        versions = Wording.objects.filter(authority=self.authority, kind=kind)
        newest = versions.first()
        body = newest.body if newest else registers.standard_words(kind)
        return {
            "kind": kind,
            "label": label,
            "newest": newest,
            "pieces": pieces_of(body),
            "versions": presenter.wordings(versions.select_related("published_by")),
        }


class RegisterPage(AgreementsPage, FormView[forms.Form]):
    """Asks for an entry of a register, and makes it."""

    permission = Permission.KEEP_AGREEMENTS
    template_name = "agreements/register_form.jinja"
    heading = ""
    words = ""
    button = "Add it"
    done = "Added"
    back_name = ""

    def act(self, form: forms.Form) -> None:
        """Make the entry."""
        raise NotImplementedError

    @property
    def who(self) -> dict[str, Any]:
        """Who makes it, when, for whom."""
        return {"by": self.user, "at": timezone.now(), "authority": self.authority}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse(self.back_name)
        return super().get_context_data(
            page_heading=self.heading,
            words=self.words,
            button_words=self.button,
            back={"href": address, "text": "Back"},
            cancel=address,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(form)
        except CannotDo as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, error.message.splitlines())
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.back_name)


class NewNotice(RegisterPage):
    """Registers a version of a privacy notice."""

    form_class = NoticeForm
    heading = "Register a privacy notice"
    words = "An earlier version of the same title ends with the day that this one begins."
    button = "Register it"
    done = "Privacy notice registered"
    back_name = "agreements:notices"

    def act(self, form: forms.Form) -> None:
        registers.register_notice(
            self.authority, by=self.user, at=timezone.now(), **form.cleaned_data
        )


class NewProgramme(RegisterPage):
    """Adds a funder or programme."""

    form_class = ProgrammeForm
    heading = "Add a funder or programme"
    back_name = "agreements:programmes"

    def act(self, form: forms.Form) -> None:
        registers.add_programme(**form.cleaned_data, **self.who)


class EndProgramme(RegisterPage):
    """Says when a programme ends."""

    form_class = DayForm
    heading = "Say when a programme ends"
    words = (
        "From the day after it vouches for nobody, and nothing new is shared on its strength. What "
        "an organisation has by then stays until its time ends: to end that, suspend its agreement."
    )
    button = "Save"
    done = "Its last day is saved"
    back_name = "agreements:programmes"

    def act(self, form: forms.Form) -> None:
        programme = get_object_or_404(Programme, ref=self.kwargs["programme"])
        registers.end_programme(programme, ends_on=form.cleaned_data["on"], **self.who)


class NewGateway(RegisterPage):
    """Adds a provision of law."""

    form_class = GatewayForm
    heading = "Add a legal gateway"
    back_name = "agreements:gateways"

    def act(self, form: forms.Form) -> None:
        registers.add_gateway(**form.cleaned_data, **self.who)


class RepealGateway(RegisterPage):
    """Says from when a provision is no longer in force."""

    form_class = DayForm
    heading = "Say from when a gateway is no longer in force"
    words = "From that day it cannot be chosen for an agreement."
    button = "Save"
    done = "Saved"
    back_name = "agreements:gateways"

    def act(self, form: forms.Form) -> None:
        gateway = get_object_or_404(Gateway, ref=self.kwargs["gateway"])
        registers.repeal_gateway(gateway, on=form.cleaned_data["on"], **self.who)


class PublishWording(RegisterPage):
    """Publishes a version of the words."""

    form_class = WordingForm
    heading = "Publish a wording"
    words = "Agreements sent from now on are made of it. Those sent before stay as they are."
    button = "Publish"
    done = "Wording published"
    back_name = "agreements:wording"

    @property
    def kind(self) -> str:
        """The kind of agreement; not found when there is none of that name."""
        kind = str(self.kwargs["kind"])
        if kind not in Agreement.Kind.values:
            raise Http404
        return kind

    def get_initial(self) -> dict[str, Any]:
        newest = registers.newest_wording(self.authority, self.kind)
        return {
            "body": newest.body if newest else registers.standard_words(self.kind),
            "after": str(newest.number if newest else 1),
        }

    def act(self, form: forms.Form) -> None:
        registers.publish_wording(
            self.authority,
            self.kind,
            body=form.cleaned_data["body"],
            why=form.cleaned_data["why"],
            after=int(form.cleaned_data["after"] or 0),
            by=self.user,
            at=timezone.now(),
        )


# -- audits ----------------------------------------------------------------------------------------


class Audits(OfAgreement, ShowAgreements):
    """The audits of an agreement with their findings (LC-29)."""

    template_name = "agreements/audits.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            agreement=self.agreement,
            audits=presenter.audits(self.agreement),
            back=self.back,
            **kwargs,
        )


class AuditPage(OfAgreement, FormView[forms.Form]):
    """Asks for what was checked, found or done."""

    permission = Permission.KEEP_AGREEMENTS
    template_name = "agreements/register_form.jinja"
    heading = ""
    button = "Add it"
    done = "Added"

    @property
    def list_address(self) -> str:
        """The page of audits."""
        return reverse("agreements:audits", args=[self.agreement.ref])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_heading=self.heading,
            page_caption=self.agreement.title,
            button_words=self.button,
            back={"href": self.list_address, "text": "Audits"},
            cancel=self.list_address,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.act(form)
        messages.success(self.request, self.done)
        return redirect(self.list_address)

    def act(self, form: forms.Form) -> None:
        """Record it."""
        raise NotImplementedError


class NewAudit(AuditPage):
    """Records a check."""

    form_class = AuditForm
    heading = "Record an audit"
    button = "Record it"
    done = "Audit recorded"

    def act(self, form: forms.Form) -> None:
        registers.record_audit(self.agreement, by=self.user, at=timezone.now(), **form.cleaned_data)


class NewFinding(AuditPage):
    """Adds what an audit found."""

    form_class = FindingForm
    heading = "Add a finding"
    done = "Finding added"

    def act(self, form: forms.Form) -> None:
        audit = get_object_or_404(self.agreement.audits, number=self.kwargs["number"])
        registers.add_finding(audit, by=self.user, at=timezone.now(), **form.cleaned_data)


class FindingDone(AuditPage):
    """Says what was done about a finding."""

    form_class = FindingDoneForm
    heading = "Say what was done"
    button = "Save"
    done = "Saved"

    def act(self, form: forms.Form) -> None:
        finding = get_object_or_404(
            AuditFinding, audit__agreement=self.agreement, ref=self.kwargs["finding"]
        )
        registers.close_finding(finding, by=self.user, at=timezone.now(), **form.cleaned_data)
