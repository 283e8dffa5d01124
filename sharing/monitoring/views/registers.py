"""Retention figures, providers without an agreement, and the toolkit (LDOR-05, 07, 08)."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.dropouts.models import Route
from ccis.access.roles import Permission
from ccis.authorities.policy import policy_of
from ccis.govuk.lists import Column, Sort, page_of
from providers.models import Provider
from providers.portal.views import PortalView
from sharing.monitoring import queries, unagreed
from sharing.monitoring.actions import registers
from sharing.monitoring.forms import BaselineForm, LoadForm, PlanForm, ToolkitForm
from sharing.monitoring.models import Baseline, Toolkit, WithoutAgreement
from sharing.monitoring.presenters import registers as presenter
from sharing.monitoring.reading import COLUMNS, baselines_in
from sharing.monitoring.rules import MEASURES
from sharing.monitoring.views.base import AskPage, ShowDropouts

# -- retention -------------------------------------------------------------------------------------

RETENTION = "/dropouts/retention/"


class Retention(ShowDropouts):
    """What providers' retention data say, as far as it was entered."""

    place = RETENTION
    template_name = "monitoring/retention.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = Baseline.objects.of(self.authority).current()
        found = found.select_related("source__provider", "by")
        return super().get_context_data(
            heads=presenter.BASELINE_HEADS, rows=presenter.baseline_rows(list(found)), **kwargs
        )


class _OfRetention(AskPage):
    place = RETENTION

    @property
    def back_address(self) -> str:
        return RETENTION


class AddRetention(_OfRetention):
    """Enters one figure."""

    form_class = BaselineForm
    heading = "Enter a retention figure"
    words = (
        "A figure for the same provider, year and measure takes the place of the one before it, "
        "which stays in the record. Name nobody."
    )
    done = "Figure saved"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"mine": self.authority}

    def act(self, form: forms.Form) -> None:
        given = form.given  # type: ignore[attr-defined]
        registers.keep_baselines(self.authority, [given], by=self.user, at=timezone.now())


class LoadRetention(_OfRetention):
    """Loads figures from a file, all or none."""

    template_name = "monitoring/load.jinja"
    form_class = LoadForm
    heading = "Load retention figures"
    button = "Load them"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(columns=COLUMNS, measures=list(MEASURES.values()), **kwargs)

    def act(self, form: forms.Form) -> None:
        upload = form.cleaned_data["file"]
        given = baselines_in(upload, upload.name, self.authority)
        changed, same = registers.keep_baselines(
            self.authority, given, by=self.user, at=timezone.now()
        )
        self.done = f"{changed} new or changed, {same} as they were"


# -- providers without an agreement ----------------------------------------------------------------

WITHOUT = "/dropouts/without-agreement/"
SORTS = (Sort("name", "Name", ("name",)),)
WITHOUT_COLUMNS = (
    Column("Provider"),
    Column("Agreement"),
    Column("What is planned"),
    Column("Who"),
    Column("By when"),
)


class Without(ShowDropouts):
    """Local providers with no data sharing agreement, or none known, and what is planned."""

    place = WITHOUT
    template_name = "monitoring/without.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        listed = page_of(
            unagreed.without_agreement(self.authority, on=on),
            request=self.request,
            name="without-agreement",
            sorts=SORTS,
            key="ref",
        )
        agreed = unagreed.agreed_states(self.authority, listed.rows)
        plans = unagreed.plans_for(self.authority, listed.rows)
        listed.rows[:] = [presenter.without_row(one, agreed, plans, on=on) for one in listed.rows]
        return super().get_context_data(
            listed=listed,
            columns=WITHOUT_COLUMNS,
            caption_text="Providers without an agreement",
            nothing_yet=not listed.total,
            **kwargs,
        )


class Plan(AskPage):
    """Says what is known and planned about one provider."""

    place = WITHOUT
    template_name = "monitoring/plan.jinja"
    form_class = PlanForm
    heading = "Say what is planned"
    done = "Plan saved"

    @cached_property
    def provider(self) -> Provider:
        """The provider, as long as it is without an agreement."""
        found = unagreed.without_agreement(self.authority, on=timezone.localdate())
        return get_object_or_404(found, ref=self.kwargs["ref"])

    @property
    def page_caption(self) -> str:  # type: ignore[override]
        return self.provider.name

    @property
    def back_address(self) -> str:
        return WITHOUT

    def get_initial(self) -> dict[str, Any]:
        held = unagreed.plans_for(self.authority, [self.provider]).get(self.provider.pk)
        if held is None:
            return {}
        return {
            "standing": held.standing,
            "words": held.plan,
            "owner": held.owner,
            "due_on": held.due_on,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = WithoutAgreement.objects.filter(authority=self.authority, provider=self.provider)
        return super().get_context_data(
            history=presenter.plan_history(list(said.select_related("by"))), **kwargs
        )

    def act(self, form: forms.Form) -> None:
        registers.plan(
            self.authority, self.provider, by=self.user, at=timezone.now(), **form.cleaned_data
        )


# -- the toolkit -----------------------------------------------------------------------------------

TOOLKIT = "/dropouts/toolkit/"


class OwnToolkit(ShowDropouts):
    """What the council adds to the toolkit of its providers, and its versions."""

    permission = Permission.KEEP_SERVICE_LEVELS
    place = TOOLKIT
    template_name = "monitoring/toolkit.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(
            Toolkit.objects.filter(authority=self.authority).select_related("published_by")
        )
        return super().get_context_data(
            toolkit=presenter.toolkit(versions[0] if versions else None),
            versions=presenter.toolkit_versions(versions),
            **kwargs,
        )


class PublishToolkit(AskPage):
    """Publishes a version of it."""

    place = TOOLKIT
    form_class = ToolkitForm
    heading = "Write what your providers read"
    words = "Schools, colleges and training providers see it in the portal. Name nobody young."
    button = "Publish"
    done = "Published"

    @property
    def back_address(self) -> str:
        return TOOLKIT

    def get_initial(self) -> dict[str, Any]:
        newest = registers.newest_toolkit(self.authority)
        if newest is None:
            return {"after": "0"}
        names = ("words", "instructions", "contact", "phone", "email")
        return {name: getattr(newest, name) for name in names} | {"after": str(newest.number)}

    def act(self, form: forms.Form) -> None:
        said = dict(form.cleaned_data)
        after = said.pop("after")
        registers.publish_toolkit(
            self.authority,
            after=int(after) if after.isdecimal() else 0,
            by=self.user,
            at=timezone.now(),
            **said,
        )


class ReadToolkit(PortalView, TemplateResponseMixin, ContextMixin):
    """Why drop-outs are asked for, how they are sent, whom to ask, where they go (LDOR-08)."""

    permission = Permission.USE_PORTAL
    template_name = "monitoring/read_toolkit.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        lines = Route.objects.of(self.authority).current().select_related("home", "unit")
        policy, today = policy_of(self.authority), timezone.localdate()
        level = queries.level_for(self.authority, self.seat.provider, on=today)
        may_report, months = self.may(Permission.REPORT_DROPOUTS), reverse("dropouts:months")
        return self.render_to_response(
            self.get_context_data(
                council=self.authority.title,
                reasons=policy.dropouts_reasons,
                ways=policy.dropouts_ways,
                shows_outcome=bool(policy.dropouts_outcome_shown),
                own=presenter.toolkit(registers.newest_toolkit(self.authority)),
                level=presenter.level_for_them(level) if level else None,
                routes=presenter.routes(list(lines)),
                months=months,
                template=reverse("dropouts:template"),
                may_report=may_report,
                back={"href": months, "text": "Drop-outs"} if may_report else None,
            )
        )
