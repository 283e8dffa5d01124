"""Triage: who may be shared today, what is proposed, and what a person decides (pages §4.9)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.models import YoungPerson
from ccis.access.roles import Permission
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural
from optout.letters.rules import PURPOSES
from providers.models import Provider
from sharing.errors import CannotShare
from sharing.queries.asking import Asked, facts_of
from sharing.triage import actions, presenters
from sharing.triage.forms import ChangeForm, WhyForm
from sharing.triage.models import Choice
from sharing.triage.queries import held_by, in_use, places_left, weigh
from sharing.triage.rules import Option, Standing, Weighed
from sharing.views.base import SharingPage, ShowSharing

COLUMNS = (
    Column("Select", hidden_label=True),
    Column("Young person"),
    Column("Could go to, best first"),
    Column("Proposed"),
    Column("Why. It never leaves the council"),
)
ACCEPT, CHANGE, LEAVE = "accept", "change", "leave"


class Triage(ShowSharing):
    """Everyone who fits a strand in use, by where they stand."""

    permission = Permission.TRIAGE
    place = "triage:triage"
    template_name = "triage/triage.jinja"

    @property
    def show(self) -> Standing:
        """The standing that the address asks for."""
        asked = self.request.GET.get("show", "")
        return Standing(asked) if asked in set(Standing) else Standing.NOW

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, show = timezone.now(), self.show
        weighed = weigh(self.user, self.authority, at=at)
        versions = in_use(self.authority)
        wanted = {one.person: one for one in weighed if one.standing is show}
        listed = page_of(
            YoungPerson.objects.visible_to(self.user)
            .filter(pk__in=list(wanted))
            .select_related("lead_authority"),
            request=self.request,
            name=f"triage-{show.value}",
            sorts=(Sort("order", "Order", ("pk",)),),
            total=len(wanted),
            sentence=plural(len(wanted), "young person", "young people"),
        )
        people = list(listed.rows)
        names = self.names(people, page="triage")
        listed.rows[:] = [
            presenters.triage_row(one, names[one.pk], wanted[one.pk]) for one in people
        ]
        ticks = any(row["may_tick"] for row in listed.rows)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS if ticks else COLUMNS[1:],
            ticks=ticks,
            may_accept=show is not Standing.CHOSEN,
            caption_text="Young people in triage",
            standings=presenters.standings(weighed, show),
            nobody=presenters.nobody(weighed) if show is Standing.NOW and not wanted else "",
            why_not=presenters.why_not(weighed) if show is Standing.CANNOT else [],
            capacity=presenters.capacity(versions, places_left(versions, at=at)),
            warnings=presenters.warnings(versions),
            to_prepare=self._to_prepare(),
            may_prepare=self.may(Permission.PREPARE_LISTS),
            **kwargs,
        )

    def _to_prepare(self) -> list[dict[str, Any]]:
        """Accepted people who wait for a list, by organisation and purpose."""
        waiting = Choice.objects.visible_to(self.user).chosen()
        counted = (
            waiting.filter(authority=self.authority, on_list=None)
            .order_by("provider__name", "purpose")
            .values("provider__ref", "provider__name", "purpose")
            .annotate(many=Count("pk"))
        )
        return [
            {
                "provider": one["provider__ref"],
                "organisation": one["provider__name"],
                "purpose": one["purpose"],
                "purpose_words": PURPOSES[one["purpose"]],
                "people": plural(one["many"], "person", "people"),
            }
            for one in counted
        ]


class Decide(SharingPage, TemplateResponseMixin, ContextMixin):
    """Takes a decision about those ticked; asks why where it is not as proposed."""

    permission = Permission.TRIAGE
    place = "triage:triage"
    http_method_names = ["post", "options"]

    @cached_property
    def people(self) -> list[YoungPerson]:
        """Those who were ticked and whom the user may see."""
        refs = self.request.POST.getlist("person")
        mine = YoungPerson.objects.visible_to(self.user).of(self.authority)
        return list(mine.filter(ref__in=refs).select_related("lead_authority").order_by("pk"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide, or ask why."""
        asked = request.POST.get("do", "")
        if asked not in {ACCEPT, CHANGE, LEAVE}:
            raise Http404
        if not self.people:
            messages.warning(request, "Tick at least one person")
            return redirect("triage:triage")
        try:
            if asked == ACCEPT:
                return self._accept()
            return self._other(change=asked == CHANGE)
        except CannotShare as error:
            messages.warning(request, error.message)
            return redirect("triage:triage")

    def _accept(self) -> HttpResponse:
        made = actions.accept(self._ids, authority=self.authority, by=self.user, at=timezone.now())
        return self._done(made, "accepted")

    def _other(self, *, change: bool) -> HttpResponse:
        providers = self._open_to_all() if change else {}
        if change and not providers:
            messages.warning(self.request, "No organisation is open to all of those you ticked")
            return redirect("triage:triage")
        data = self.request.POST if "confirmed" in self.request.POST else None
        first = {"do": self.request.POST["do"], "confirmed": "yes"}
        form = (
            ChangeForm(data, initial=first, providers=providers)
            if change
            else WhyForm(data, initial=first)
        )
        if data is None or not form.is_valid():
            names = self.names(self.people, page="triage")
            return self.render_to_response(
                self.get_context_data(
                    form=form,
                    change=change,
                    people=[{"ref": one.ref, "name": names[one.pk]} for one in self.people],
                    back={"href": reverse("triage:triage"), "text": "Triage"},
                    cancel=reverse("triage:triage"),
                )
            )
        at, reason = timezone.now(), form.cleaned_data["reason"]
        if not change:
            made = actions.leave(
                self._ids, reason=reason, authority=self.authority, by=self.user, at=at
            )
            return self._done(made, "left out")
        provider = Provider.objects.get(ref=form.cleaned_data["provider"])
        made = actions.change(
            self._ids,
            provider=provider.pk,
            reason=reason,
            authority=self.authority,
            by=self.user,
            at=at,
        )
        return self._done(made, "accepted")

    template_name = "triage/decide.jinja"

    @property
    def _ids(self) -> list[int]:
        return [one.pk for one in self.people]

    def _open_to_all(self) -> dict[str, str]:
        """Organisations open to everyone who was ticked, by reference."""
        weighed = weigh(self.user, self.authority, at=timezone.now(), only=self._ids)
        sets = [{o.provider for o in one.options if o.answer.may} for one in weighed]
        if len(weighed) < len(self.people):
            return {}
        common = Provider.objects.filter(pk__in=set.intersection(*sets)).order_by("name")
        return {one.ref: one.name for one in common}

    def _done(self, made: list[Choice], words: str) -> HttpResponse:
        people = plural(len(made), "person", "people")
        rest = len(self.people) - len(made)
        more = f". {rest} changed meanwhile: look again" if rest else ""
        messages.success(self.request, f"{people} {words}{more}")
        return redirect("triage:triage")


class Prepare(SharingPage):
    """Makes the draft of a list of those accepted for one organisation and purpose."""

    permission = Permission.PREPARE_LISTS
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draft it; what stands in the way is said."""
        provider = get_object_or_404(Provider, ref=request.POST.get("provider", ""))
        try:
            drafted = actions.prepare(
                authority=self.authority,
                provider=provider,
                purpose=request.POST.get("purpose", ""),
                by=self.user,
                at=timezone.now(),
            )
        except CannotShare as error:
            messages.warning(request, error.message)
            return redirect("triage:triage")
        if drafted is None:
            messages.warning(request, "Nobody of them can be shared now. They are weighed again")
            return redirect("triage:triage")
        messages.success(request, "Prepared. A second person releases it")
        return redirect("sharing:list", drafted.ref)


class Why(ShowSharing):
    """Every strand and every test for one person, with its fact, and what was decided so far."""

    permission = Permission.TRIAGE
    place = "triage:triage"
    template_name = "triage/why.jinja"

    @cached_property
    def person(self) -> YoungPerson:
        """The young person; not found when the user may not see them."""
        mine = YoungPerson.objects.visible_to(self.user).of(self.authority)
        return get_object_or_404(mine.select_related("lead_authority"), ref=self.kwargs["ref"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, at = self.person, timezone.now()
        name = self.names([person], page="why")[person.pk]
        weighed = weigh(self.user, self.authority, at=at, only=[person.pk])
        one = weighed[0] if weighed else Weighed(person.pk)
        choices = Choice.objects.filter(person=person).select_related(
            "proposed__strand__provider", "provider", "decided_by"
        )
        return super().get_context_data(
            person={"ref": person.ref, "name": name},
            person_href=reverse("caseload:person", args=[person.ref]),
            proposal=one.proposal,
            row=presenters.triage_row(person, name, one),
            organisations=[self._organisation(option, at) for option in one.options],
            strands=self._strands(at),
            decisions=[presenters.decision(choice) for choice in choices],
            back={"href": reverse("triage:triage"), "text": "Triage"},
            **kwargs,
        )

    def _organisation(self, option: Option, at: Any) -> dict[str, Any]:
        provider = Provider.objects.get(pk=option.provider)
        facts = facts_of([self.person.pk], Asked(self.authority, provider, None, at))
        places = places_left(in_use(self.authority), at=at)
        return {
            "heading": f"{option.organisation}, by “{option.name}”",
            "may": option.answer.may,
            "tests": presenters.tests(
                option, facts[self.person.pk], places, timezone.localdate(at)
            ),
        }

    def _strands(self, at: Any) -> list[dict[str, Any]]:
        versions = in_use(self.authority)
        wanted = {code for one in versions for row in one.rows for code in row.of}
        alone = YoungPerson.objects.filter(pk=self.person.pk)
        held = held_by(alone, wanted, on=timezone.localdate(at)).get(self.person.pk, set())
        words = presenters.all_words(self.authority)
        return [
            {
                "heading": f"“{one.strand.name}”, {one.strand.provider.name}",
                "rows": presenters.strand_rows(one, held, words),
            }
            for one in versions
        ]
