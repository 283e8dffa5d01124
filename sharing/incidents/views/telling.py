"""Who is told of an incident, and what is decided about that (LC-21, LAW-04)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from ccis.govuk.words import plural, short_date
from sharing.errors import CannotShare
from sharing.incidents import actions, presenters, queries, rules
from sharing.incidents.forms import (
    DecideForm,
    ToldForm,
)
from sharing.incidents.views.base import Asks, OfIncident
from sharing.views.base import ShowSharing


class Told(OfIncident, ShowSharing):
    """Signatories and data managers of the agreements that it touches: who was told, and how."""

    template_name = "incidents/told.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.incident
        told = {notice.key: notice for notice in one.notices.select_related("by")}
        whom = queries.to_notify(one, on=timezone.localdate())
        waiting = [each for each in whom if each.key not in told]
        return super().get_context_data(
            incident=one,
            waiting=[{"words": each.words, "by_email": bool(each.email)} for each in waiting],
            told=[
                {
                    "words": notice.whom,
                    "how": notice.get_how_display(),
                    "on": short_date(notice.told_on),
                    "by": notice.by.name,
                }
                for notice in told.values()
            ],
            by_email=sum(bool(each.email) for each in waiting),
            is_open=one.closed_at is None,
            back=self.back,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write to all whom the service can write to."""
        try:
            told = actions.notify(self.incident, by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, f"{plural(told, 'person', 'people')} told")
        return redirect("incidents:told", self.incident.ref)


class RecordTold(OfIncident, Asks):
    """Records that somebody was told another way."""

    form_class = ToldForm
    heading = "Record that somebody was told"
    words = "Tell them without naming any young person."

    @property
    def goes_to(self) -> str:
        return reverse("incidents:told", args=[self.incident.ref])

    def get_form_kwargs(self) -> dict[str, Any]:
        told = set(self.incident.notices.values_list("key", flat=True))
        whom = queries.to_notify(self.incident, on=timezone.localdate())
        left = [(one.key, one.words) for one in whom if one.key not in told]
        return super().get_form_kwargs() | {"whom": left}

    def act(self, form: Any) -> None:
        given = form.cleaned_data
        actions.told(
            self.incident, given["whom"], how=given["how"], told_on=given["told_on"], **self.who
        )


class Decide(OfIncident, Asks):
    """Decides whether the regulator, or the people, are told."""

    form_class = DecideForm
    template_name = "incidents/decide.jinja"
    done = "Decision recorded"
    button = "Record the decision"

    @property
    def about(self) -> str:
        """Whom it is about; not found for anybody else."""
        about = str(self.kwargs["about"])
        if about not in rules.GROUNDS:
            raise Http404
        return about

    @property
    def heading(self) -> str:  # type: ignore[override]
        if self.about == rules.REGULATOR:
            return "Tell the regulator"
        return "Tell the people affected"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"about": self.about}

    def get_initial(self) -> dict[str, Any]:
        before = queries.newest_decision(self.incident, self.about)
        if before is None or before.told_at is not None:
            return {}
        return {
            "answer": "yes" if before.tell else "no",
            "ground": before.ground,
            "why": before.why,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, at = self.incident, timezone.now()
        standing = queries.standing(one, on=timezone.localdate(at))
        return super().get_context_data(
            of_regulator=self.about == rules.REGULATOR,
            clock=presenters.clock(queries.clock_of(one, at)),
            counted=standing.counted,
            risks=[
                f"{plural(standing.people, 'person', 'people')} affected",
                f"{standing.at(rules.HIGH)} at a high risk",
                f"{standing.at(rules.RISK)} at a risk",
                f"{standing.at(rules.UNLIKELY)} for whom a risk is unlikely",
                f"{standing.not_assessed} not assessed",
            ],
            told_words="" if self.about == rules.REGULATOR else presenters.how_many_told(standing),
            **kwargs,
        )

    def act(self, form: Any) -> None:
        actions.decide(self.incident, self.about, form.decided, **self.who)
