"""How matching decides: rules, weights, bands and versions; and trying a version (pages §2.3)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.intake.kinds import KINDS
from caseload.intake.views.family import family
from caseload.matching import model_presenters as presenter
from caseload.matching.models import MatchModel, ModelUse
from caseload.matching.scoring import DUPLICATES, shipped_for
from caseload.matching.trying import put_in_use, try_version
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user

HERE = "/matches/model/"


class OfModel(RequiresPermission, TemplateResponseMixin, ContextMixin):
    """A page about how one kind of file is matched."""

    permission = Permission.SEE_MATCHING

    @cached_property
    def kind(self) -> str:
        """The kind that the address names; the first, where it names none."""
        kind = str(self.kwargs.get("kind") or next(iter(KINDS)))
        if kind not in KINDS and kind != DUPLICATES:
            raise Http404
        return kind

    @cached_property
    def versions(self) -> list[MatchModel]:
        """All versions of the kind, the newest first; what we came with, where none is kept."""
        kept = MatchModel.objects.filter(kind=self.kind).select_related("estimated_by")
        first = MatchModel(kind=self.kind, version=1, parameters=shipped_for(self.kind).as_json())
        return list(kept) or [first]

    @cached_property
    def in_use(self) -> MatchModel:
        """The version by which rows are reckoned now."""
        use = ModelUse.objects.filter(model__kind=self.kind).first()
        used = use.model_id if use else self.versions[-1].pk
        return next(one for one in self.versions if one.pk == used)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, authority = signed_in_user(self.request), authority_of(self.request)
        return super().get_context_data(
            kind=self.kind,
            label=presenter.kind_label(self.kind),
            family=family(user, authority, HERE),
            **kwargs,
        )


class HowItDecides(OfModel):
    """The rules in order, the weights of the version in use, the bands, and every version."""

    template_name = "matching/model.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        uses = list(ModelUse.objects.filter(model__kind=self.kind).select_related("by", "model"))
        context = self.get_context_data(
            kinds=presenter.kinds(self.kind),
            rules=presenter.rules(),
            against=presenter.against(),
            version=self.in_use.version,
            weights=presenter.weights(self.in_use),
            bands=presenter.bands(self.in_use),
            measured=presenter.measured(self.in_use),
            versions=[presenter.version_line(one, self.in_use, uses) for one in self.versions],
        )
        return self.render_to_response(context)


class _OneVersion(OfModel):
    @cached_property
    def model(self) -> MatchModel:
        """The version that the address names."""
        found = (one for one in self.versions if one.version == self.kwargs["version"] and one.pk)
        model = next(found, None)
        if model is None:
            raise Http404
        return model


class TryVersion(_OneVersion):
    """What a version would change on the rows that wait, in numbers alone."""

    template_name = "matching/try.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try it, and draw the page."""
        trial = try_version(
            user=signed_in_user(self.request),
            authority=authority_of(self.request),
            model=self.model,
        )
        context = self.get_context_data(
            version=self.model.version,
            in_use=self.in_use.version,
            is_in_use=self.model == self.in_use,
            trial=trial,
            numbers=presenter.trial_rows(trial),
            bands=presenter.bands(self.model),
            measured=presenter.measured(self.model),
            back={"href": presenter.address(self.kind), "text": "How matching decides"},
        )
        return self.render_to_response(context)


class UseVersion(_OneVersion):
    """Puts a version in use."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it."""
        put_in_use(
            self.model,
            by=signed_in_user(self.request),
            authority=authority_of(self.request),
            at=timezone.now(),
        )
        messages.success(
            self.request,
            f"Version {self.model.version} is in use for {presenter.kind_label(self.kind)}. "
            "Files that are matched from now on go by it; look again at a file to match it anew.",
        )
        return redirect(reverse("matching:model-of", kwargs={"kind": self.kind}))
