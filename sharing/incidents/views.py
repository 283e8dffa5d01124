"""The register of incidents and each of them (pages §2.5, LC-21, LAW-04)."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import date_and_time, plural, short_date
from providers.models import Provider
from sharing.agreements.models import Agreement
from sharing.errors import CannotShare
from sharing.incidents import actions, presenters, queries, rules
from sharing.incidents.forms import (
    ActionForm,
    DecideForm,
    DoneForm,
    NoteForm,
    RecordForm,
    RiskForm,
    SoughtForm,
    ToldForm,
    WhyForm,
)
from sharing.incidents.models import Action, Affected, Incident
from sharing.queries.ledger import recipients
from sharing.views.base import SharingPage, ShowSharing

PEOPLE = (
    Column("Select", hidden_label=True),
    Column("Young person"),
    Column("Risk"),
    Column("Why"),
)


class IncidentsPage(SharingPage):
    """A page of the register, for those who keep it."""

    permission = Permission.KEEP_INCIDENTS
    place = "incidents:incidents"


class Asks(IncidentsPage, FormView[forms.Form]):
    """Asks something and does it; what stands in the way is said at its field."""

    template_name = "incidents/form.jinja"
    heading = ""
    words = ""
    button = "Save"
    done = "Saved"

    def act(self, form: Any) -> str | None:
        """Do it; gives words to say instead of ``done``."""
        raise NotImplementedError

    @property
    def goes_to(self) -> str:
        """Where it leads afterwards, and back."""
        raise NotImplementedError

    @property
    def who(self) -> dict[str, Any]:
        """Who does it, and when."""
        return {"by": self.user, "at": timezone.now()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_heading=self.heading,
            words=self.words,
            button_words=self.button,
            back={"href": self.goes_to, "text": "Back"},
            cancel=self.goes_to,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            said = self.act(form)
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, said or self.done)
        return redirect(self.goes_to)


class Incidents(IncidentsPage, ShowSharing):
    """Open incidents, what ends first in front, and the last that were closed."""

    template_name = "incidents/incidents.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        mine = Incident.objects.visible_to(self.user).filter(authority=self.authority)
        named = mine.select_related("provider")
        closed = named.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
        still_open = list(named.still_open())
        return super().get_context_data(
            sentence=plural(len(still_open), "open incident"),
            still_open=presenters.rows(still_open, at),
            closed=presenters.rows(closed[:100], at),
            **kwargs,
        )


class RecordIncident(Asks):
    """Records an incident as soon as it is found."""

    form_class = RecordForm
    heading = "Record an incident"
    words = "Record it as soon as it is found. What is not known yet is added as you find out."
    button = "Record it"

    @property
    def goes_to(self) -> str:
        return reverse("incidents:incidents")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": organisations(self)}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            made = actions.record(form.found, authority=self.authority, **self.who)
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(
            self.request, f"Incident {show_reference(made.ref)} recorded. Its 72 hours run"
        )
        return redirect("incidents:incident", made.ref)


def organisations(page: SharingPage) -> list[Provider]:
    """Organisations with an agreement, or that were ever shared with, by name."""
    agreed = Agreement.objects.filter(authority=page.authority).values("provider")
    found = {one.pk: one for one in Provider.objects.filter(pk__in=agreed)}
    found |= {one.pk: one for one in recipients(page.authority)}
    return sorted(found.values(), key=lambda one: (one.name, one.pk))


class OfIncident(IncidentsPage):
    """A page of one incident of the authority."""

    @cached_property
    def incident(self) -> Incident:
        """The incident; not found when it is another authority's."""
        mine = Incident.objects.visible_to(self.user).filter(authority=self.authority)
        named = mine.select_related("authority", "provider", "recorded_by", "closed_by")
        return get_object_or_404(named, ref=self.kwargs["incident"])

    @property
    def goes_to(self) -> str:
        """The incident's own page."""
        return reverse("incidents:incident", args=[self.incident.ref])

    @property
    def back(self) -> dict[str, str]:
        """The link back to it."""
        return {"href": self.goes_to, "text": "Incident"}


class ShowIncident(OfIncident, ShowSharing):
    """All that is on record of one incident, what is to be done, and its clock."""

    template_name = "incidents/incident.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, at = self.incident, timezone.now()
        standing = queries.standing(one, on=timezone.localdate(at))
        return super().get_context_data(
            incident=one,
            reference=show_reference(one.ref),
            clock=presenters.clock(queries.clock_of(one, at)),
            details=presenters.details(one),
            steps=presenters.steps(one, standing),
            missing=rules.missing(standing),
            notes=presenters.notes(one.notes.select_related("by")),
            decisions=presenters.decisions(one.decisions.select_related("by")),
            is_open=one.closed_at is None,
            back={"href": reverse("incidents:incidents"), "text": "Incidents"},
            **kwargs,
        )


class AddNote(OfIncident, Asks):
    """Adds what was found out, of one stage."""

    form_class = NoteForm
    button = "Add it"
    done = "Added"

    @property
    def stage(self) -> str:
        """The stage; not found when there is none of that name."""
        stage = str(self.kwargs["stage"])
        if stage not in rules.STAGES:
            raise Http404
        return stage

    @property
    def heading(self) -> str:  # type: ignore[override]
        return rules.STAGES[self.stage]

    def act(self, form: Any) -> None:
        actions.note(self.incident, stage=self.stage, **form.cleaned_data, **self.who)


# -- who is affected -------------------------------------------------------------------------------


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


# -- who is told -----------------------------------------------------------------------------------


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
            **kwargs,
        )

    def act(self, form: Any) -> None:
        actions.decide(self.incident, self.about, form.decided, **self.who)


# -- actions, and the end --------------------------------------------------------------------------


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
