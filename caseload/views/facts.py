"""Parts of the record: shown, added, corrected, ended, taken out, all by one mechanism."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from caseload.actions import details
from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.forms.ending import EndForm, TakeOutForm
from caseload.forms.facts import FactForm
from caseload.forms.parts import Part, of_section
from caseload.models import Address
from caseload.presenters import conflict, facts, parts
from caseload.queries.lineage import Lineage, lineage, lineages
from caseload.queries.places import is_missing
from caseload.views.person import PersonPage, ShowPerson
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user


class PersonForm(PersonPage):
    """A page that asks something about one person."""

    permission = Permission.EDIT_PEOPLE
    template_name = "caseload/person_form.jinja"
    heading = ""
    button = "Save"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            **{"heading": self.heading, "button": self.button, "cancel": self.back(), **kwargs}
        )
        context["strip"] = {**context["strip"], "actions": [], "more": []}
        context["back"] = {"href": self.back(), "text": "Back"}
        return context

    def back(self) -> str:
        """Where the reader came from and goes to afterwards."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.blank_form())

    def blank_form(self) -> forms.Form:
        """The form as first shown."""
        raise NotImplementedError

    def show(self, form: forms.Form, **kwargs: Any) -> HttpResponse:
        """The page with a form on it."""
        return self.render_to_response(self.get_context_data(form=form, **kwargs))

    def refused(self, form: forms.Form, error: CannotRecord) -> HttpResponse:
        """The page again, with what the action had to say beside the field to mend."""
        field = error.field if error.field in form.fields else None
        form.add_error(field, error.message)
        return self.show(form)

    def done(self, message: str) -> HttpResponse:
        """Back to where the reader came from, with a green banner."""
        messages.success(self.request, message)
        return redirect(self.back())


class PartMixin(PersonPage):
    """What pages of one part share. ``part`` comes with the address."""

    part: Part

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.part = kwargs["part"]
        self.tab = self.part.section

    def check_part(self) -> None:
        """Refuse a sensitive part to those who may not see it."""
        if self.part.permission not in self.may:
            raise Http404

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Whichever way a sensitive part came to be shown, that it was opened is recorded."""
        if self.part.is_sensitive:
            self.record_seen("sensitive details opened", part=self.part.slug)
        return super().render_to_response(context, **kwargs)

    def back(self) -> str:
        """The page of the part."""
        return facts.part_address(self.part, self.person)


class ShowSection(ShowPerson):
    """A tab of parts: what holds now of each."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = [part for part in of_section(self.tab) if not part.is_sensitive]
        held = lineages(self.person, [part.model for part in shown])
        return super().get_context_data(
            parts=[self.part_of_page(part, held[part.model]) for part in shown], **kwargs
        )

    def part_of_page(self, part: Part, held: Lineage, **kwargs: Any) -> dict[str, Any]:
        """One part as the page draws it."""
        return parts.part_of_page(
            part,
            held,
            self.person,
            on=self.on,
            born=self.summary.date_of_birth,
            may_edit=Permission.EDIT_PEOPLE in self.may,
            **kwargs,
        )


class ShowPart(PartMixin, ShowSection):
    """One part with all that held before and all that was corrected."""

    template_name = "caseload/part.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check_part()
        self.page = self.part.slug
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = lineage(self.person, self.part.model)
        return super(ShowSection, self).get_context_data(
            part=self.part_of_page(self.part, held, with_history=True), **kwargs
        )


class AddFact(PartMixin, PersonForm):
    """Add to a part."""

    form: FactForm
    verb = "added"

    @property
    def heading(self) -> str:  # type: ignore[override]
        return f"Add {self.part.a_new}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check_part()
        self.page = f"{self.part.slug}-new"
        return super().get(request, *args, **kwargs)

    def blank_form(self) -> FactForm:
        first = self.part.form.first_answers(
            self.person, on=self.on, by=signed_in_user(self.request)
        )
        return self.make_form(initial=first)

    def make_form(self, *args: Any, **kwargs: Any) -> FactForm:
        """The part's form."""
        return self.part.form(*args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = f"{self.part.slug}-new"
        if self.part.permission not in self.may:
            raise Http404
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            self.add(form)
        except CannotRecord as error:
            return self.refused(form, error)
        return self.done(f"{self.part.said} {self.verb}")

    def add(self, form: FactForm) -> None:
        """The one call that records it."""
        fact = details.add(
            self.part.model,
            person=self.person,
            started_on=form.cleaned_data["started_on"],
            ended_on=form.cleaned_data["ended_on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
            **form.values(),
        )
        say_if_missing(self.request, fact)


def say_if_missing(request: HttpRequest, fact: Any) -> None:
    """Say of an address just written that the gazetteer does not have it (PIA-24)."""
    if isinstance(fact, Address) and is_missing(fact):
        messages.info(
            request,
            "This address is not in the gazetteer. It was saved as you typed it. Check its number "
            "and postcode",
        )


class OneFact(PartMixin, PersonForm):
    """What pages about one fact share: it is followed to the version believed now."""

    fact: Any
    held: Lineage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.place: int = kwargs["place"]

    def find(self) -> HttpResponse | None:
        """Set ``fact``; an answer instead when it was taken out of the record."""
        if self.part.permission not in self.may:
            raise Http404
        try:
            self.held = lineage(self.person, self.part.model)
            self.fact = self.held.believed(self.place)
        except IndexError as error:
            raise Http404 from error
        if self.fact is None:
            messages.info(self.request, "This was taken out of the record, so it cannot be changed")
            return redirect(self.back())
        if getattr(self.fact, "is_held_back", False):
            messages.info(self.request, f"This is {facts.HELD_BACK}")
            return redirect(self.back())
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check_part()
        return self.find() or super().get(request, *args, **kwargs)

    def is_stale(self) -> bool:
        """Whether the form was made from a version that is no longer believed."""
        return self.request.POST.get("version") != str(self.fact.pk)


class CorrectFact(OneFact):
    """Put a fact right; the old version is kept. Two people at once choose field by field."""

    @property
    def heading(self) -> str:  # type: ignore[override]
        return f"Correct {self.part.the_one}"

    def blank_form(self) -> FactForm:
        self.page = f"{self.part.slug}-correct"
        return self.make_form(fact=self.fact)

    def make_form(self, *args: Any, **kwargs: Any) -> FactForm:
        """The part's form."""
        return self.part.form(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("take_out", facts.take_out_address(self.part, self.person, self.place))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = f"{self.part.slug}-correct"
        if gone := self.find():
            return gone
        held = self.make_form(fact=self.fact)
        form = self.make_form(conflict.settled(request.POST, held), fact=self.fact)
        if not form.is_valid():
            return self.show(form)
        if self.is_stale():
            return self.choose(form)
        try:
            self.correct(form)
        except ChangedMeanwhile:
            return self.find() or self.choose(form)
        except CannotRecord as error:
            return self.refused(form, error)
        return self.done(f"{self.part.said} corrected")

    def choose(self, typed: FactForm) -> HttpResponse:
        """What is held now beside what was typed, with nothing lost."""
        held = self.make_form(fact=self.fact)
        self.template_name = "caseload/conflict.jinja"
        return self.show(
            typed,
            message=conflict.message(self.fact, self.on),
            rows=conflict.rows(typed, held, self._as_first_shown()),
            carried=conflict.carried(self.request.POST),
            version=str(self.fact.pk),
            colleague=facts.who(self.fact.recorded) or "The file",
        )

    def _as_first_shown(self) -> FactForm | None:
        """The form with the answers of the version that it was made from."""
        made_from = self.request.POST.get("version")
        for version in self.held.versions:
            if str(version.pk) == made_from:
                return self.make_form(fact=version)
        return None

    def correct(self, form: FactForm) -> None:
        """The one call that corrects it."""
        fact = details.correct(
            self.fact,
            started_on=form.cleaned_data["started_on"],
            ended_on=form.cleaned_data["ended_on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
            **form.values(),
        )
        say_if_missing(self.request, fact)


def with_version(posted: QueryDict, fact: Any) -> QueryDict:
    """What was sent, made from the version believed now: seen again, it may be sent again."""
    data = posted.copy()
    data["version"] = str(fact.pk)
    return data


class EndFact(OneFact):
    """Say that something stopped being true."""

    form_class: type[EndForm] = EndForm

    @property
    def heading(self) -> str:  # type: ignore[override]
        return f"End {self.part.the_one}"

    def blank_form(self) -> EndForm:
        self.page = f"{self.part.slug}-end"
        return self.form_class(initial={"version": str(self.fact.pk)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("about", self.about())
        return super().get_context_data(**kwargs)

    def about(self) -> str:
        """What is to be ended, in words."""
        return f"{parts.value_of(self.fact)}, {facts.days(self.fact) or 'from birth'}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = f"{self.part.slug}-end"
        if gone := self.find():
            return gone
        stale = self.is_stale()
        form = self.form_class(with_version(request.POST, self.fact))
        if not form.is_valid():
            return self.show(form)
        try:
            if stale:
                raise ChangedMeanwhile(conflict.message(self.fact, self.on).partition(". ")[0])
            self.end(form)
        except CannotRecord as error:
            return self.refused(form, error)
        return self.done(f"{self.part.said} ended")

    def end(self, form: EndForm) -> None:
        """The one call that ends it."""
        details.end(
            self.fact,
            on=form.cleaned_data["ended_on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
        )


class TakeOutFact(EndFact):
    """Take out what was recorded by mistake; it stays in the history, struck through."""

    form_class = TakeOutForm
    button = "Take it out"

    @property
    def heading(self) -> str:  # type: ignore[override]
        return f"Take out {self.part.the_one}"

    def done(self, message: str) -> HttpResponse:
        return super().done(f"{self.part.said} taken out. It stays in the history")

    def end(self, form: EndForm) -> None:
        details.take_out(
            self.fact,
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
        )
