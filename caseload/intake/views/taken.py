"""Year groups and fields that are taken of a kind of file, each with its purpose (pages §2.3)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.intake.kinds import KINDS, Kind
from caseload.intake.kinds.base import Field
from caseload.intake.models import TakenFields
from caseload.intake.presenters import taken as presenter
from caseload.intake.switch_forms import OFF, ON, FieldForm, YearsForm
from caseload.intake.taking import (
    CannotSwitch,
    choose_years,
    switch_off,
    switch_on,
    taken_of,
)
from caseload.intake.views.base import FilesPage, OfFiles
from caseload.policies import actions as policies
from ccis.access.roles import Permission


class OfTaken(OfFiles):
    """What is for those who say what is taken."""

    permission = Permission.SWITCH_FIELDS

    @property
    def kind(self) -> Kind:
        """The kind that the address names, if anything of it may be switched."""
        kind = KINDS.get(self.kwargs["kind"])
        if kind is None or not kind.fields:
            raise Http404
        return kind

    @property
    def page(self) -> str:
        """The page of what is taken."""
        return reverse("intake:taken", kwargs={"kind": self.kind.name})


class ShowTaken(OfTaken, FilesPage):
    """What is taken now, and every version before."""

    template_name = "intake/taken.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        kind = self.kind
        taken = taken_of(self.authority, kind)
        kept = TakenFields.objects.filter(authority=self.authority, kind=kind.name)
        return self.render_to_response(
            self.get_context_data(
                kind=kind,
                places=[
                    {
                        "text": one.label,
                        "href": reverse("intake:taken", kwargs={"kind": one.name}),
                        "current": one is kind,
                    }
                    for one in KINDS.values()
                    if one.fields
                ],
                years=presenter.years_in_words(taken),
                fields=presenter.rows(kind, taken),
                versions=presenter.versions(
                    list(kept.select_related("made_by").order_by("-version"))
                ),
            )
        )


class ChooseYears(OfTaken, FormView[YearsForm]):
    """Asks which year groups are taken."""

    form_class = YearsForm
    template_name = "intake/taken_years.jinja"

    def get_initial(self) -> dict[str, Any]:
        taken = taken_of(self.authority, self.kind)
        return {"years": [str(year) for year in taken.years], "version": taken.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kind=self.kind,
            back={"href": self.page, "text": "What is taken"},
            cancel=self.page,
            **kwargs,
        )

    def form_valid(self, form: YearsForm) -> HttpResponse:
        try:
            choose_years(
                authority=self.authority,
                kind=self.kind,
                years=form.chosen,
                by=self.user,
                at=timezone.now(),
                after=int(form.cleaned_data["version"] or 0),
            )
        except CannotSwitch as error:
            form.add_error("years", error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Year groups saved. They hold from the next file on")
        return redirect(self.page)


class SwitchField(OfTaken, FormView[FieldForm]):
    """Asks whether a field is taken, and what for."""

    form_class = FieldForm
    template_name = "intake/taken_field.jinja"

    @property
    def field(self) -> Field:
        """The field that the address names, if it may be switched."""
        for field in self.kind.fields:
            if field.key == self.kwargs["field"] and not field.core:
                return field
        raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        documents = policies.choices(self.authority, on=timezone.localdate())
        return {**super().get_form_kwargs(), "field": self.field, "documents": documents}

    def get_initial(self) -> dict[str, Any]:
        taken = taken_of(self.authority, self.kind)
        use = taken.fields.get(self.field.key)
        said = vars(use) if use else {}
        return {**said, "state": ON if taken.is_on(self.field) else OFF, "version": taken.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kind=self.kind,
            taken_field=self.field,
            back={"href": self.page, "text": "What is taken"},
            cancel=self.page,
            **kwargs,
        )

    def form_valid(self, form: FieldForm) -> HttpResponse:
        given: dict[str, Any] = {
            "authority": self.authority,
            "kind": self.kind,
            "key": self.field.key,
            "by": self.user,
            "at": timezone.now(),
            "after": int(form.cleaned_data["version"] or 0),
        }
        try:
            if form.cleaned_data["state"] == ON:
                switch_on(use=form.use, **given)
            else:
                switch_off(**given)
        except CannotSwitch as error:
            form.add_error(error.field or None, error.message)
            return self.form_invalid(form)
        state = form.cleaned_data["state"]
        messages.success(self.request, f"{self.field.label}: {state} from the next file on")
        return redirect(self.page)
