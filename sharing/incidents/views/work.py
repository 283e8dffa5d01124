"""What is to be done about an incident."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from ccis.accounts.models import User
from sharing.errors import CannotShare
from sharing.incidents import actions, presenters, queries
from sharing.incidents.forms import (
    ActionForm,
    DoneForm,
    WhyForm,
)
from sharing.incidents.models import Action
from sharing.incidents.views.base import Asks, OfIncident
from sharing.views.base import ShowSharing


class Actions(OfIncident, ShowSharing):
    """What somebody is to do about an incident."""

    template_name = "incidents/actions.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.incident.actions.select_related("owner", "incident")
        return super().get_context_data(
            incident=self.incident,
            actions=presenters.actions(found, timezone.localtime()),
            is_open=self.incident.closed_at is None,
            back=self.back,
            **kwargs,
        )


class NewAction(OfIncident, Asks):
    """Says what somebody is to do."""

    form_class = ActionForm
    heading = "Add an action"
    button = "Add it"
    done = "Added"

    @property
    def goes_to(self) -> str:
        return reverse("incidents:actions", args=[self.incident.ref])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "owners": queries.staff_here(self.authority, on=timezone.localdate())
        }

    def act(self, form: Any) -> None:
        owner: User = form.cleaned_data["owner"]
        actions.add_action(
            self.incident,
            what=form.cleaned_data["what"],
            owner=owner,
            due_on=form.cleaned_data["due_on"],
            **self.who,
        )


class ActionDone(OfIncident, Asks):
    """Says that an action is done."""

    form_class = DoneForm
    heading = "Say what was done"

    @cached_property
    def action(self) -> Action:
        """The action of this incident; not found where it is done."""
        waiting = Action.objects.select_related("incident").filter(done_at=None)
        return get_object_or_404(waiting, incident=self.incident, ref=self.kwargs["action"])

    @property
    def goes_to(self) -> str:
        return reverse("incidents:actions", args=[self.incident.ref])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.words = self.action.what
        return super().get_context_data(**kwargs)

    def act(self, form: Any) -> None:
        actions.do_action(self.action, how=form.cleaned_data["how"], **self.who)


class Close(OfIncident):
    """Closes an incident that waits for nothing any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Close it; what is missing is said."""
        try:
            actions.close(self.incident, by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, "Incident closed")
        return redirect(self.goes_to)


class Reopen(OfIncident, Asks):
    """Opens a closed incident again, because of what was found out since."""

    form_class = WhyForm
    heading = "Open the incident again"
    button = "Open it again"
    done = "Opened again"

    def act(self, form: Any) -> None:
        actions.reopen(self.incident, why=form.cleaned_data["why"], **self.who)
