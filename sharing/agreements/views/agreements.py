"""Agreements: all of them, a new one, one of them, and it as a document (pages §2.5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.files import storage
from optout.letters.printing import CannotPrint, set_document
from sharing.agreements import rules, wording
from sharing.agreements.actions import making, registers, returning
from sharing.agreements.errors import CannotDo
from sharing.agreements.forms.agreeing import NewAgreementForm
from sharing.agreements.models import Agreement, Version
from sharing.agreements.presenters import agreements as presenter
from sharing.agreements.presenters.portal import signed_words
from sharing.agreements.queries import content_of, leaving
from sharing.agreements.rules import State
from sharing.agreements.views.base import AgreementsPage, OfAgreement, ShowAgreements


class Agreements(ShowAgreements):
    """Every agreement of the authority, and what comes near."""

    template_name = "agreements/list.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        mine = (
            Agreement.objects.filter(authority=self.authority)
            .select_related("provider")
            .prefetch_related("versions", "people")
        )
        near = [
            {"title": one.title, "href": self._address(one), "words": words}
            for one in mine
            for version in one.versions.all()
            if State(version.state) in rules.GOVERNING
            for words in presenter.reminders(version, on=on)
        ]
        return super().get_context_data(
            rows=presenter.rows(mine, on=on), columns=presenter.COLUMNS, near=near, **kwargs
        )

    @staticmethod
    def _address(agreement: Agreement) -> str:
        return reverse("agreements:agreement", args=[agreement.ref])


class NewAgreement(AgreementsPage, FormView[NewAgreementForm]):
    """Asks with whom a new agreement is."""

    permission = Permission.KEEP_AGREEMENTS
    form_class = NewAgreementForm
    template_name = "agreements/new.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("agreements:agreements")
        return super().get_context_data(
            back={"href": address, "text": "Agreements"}, cancel=address, **kwargs
        )

    def form_valid(self, form: NewAgreementForm) -> HttpResponse:
        try:
            agreement = making.begin(
                authority=self.authority, by=self.user, at=timezone.now(), **form.cleaned_data
            )
        except CannotDo as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Agreement begun")
        return redirect("agreements:agreement", agreement.ref)


class ShowAgreement(OfAgreement, ShowAgreements):
    """One agreement: where it stands, what is missing, what it says, what was done."""

    template_name = "agreements/agreement.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        shown = self._shown()
        annex, approval = presenter.annex(shown)
        makes_its_own_annex = annex is not None and shown.annex.filled_by_id == self.user.pk
        is_made = State(shown.state) in rules.BEFORE
        people, may_approve_people = presenter.people(self.agreement, user=self.user.pk)
        return super().get_context_data(
            agreement=self.agreement,
            version=shown,
            state=presenter.state_tag(shown),
            is_made=is_made,
            governs=State(shown.state) in rules.GOVERNING,
            signed_by_them=signed_words(shown),
            tasks=presenter.task_list(shown, content_of(shown, on=on)) if is_made else None,
            terms=presenter.terms(shown, on=on),
            purposes=presenter.purposes(shown),
            parties=presenter.parties(shown),
            annex=annex,
            annex_approval=approval,
            annex_waits=annex is not None and shown.annex.approved_at is None,
            annex_is_own=makes_its_own_annex,
            people=people,
            may_approve_people=may_approve_people,
            shares=self.agreement.kind == Agreement.Kind.PROVIDER,
            reminders=presenter.reminders(shown, on=on),
            steps=presenter.steps(shown),
            reviews=presenter.reviews(shown),
            others=[
                {"version": one, "state": presenter.state_tag(one)}
                for one in self.versions
                if one is not shown
            ],
            may_draft=self.being_made is None,
            leaving=leaving(self.agreement, at=timezone.now()),
            back={"href": reverse("agreements:agreements"), "text": "Agreements"},
            **kwargs,
        )

    def _shown(self) -> Version:
        asked = self.request.GET.get("version", "")
        for one in self.versions:
            if str(one.number) == asked:
                return one
        return self.governing or self.being_made or self.versions[0]


class Document(OfAgreement):
    """Gives a version as a PDF to be signed: set from the words that it was sent with."""

    http_method_names = ["get", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The PDF, which the trail records."""
        version = _numbered(self.versions, self.kwargs["number"])
        kind = self.agreement.kind
        words = version.wording or registers.newest_wording(self.authority, kind)
        body = words.body if words else registers.standard_words(kind)
        try:
            content = set_document(wording.document(version, body), template=wording.TEMPLATE)
        except CannotPrint as error:
            messages.warning(self.request, error.args[0])
            return redirect(self.address)
        _record(self, version, "agreement set")
        return pdf(content, f"agreement-{self.agreement.ref}-{version.number}")


class SignedCopy(OfAgreement):
    """Gives the signed copy, which the trail records."""

    http_method_names = ["get", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file; not found while there is none."""
        version = _numbered(self.versions, self.kwargs["number"])
        if not version.signed_id:
            raise Http404
        try:
            content = storage.read_stored(version.signed_id)
        except storage.CannotOpenStored as error:
            raise Http404 from error
        _record(self, version, "signed agreement downloaded")
        return pdf(content, f"agreement-{self.agreement.ref}-{version.number}-signed")


class ReturnedCopy(OfAgreement):
    """Gives what the organisation signed and the council has not yet, which the trail records."""

    http_method_names = ["get", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file; not found while nothing waits."""
        version = self.made_or_404()
        returned = returning.waiting(version)
        if returned is None:
            raise Http404
        try:
            content = storage.read_stored(returned.file_id)
        except storage.CannotOpenStored as error:
            raise Http404 from error
        _record(self, version, "agreement as the organisation signed it downloaded")
        return pdf(content, f"agreement-{self.agreement.ref}-{version.number}-returned")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to be kept; no browser stores it."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


def _numbered(versions: list[Version], number: int) -> Version:
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise Http404
    return found


def _record(page: OfAgreement, version: Version, verb: str) -> None:
    trail.record(
        verb,
        by=page.user,
        at=timezone.now(),
        authority=page.authority,
        subject=page.agreement,
        version=version.number,
    )
