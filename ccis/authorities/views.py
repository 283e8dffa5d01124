"""Settings: authorities, the units that they share, and each authority's policy (pages §2.9)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from ccis.access.checks import holds
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.audit.history import edits_of, in_rows
from ccis.authorities import actions, presenters
from ccis.authorities.choices import answers
from ccis.authorities.errors import CannotSaveSubRegion, ChangedMeanwhile
from ccis.authorities.forms import AuthorityFilters, PolicyForm, SubRegionForm
from ccis.authorities.models import Authority, SubRegion
from ccis.authorities.places import settings_places
from ccis.authorities.policy import policy_of
from ccis.govuk.lists import Column, Sort, page_of


class Settings(RequiresPermission, TemplateView):
    """Where settings begin: what there is, each in a sentence."""

    permission = Permission.SEE_SETTINGS
    template_name = "settings/settings.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(places=settings_places(self.request), **kwargs)


# -- authorities -----------------------------------------------------------------------------------

SORTS = (Sort("name", "Name", ("name",)), Sort("code", "Code", ("code",)))

COLUMNS = [
    Column("Name", sort="name"),
    Column("Code", sort="code"),
    Column("ONS code"),
    Column("Region"),
    Column("From"),
    Column("Until"),
    Column("Now part of"),
    Column("Shared unit"),
    Column("Kept here"),
]


class Authorities(RequiresPermission, TemplateView):
    """Every authority of England, past and present."""

    permission = Permission.SEE_SETTINGS
    template_name = "authorities/list.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = AuthorityFilters(self.request.GET)
        authorities = Authority.objects.prefetch_related("successors", "sub_regions")
        listed = page_of(
            filters.narrow(authorities),
            request=self.request,
            name="authorities",
            sorts=SORTS,
            key="code",
            filters=filters,
        )
        words = {name: filters.chip_text(name, value) for name, value in filters.chosen.items()}
        return super().get_context_data(
            listed=presenters.presented(listed, words, timezone.localdate()),
            columns=COLUMNS,
            caption_text="Authorities",
            settings_places=settings_places(self.request),
            **kwargs,
        )


class SubRegions(RequiresPermission, TemplateView):
    """The units that several authorities share."""

    permission = Permission.SEE_SETTINGS
    template_name = "authorities/sub_regions.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        units = SubRegion.objects.prefetch_related("authorities")
        user = signed_in_user(self.request)
        return super().get_context_data(
            units=presenters.sub_region_rows(list(units)),
            may_edit=holds(user, Permission.EDIT_PROVIDERS, authority_of(self.request)),
            settings_places=settings_places(self.request),
            back={"href": reverse("authorities:authorities"), "text": "Authorities"},
            **kwargs,
        )


class EditSubRegion(RequiresPermission, FormView[SubRegionForm]):
    """Makes a sub-region, or changes the one that the address names."""

    permission = Permission.EDIT_PROVIDERS
    form_class = SubRegionForm
    template_name = "authorities/sub_region.jinja"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.unit: SubRegion | None = None
        if request.user.is_authenticated and "ref" in kwargs:
            self.unit = get_object_or_404(SubRegion, ref=kwargs["ref"])

    def get_initial(self) -> dict[str, Any]:
        if self.unit is None:
            return {}
        names = ("name", "contact_name", "contact_email")
        members = self.unit.authorities.order_by("name")
        return {name: getattr(self.unit, name) for name in names} | {
            "authorities": "\n".join(member.title for member in members)
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        units = reverse("authorities:sub-regions")
        return super().get_context_data(
            unit=self.unit,
            reference=show_reference(self.unit.ref) if self.unit else "",
            edits=in_rows(edits_of(self.unit)) if self.unit else [],
            back={"href": units, "text": "Sub-regions"},
            cancel=units,
            **kwargs,
        )

    def form_valid(self, form: SubRegionForm) -> HttpResponse:
        try:
            actions.save_sub_region(
                unit=self.unit,
                by=signed_in_user(self.request),
                at=timezone.now(),
                authority_of_user=authority_of(self.request),
                **form.cleaned_data,
            )
        except CannotSaveSubRegion as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Sub-region changed" if self.unit else "Sub-region made")
        return redirect("authorities:sub-regions")


# -- policy ----------------------------------------------------------------------------------------


class ShowPolicy(RequiresPermission, TemplateView):
    """What the authority has chosen, in words, and every version before."""

    permission = Permission.SEE_SETTINGS
    template_name = "authorities/policy.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        authority = authority_of(self.request)
        policy = policy_of(authority)
        profiles = list(authority.policy_profiles.select_related("made_by").order_by("-version"))
        user = signed_in_user(self.request)
        return super().get_context_data(
            authority=authority,
            policy=policy,
            summary=presenters.policy_summary(policy),
            versions=presenters.versions(profiles),
            may_edit=holds(user, Permission.EDIT_POLICY, authority),
            settings_places=settings_places(self.request),
            **kwargs,
        )


class ChangePolicy(RequiresPermission, FormView[PolicyForm]):
    """Asks for every choice of a policy, and saves the answers as a new version."""

    permission = Permission.EDIT_POLICY
    form_class = PolicyForm
    template_name = "authorities/change_policy.jinja"

    def get_initial(self) -> dict[str, Any]:
        policy = policy_of(authority_of(self.request))
        return answers(policy) | {"version": policy.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        policy = reverse("authorities:policy")
        return super().get_context_data(
            authority=authority_of(self.request),
            back={"href": policy, "text": "Policy"},
            cancel=policy,
            **kwargs,
        )

    def form_valid(self, form: PolicyForm) -> HttpResponse:
        try:
            profile = actions.adopt_policy(
                authority=authority_of(self.request),
                after=form.after,
                by=signed_in_user(self.request),
                at=timezone.now(),
                why=form.cleaned_data["why"],
                choices=form.choices,
            )
        except ChangedMeanwhile as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, f"Version {profile.version} of the policy is in force")
        return redirect("authorities:policy")
