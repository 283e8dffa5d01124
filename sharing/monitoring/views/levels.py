"""Service level agreements: all, a new one, one of them, signed, reviewed, ended (LDOR-07)."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from sharing.monitoring.actions import levels
from sharing.monitoring.forms import EndForm, ReviewForm, ServiceLevelForm, SignForm
from sharing.monitoring.models import ServiceLevel
from sharing.monitoring.presenters import registers as presenter
from sharing.monitoring.views.base import AskPage, DropoutsPage, ShowDropouts

PLACE = "/dropouts/service-levels/"


class Levels(ShowDropouts):
    """Every service level agreement of the council."""

    place = PLACE
    template_name = "monitoring/levels.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = list(ServiceLevel.objects.of(self.authority))
        rows = presenter.level_rows(found, on=timezone.localdate())
        return super().get_context_data(rows=rows, **kwargs)


class NewLevel(AskPage):
    """Writes an agreement down."""

    place = PLACE
    form_class = ServiceLevelForm
    heading = "Write down a service level agreement"
    words = (
        "What it says is not changed afterwards. When you agree on something else, end it and "
        "write a new one."
    )
    done = "Saved. It is in force once both sides have signed"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"mine": self.authority, "on": timezone.localdate()}

    @property
    def back_address(self) -> str:
        return PLACE

    def act(self, form: forms.Form) -> str:
        said = form.said  # type: ignore[attr-defined]
        level = levels.make(self.authority, by=self.user, at=timezone.now(), **said)
        return presenter.level_address(level)


class _OfLevel(DropoutsPage):
    """A page of one agreement; another authority's is not found."""

    place = PLACE

    @cached_property
    def level(self) -> ServiceLevel:
        """The agreement that the address names."""
        found = ServiceLevel.objects.of(self.authority).select_related("made_by", "ended_by")
        return get_object_or_404(found, ref=self.kwargs["ref"])

    @property
    def may_do(self) -> dict[str, bool]:
        """What can be done with it today."""
        return presenter.level_may(self.level, on=timezone.localdate())


class ShowLevel(_OfLevel, ShowDropouts):
    """What was agreed, who signed, and where it stands."""

    template_name = "monitoring/level.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            level=self.level,
            tag_of=presenter.level_tag(self.level, on=timezone.localdate()),
            parts=presenter.level_details(self.level),
            may_do=self.may_do,
            back={"href": PLACE, "text": "Service level agreements"},
            **kwargs,
        )


class _AskOfLevel(_OfLevel, AskPage):
    """Asks something of one agreement; not found while that cannot be done with it."""

    what = ""

    @cached_property
    def level(self) -> ServiceLevel:
        found: ServiceLevel = super().level
        if not presenter.level_may(found, on=timezone.localdate())[self.what]:
            raise Http404
        return found

    @property
    def page_caption(self) -> str:  # type: ignore[override]
        return self.level.title

    @property
    def back_address(self) -> str:
        return presenter.level_address(self.level)


class Sign(_AskOfLevel):
    """Says who signed for one side."""

    what = "sign"
    form_class = SignForm
    heading = "Say who signed"
    words = "Both sides sign. Keep the signed paper or email where you keep such things."
    done = "Signature saved"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": timezone.localdate()}

    def act(self, form: forms.Form) -> None:
        levels.sign(self.level, by=self.user, at=timezone.now(), **form.cleaned_data)


class Review(_AskOfLevel):
    """Says that it was reviewed and goes on."""

    what = "review"
    form_class = ReviewForm
    heading = "Say that it was reviewed"
    words = "It goes on as it is. When it does not, end it."
    done = "Review saved"

    def act(self, form: forms.Form) -> None:
        levels.review(self.level, by=self.user, at=timezone.now(), **form.cleaned_data)


class End(_AskOfLevel):
    """Says its last day."""

    what = "end"
    form_class = EndForm
    heading = "End this service level agreement"
    button = "End it"
    done = "Its last day is saved"

    def act(self, form: forms.Form) -> None:
        levels.end(self.level, by=self.user, at=timezone.now(), **form.cleaned_data)
