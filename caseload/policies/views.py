"""The register of conditions and policy documents (LAW-02)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.policies import actions
from caseload.policies.forms import DocumentForm, EndForm
from caseload.policies.models import PolicyDocument
from caseload.policies.rules import in_words
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.govuk.words import short_date


class PoliciesPage(RequiresPermission):
    """A page of the register."""

    permission = Permission.KEEP_POLICY_DOCUMENTS


class Documents(PoliciesPage, TemplateResponseMixin, ContextMixin):
    """Every version, what it covers, and whether it is in force."""

    template_name = "policies/documents.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        on = timezone.localdate()
        found = PolicyDocument.objects.filter(authority=self.authority)
        return self.render_to_response(
            self.get_context_data(documents=[_row(one, on) for one in found])
        )


def _row(one: PolicyDocument, on: date) -> dict[str, Any]:
    over = one.ends_on is not None and one.ends_on < on
    return {
        "title": one.title,
        "version": one.version,
        "conditions": in_words(one.conditions),
        "covers": one.covers,
        "kept_at": one.kept_at,
        "since": f"{short_date(one.starts_on)} to {short_date(one.ends_on)}"
        if one.ends_on
        else f"From {short_date(one.starts_on)}",
        "review": short_date(one.review_on),
        "tag": _tag(one, on, over=over),
        "end": "" if one.ends_on else reverse("policies:end", args=[one.ref]),
    }


def _tag(one: PolicyDocument, on: date, *, over: bool) -> dict[str, str]:
    if over:
        return {"text": "Ended", "colour": "grey"}
    if one.starts_on > on:
        return {"text": "Not yet", "colour": "grey"}
    if one.review_on < on:
        return {"text": "Review late", "colour": "red"}
    return {"text": "In force", "colour": "green"}


class Asks(PoliciesPage, FormView[Any]):
    """Asks for an entry of the register, and makes it."""

    template_name = "policies/form.jinja"
    heading = ""
    words = ""
    button = ""
    done = ""

    def act(self, given: dict[str, Any]) -> None:
        """Make it."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("policies:documents")
        return super().get_context_data(
            page_heading=self.heading,
            words=self.words,
            button_words=self.button,
            back={"href": address, "text": "Policy documents"},
            cancel=address,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form.cleaned_data)
        except actions.CannotRegister as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("policies:documents")


class Register(Asks):
    """Registers a version of a document."""

    form_class = DocumentForm
    heading = "Register a policy document"
    words = "An earlier version of the same title ends the day before this one begins."
    button = "Register it"
    done = "Registered"

    def act(self, given: dict[str, Any]) -> None:
        actions.register(self.authority, **given, by=self.user, at=timezone.now())


class End(Asks):
    """Says the last day of a version."""

    form_class = EndForm
    heading = "Say its last day"
    words = "From the day after, no field and no criterion can be switched on by it."
    button = "Save"
    done = "Its last day is saved"

    def act(self, given: dict[str, Any]) -> None:
        mine = PolicyDocument.objects.filter(authority=self.authority)
        document = get_object_or_404(mine, ref=self.kwargs["ref"])
        actions.end(document, on=given["on"], by=self.user, at=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = PolicyDocument.objects.filter(authority=self.authority)
        document = get_object_or_404(mine, ref=self.kwargs["ref"])
        return super().get_context_data(page_caption=document.words, **kwargs)
