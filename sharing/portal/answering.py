"""What became of someone: which of the six outcomes, what it needs besides, and on to the next."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ccis.access.references import show_reference
from sharing.errors import CannotShare
from sharing.outcomes.actions.answers import record
from sharing.outcomes.errors import AnsweredMeanwhile
from sharing.outcomes.rules import ENDS, Said
from sharing.portal import presenters
from sharing.portal.conflict import KEEP, Two
from sharing.portal.forms import DetailsForm, OutcomeForm, details_form
from sharing.portal.reading import reading, ref_after
from sharing.portal.views import OnePerson
from sharing.template import OUTCOMES


class Outcome(OnePerson):
    """Asks which of the six outcomes it was."""

    template_name = "mylist/outcome.jinja"

    def show(self) -> HttpResponse:
        self.seen(self.clock, page="shared-row")
        initial = {"outcome": self.one.answer.outcome} if self.one.answer else {}
        return self.ask(OutcomeForm(initial=initial))

    def act(self) -> HttpResponse:
        form = OutcomeForm(self.request.POST)
        if not form.is_valid():
            return self.ask(form)
        return redirect("mylist:details", self.one.ref, form.cleaned_data["outcome"])

    def ask(self, form: OutcomeForm) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(
            self.get_context_data(
                form=form,
                name=self.one.name,
                reference=show_reference(self.one.ref),
                **self.back_to("My list", presenters.on_list(self.one.ref)),
            )
        )


class OutcomeDetails(OnePerson):
    """Asks what one outcome needs besides, and takes it."""

    template_name = "mylist/details.jinja"

    def show(self) -> HttpResponse:
        self.seen(self.clock, page="shared-row")
        return self.ask(self.form(), seen=self.one.answer.number if self.one.answer else 0)

    def form(self, *args: Any) -> DetailsForm:
        """The form of the outcome that the address names; what was said before stands in it."""
        outcome = self.kwargs["outcome"]
        if outcome not in OUTCOMES:
            raise Http404
        answer = self.one.answer
        initial: dict[str, Any] = {}
        if answer is not None and answer.outcome == outcome:
            initial = {name: getattr(answer, name) for name in ("where", "since", "doing")}
        return details_form(outcome)(*args, outcome=outcome, initial=initial)

    def ask(self, form: DetailsForm, *, seen: int) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(
            self.get_context_data(
                form=form,
                seen=seen,
                name=self.one.name,
                reference=show_reference(self.one.ref),
                heading=OUTCOMES[form.outcome],
                ends=form.ends,
                **self.back_to("What happened?", reverse("mylist:outcome", args=[self.one.ref])),
            )
        )

    def act(self) -> HttpResponse:
        posted = self.request.POST
        form = self.form(posted)
        seen = int(posted["seen"][:9]) if posted.get("seen", "").isdecimal() else 0
        if not form.is_valid():
            return self.ask(form, seen=seen)
        said = form.said
        if self.one.answer and any(name.startswith(KEEP) for name in posted):
            two = Two(self.one.answer, said)
            said = two.settled(posted)
            if two.says_the_same(said):
                messages.success(self.request, f"Kept what {self.one.answer.by_name} said")
                return redirect("mylist:list")
        return self.take(form, said, seen)

    def take(self, form: DetailsForm, said: Said, seen: int) -> HttpResponse:
        """Take the answer and go on to the next; where a colleague was quicker, show both."""
        onwards = self.onwards()
        try:
            record(
                self.disclosure,
                outcome=said.outcome,
                where=said.where,
                since=said.since,
                doing=said.doing,
                notes=said.notes,
                seen=seen,
                by=self.user,
                at=self.at,
            )
        except AnsweredMeanwhile as error:
            two = Two(error.latest, form.said)
            if not two.says_the_same(form.said):
                return self.choose(form, two)
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.ask(form, seen=seen)
        words = f"Saved: {OUTCOMES[said.outcome][0].lower()}{OUTCOMES[said.outcome][1:]}"
        if said.outcome in ENDS:
            words = "Saved. They are off your list. Destroy what you kept about them, and confirm"
        messages.success(self.request, words)
        return redirect(onwards)

    def onwards(self) -> str:
        """Their list, at the next to work: who was answered may leave it, or stand further down."""
        purpose = self.lists[self.one.on_list].purpose
        beside = [pk for pk, one in self.lists.items() if one.purpose == purpose]
        with reading(self.token) as alias:
            ref = ref_after(alias, beside, self.one)
        return presenters.on_list(ref) if ref else reverse("mylist:list")

    def choose(self, form: DetailsForm, two: Two) -> HttpResponse:
        """What a colleague said beside what was typed, with nothing lost."""
        return self.response_class(
            request=self.request,
            template="mylist/conflict.jinja",
            context=self.get_context_data(
                message=two.message,
                rows=two.rows(),
                colleague=two.held.by_name,
                seen=two.held.number,
                carried=[
                    (name, value)
                    for name, values in self.request.POST.lists()
                    for value in values
                    if name in form.fields or name.rpartition("-")[0] in form.fields
                ],
                name=self.one.name,
                reference=show_reference(self.one.ref),
                **self.back_to("My list", reverse("mylist:list")),
            ),
            using=self.template_engine,
        )
