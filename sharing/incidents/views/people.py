"""Who is affected by an incident, and the risk to each (LAW-04)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from caseload.models import YoungPerson
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import date_and_time, plural
from sharing.incidents import actions, presenters, queries
from sharing.incidents.forms import (
    RiskForm,
    SoughtForm,
)
from sharing.incidents.models import Affected
from sharing.incidents.views.base import Asks, OfIncident, organisations
from sharing.views.base import ShowSharing

PEOPLE = (
    Column("Select", hidden_label=True),
    Column("Young person"),
    Column("Risk"),
    Column("Why"),
    Column("Told"),
)


class AffectedPeople(OfIncident, ShowSharing):
    """Who is affected by the newest reckoning, and the risk to each. It is never shown outside."""

    template_name = "incidents/people.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.incident
        standing = queries.standing(one, on=timezone.localdate())
        mine = queries.affected(one).filter(
            pk__in=Affected.objects.visible_to(self.user).values("pk")
        )
        total = mine.count()
        listed = page_of(
            mine.select_related("person__lead_authority"),
            request=self.request,
            name=f"incident-{one.ref}",
            sorts=(Sort("order", "Order", ("pk",)),),
            total=total,
            sentence=plural(standing.people, "person is", "people are") + " affected",
        )
        shown: list[Any] = list(listed.rows)
        names = self.names([row.person for row in shown], page="incident")
        listed.rows[:] = [
            {
                "ref": row.person.ref,
                "name": names[row.person_id],
                "href": reverse("caseload:person", args=[row.person.ref]),
                "tag": presenters.risk_tag(row.level),
                "why": row.why or "",
                "told": "Yes" if row.were_told else "No",
            }
            for row in shown
        ]
        named = {each.ref: each.name for each in organisations(self)}
        return super().get_context_data(
            listed=listed,
            columns=PEOPLE,
            caption_text="People affected",
            nothing_yet=not standing.counted,
            not_shown=standing.people - total,
            not_assessed=standing.not_assessed,
            told_words=presenters.how_many_told(standing),
            incident=one,
            is_open=one.closed_at is None,
            reckonings=[
                {
                    "number": each.number,
                    "words": presenters.sought(each.sought, named),
                    "people": plural(each.people, "person", "people"),
                    "who": f"{each.by.name}, {date_and_time(each.at)}",
                }
                for each in one.reckonings.select_related("by")
            ],
            back=self.back,
            **kwargs,
        )


class FindPeople(OfIncident, Asks):
    """Works out from the ledger who is affected."""

    form_class = SoughtForm
    heading = "Work out who is affected"
    words = (
        "From the ledger: everybody of whom a line agrees with all that you enter. What is found "
        "is kept with the incident, and can be worked out again."
    )
    button = "Work it out"

    @property
    def goes_to(self) -> str:
        return reverse("incidents:people", args=[self.incident.ref])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": organisations(self)}

    def get_initial(self) -> dict[str, Any]:
        return {"provider": self.incident.provider.ref if self.incident.provider else ""}

    def act(self, form: Any) -> str:
        made = actions.reckon(self.incident, form.sought, **self.who)
        return f"{plural(made.people, 'person is', 'people are')} affected"


class AssessRisk(OfIncident, Asks):
    """Judges the risk to those who were ticked, or to all who are not assessed yet."""

    form_class = RiskForm
    template_name = "incidents/assess.jinja"
    heading = "Assess the risk"
    http_method_names = ["post", "options"]

    @property
    def goes_to(self) -> str:
        return reverse("incidents:people", args=[self.incident.ref])

    @cached_property
    def people(self) -> list[YoungPerson] | None:
        """Those who were ticked, whom the user may see; ``None`` for all not assessed."""
        if "all" in self.request.POST:
            return None
        mine = YoungPerson.objects.visible_to(self.user)
        return list(mine.filter(ref__in=self.request.POST.getlist("person")).order_by("pk"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the risk; then keep it."""
        if self.people == []:
            messages.warning(request, "Tick at least one person")
            return redirect(self.goes_to)
        if "level" not in request.POST and "why" not in request.POST:
            return self.render_to_response(self.get_context_data(form=RiskForm()))
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = queries.standing(self.incident, on=timezone.localdate())
        many = standing.not_assessed if self.people is None else len(self.people)
        return super().get_context_data(
            people=[one.ref for one in self.people or []],
            everyone=self.people is None,
            sentence=f"You assess {plural(many, 'person', 'people')}.",
            **kwargs,
        )

    def act(self, form: Any) -> str:
        ids = None if self.people is None else [one.pk for one in self.people]
        made = actions.assess(self.incident, ids, **form.cleaned_data, **self.who)
        return f"{plural(made, 'person', 'people')} assessed"
