"""Pages of the directory (pages §2.9)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from ccis.access.checks import holds
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.audit.history import edits_of, in_rows
from ccis.authorities.places import settings_places
from ccis.govuk.lists import Column, Sort, page_of
from providers import actions, presenters
from providers.errors import CannotSaveProvider
from providers.forms import CloseProviderForm, ProviderFilters, ProviderForm
from providers.models import Provider

SORTS = (Sort("name", "Name", ("name",)), Sort("name-down", "Name, backwards", ("-name",)))

COLUMNS = [
    Column("Name", sort="name"),
    Column("Kind"),
    Column("Authority"),
    Column("DfE number"),
    Column("URN"),
    Column("UKPRN"),
    Column("Open or closed"),
]


class Providers(RequiresPermission, TemplateView):
    """The directory."""

    permission = Permission.SEE_PROVIDERS
    template_name = "providers/list.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        filters = ProviderFilters(self.request.GET)
        listed = page_of(
            filters.narrow(Provider.objects.select_related("authority")),
            request=self.request,
            name="providers",
            sorts=SORTS,
            key="ref",
            filters=filters,
        )
        words = {name: filters.chip_text(name, value) for name, value in filters.chosen.items()}
        return super().get_context_data(
            listed=presenters.presented(listed, words, on),
            columns=COLUMNS,
            settings_places=settings_places(self.request),
            caption_text="Providers",
            nothing_yet=not listed.rows and not filters.chosen and not Provider.objects.exists(),
            may_edit=self._may_edit(),
            **kwargs,
        )

    def _may_edit(self) -> bool:
        user = signed_in_user(self.request)
        return holds(user, Permission.EDIT_PROVIDERS, authority_of(self.request))


class OneProvider(RequiresPermission):
    """What pages about one provider share."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.provider = get_object_or_404(
                Provider.objects.select_related("authority"), ref=kwargs["ref"]
            )

    @property
    def address(self) -> str:
        return reverse("providers:provider", args=[self.provider.ref])

    @property
    def title(self) -> str:
        """What stands in page titles: a reference, since an employer may be a person."""
        return show_reference(self.provider.ref)


class ShowProvider(OneProvider, TemplateView):
    """One provider, and what was changed in its entry."""

    permission = Permission.SEE_PROVIDERS
    template_name = "providers/provider.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        user = signed_in_user(self.request)
        may_edit = holds(user, Permission.EDIT_PROVIDERS, authority_of(self.request))
        state, colour = presenters.state(self.provider, on)
        return super().get_context_data(
            provider=self.provider,
            details=presenters.details(self.provider),
            state=state,
            colour=colour,
            may_edit=may_edit,
            edits=in_rows(edits_of(self.provider)),
            back={"href": reverse("providers:providers"), "text": "Providers"},
            **kwargs,
        )


class AddProvider(RequiresPermission, FormView[ProviderForm]):
    """Asks what is needed to put a provider into the directory."""

    permission = Permission.EDIT_PROVIDERS
    form_class = ProviderForm
    template_name = "providers/add.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        directory = reverse("providers:providers")
        return super().get_context_data(
            back={"href": directory, "text": "Providers"}, cancel=directory, **kwargs
        )

    def form_valid(self, form: ProviderForm) -> HttpResponse:
        try:
            provider = actions.add(
                by=signed_in_user(self.request),
                at=timezone.now(),
                authority_of_user=authority_of(self.request),
                **form.fields_to_save,
            )
        except CannotSaveProvider as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Provider added")
        return redirect("providers:provider", ref=provider.ref)


class ChangeProvider(OneProvider, FormView[ProviderForm]):
    """Puts an entry right."""

    permission = Permission.EDIT_PROVIDERS
    form_class = ProviderForm
    template_name = "providers/change.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"provider": self.provider}

    def get_initial(self) -> dict[str, Any]:
        names = actions.MAY_BE_GIVEN
        return {name: getattr(self.provider, name) for name in names} | {
            "dfe_number": presenters.show_dfe_number(self.provider.dfe_number),
            "is_another_site": False,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            provider=self.provider,
            reference=self.title,
            back={"href": self.address, "text": "Back"},
            cancel=self.address,
            **kwargs,
        )

    def form_valid(self, form: ProviderForm) -> HttpResponse:
        try:
            actions.change(
                provider=self.provider,
                by=signed_in_user(self.request),
                at=timezone.now(),
                authority_of_user=authority_of(self.request),
                **form.fields_to_save,
            )
        except CannotSaveProvider as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Provider changed")
        return redirect(self.address)


class CloseProvider(OneProvider, FormView[CloseProviderForm]):
    """Asks when a provider closed."""

    permission = Permission.EDIT_PROVIDERS
    form_class = CloseProviderForm
    template_name = "providers/close.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            provider=self.provider,
            reference=self.title,
            back={"href": self.address, "text": "Back"},
            cancel=self.address,
            **kwargs,
        )

    def form_valid(self, form: CloseProviderForm) -> HttpResponse:
        try:
            actions.close(
                provider=self.provider,
                on=form.cleaned_data["closed_on"],
                by=signed_in_user(self.request),
                at=timezone.now(),
                authority_of_user=authority_of(self.request),
            )
        except CannotSaveProvider as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Provider closed. You can open it again on its page")
        return redirect(self.address)


class OpenProviderAgain(OneProvider, View):
    """Takes back that a provider closed."""

    permission = Permission.EDIT_PROVIDERS
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            actions.open_again(
                provider=self.provider,
                by=signed_in_user(request),
                at=timezone.now(),
                authority_of_user=authority_of(request),
            )
        except CannotSaveProvider as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, "Provider opened again")
        return redirect(self.address)
