"""Pages of people held twice: the list, side by side, merging, undoing (pages §2.3, PIA-14)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import TemplateView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.errors import CannotRecord
from caseload.intake.presenters.rows import identifiers_of
from caseload.intake.views.family import family
from caseload.merging import actions, pairs, registry
from caseload.merging import presenters as presenter
from caseload.merging.forms import ChooseForm, NameForm, UndoForm
from caseload.merging.models import Merge, Two
from caseload.merging.planning import plan_merge
from caseload.models import YoungPerson
from caseload.presenters.conflict import carried
from caseload.queries.summaries import Summary, summaries_of
from caseload.seen import record_restricted
from caseload.views.facts import PersonForm
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural

SORTS = (Sort("likely", "How likely", ("-probability",)),)
COLUMNS = (
    Column("Two records"),
    Column("References"),
    Column("Dates of birth"),
    Column("Why"),
    Column("How likely", sort="likely"),
)


class MergePage(RequiresPermission, TemplateResponseMixin, ContextMixin):
    """What pages about two records share: only those of whom the user may see both."""

    permission = Permission.MERGE_PEOPLE

    def seen(self, *people: YoungPerson) -> None:
        """Leave a line in the trail about each person shown."""
        for person in people:
            trail.record(
                "person seen",
                by=self.user,
                at=timezone.now(),
                authority=person.lead_authority,
                subject=person,
                page="duplicates",
            )

    def pair(self) -> Two:
        """The pair that the address names; not found where the user may not see one of them."""
        found = Two.objects.visible_to(self.user).of(authority_of(self.request))
        return get_object_or_404(
            found.select_related("first__lead_authority", "second__lead_authority"),
            ref=self.kwargs["ref"],
        )

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render_to_response(self.get_context_data(**kwargs))


class Duplicates(RequiresPermission, TemplateView):
    """Pairs of records that may be one person's, likeliest first."""

    permission = Permission.MERGE_PEOPLE
    template_name = "merging/duplicates.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, authority = signed_in_user(self.request), authority_of(self.request)
        found = Two.objects.visible_to(user).of(authority)
        total = found.count()
        listed = page_of(
            found.select_related("first__lead_authority", "second__lead_authority"),
            request=self.request,
            name="duplicates",
            sorts=SORTS,
            total=total,
            sentence=format_html(
                "<strong>{}</strong> may be one person’s. Likeliest first.",
                plural(total, "pair of records", "pairs of records"),
            ),
        )
        people = {one.pk: one for pair in listed.rows for one in (pair.first, pair.second)}
        summaries = summaries_of(list(people.values()), timezone.localdate())
        at = timezone.now()
        record_restricted(people.values(), by=user, at=at, page="duplicates")
        trail.record("duplicates seen", by=user, at=at, authority=authority, pairs=len(listed.rows))
        listed.rows[:] = [presenter.list_row(pair, summaries) for pair in listed.rows]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Pairs of records",
            nothing_yet=not total,
            looked_at=None if total else pairs.last_look(authority, at=at),
            family=family(user, authority, "/duplicates/"),
            **kwargs,
        )


class Compare(MergePage):
    """Two records side by side, and the two answers."""

    template_name = "merging/compare.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw both."""
        pair = self.pair()
        one, other = _summaries(pair.first, pair.second)
        self.seen(pair.first, pair.second)
        return self.show(
            pair=pair,
            tag=presenter.tag(pair),
            reference=show_reference(pair.ref),
            sides=[show_reference(side.person.ref) for side in (one, other)],
            people=[one, other],
            compared=presenter.compared(
                one, other, identifiers_of([pair.first_id, pair.second_id]), pair
            ),
            steps=presenter.steps(pair),
            merge_href=presenter.address(pair, "merge"),
            apart_href=presenter.address(pair, "not-the-same"),
            back={"href": reverse("merging:duplicates"), "text": "Duplicates"},
        )


class NotTheSame(MergePage):
    """The two are two people."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remember it, and go on with the list."""
        pairs.not_the_same(self.pair(), by=self.user, at=timezone.now())
        messages.success(
            self.request, "They are two people. They will not be offered as duplicates again"
        )
        return redirect("merging:duplicates")


class MergeTwo(MergePage):
    """Choose which record stays, see all that changes, merge; afterwards, what was done."""

    template_name = "merging/choose.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question, or what was done when it was answered."""
        done = self._done()
        if done is not None:
            self.template_name = "merging/done.jinja"
            self.seen(done.stays)
            return self.show(
                merged=done,
                told=presenter.done(done),
                reference=show_reference(done.ref),
                back={"href": reverse("merging:duplicates"), "text": "Duplicates"},
            )
        return self._ask(self.pair())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the answers, then merge on the second press."""
        if self._done() is not None:
            return redirect("merging:merge", ref=self.kwargs["ref"])
        pair = self.pair()
        form = self._form(pair, self.request.POST)
        if not form.is_valid() or "change" in self.request.POST:
            return self._ask(pair, form)
        stays, goes = form.stays_and_goes
        seen = form.cleaned_data["seen"]
        try:
            actions.refuse(stays, goes, by=self.user)
            if "confirmed" not in self.request.POST:
                return self._check(pair, form)
            actions.merge(
                stays=stays,
                goes=goes,
                answers=form.answers,
                seen=int(seen) if seen.isdecimal() else None,
                ref=pair.ref,
                by=self.user,
                at=timezone.now(),
            )
        except CannotRecord as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self._ask(pair, form)
        messages.success(self.request, "The two records are merged")
        return redirect("merging:merge", ref=pair.ref)

    def _done(self) -> Merge | None:
        found = Merge.objects.visible_to(self.user).filter(ref=self.kwargs["ref"])
        return found.select_related(
            "stays__lead_authority", "goes", "change__by", "undone__by"
        ).first()

    def _form(self, pair: Two, data: Any = None) -> ChooseForm:
        return ChooseForm(
            data,
            people=(pair.first, pair.second),
            words=presenter.records(_summaries(pair.first, pair.second)),
            questions=plan_merge(pair.first, pair.second).questions,
            in_words=presenter.answer,
            heading=presenter.question,
        )

    def _ask(self, pair: Two, form: ChooseForm | None = None) -> HttpResponse:
        self.template_name = "merging/choose.jinja"
        self.seen(pair.first, pair.second)
        return self.show(
            form=form or self._form(pair),
            pair=pair,
            reference=show_reference(pair.ref),
            notices=registry.notices(registry.Pair(pair.first_id, pair.second_id)),
            back={"href": presenter.address(pair), "text": "Back"},
            cancel=reverse("merging:duplicates"),
        )

    def _check(self, pair: Two, form: ChooseForm) -> HttpResponse:
        self.template_name = "merging/check.jinja"
        stays, goes = form.stays_and_goes
        plan = plan_merge(stays, goes, form.answers)
        self.seen(stays, goes)
        answered = [one for one in carried(self.request.POST) if one[0] != "seen"]
        return self.show(
            pair=pair,
            reference=show_reference(pair.ref),
            kept=show_reference(stays.ref),
            gone=show_reference(goes.ref),
            changes=presenter.changes(plan),
            left=presenter.left_behind(plan),
            privacy=presenter.privacy(plan, stays, goes),
            effects=presenter.effects(stays, goes),
            notices=registry.notices(registry.Pair(stays.pk, goes.pk)),
            carried=[*answered, ("seen", str(actions.version_of(stays, goes)))],
            back={"href": presenter.address(pair, "merge"), "text": "Back"},
            cancel=reverse("merging:duplicates"),
        )


class UndoMerge(MergePage):
    """Take two records apart again; what was recorded since is placed by a person."""

    template_name = "merging/undo.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """What was recorded since, each to be placed."""
        return self._ask(self._form())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Undo it."""
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._ask(form)
        try:
            actions.undo(merged=self.merged, places=form.places, by=self.user, at=timezone.now())
        except CannotRecord as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self._ask(form)
        messages.success(self.request, "The merge is undone. Both records are there again")
        return redirect("merging:merge", ref=self.merged.ref)

    @cached_property
    def merged(self) -> Merge:
        """The merge that the address names."""
        found = Merge.objects.visible_to(self.user).filter(
            stays__lead_authority=authority_of(self.request)
        )
        return get_object_or_404(
            found.select_related("stays__lead_authority", "goes"), ref=self.kwargs["ref"]
        )

    def _form(self, data: Any = None) -> UndoForm:
        return UndoForm(
            data,
            since=actions.recorded_since(self.merged),
            stays=show_reference(self.merged.stays.ref),
            goes=show_reference(self.merged.goes.ref),
            in_words=presenter.since,
        )

    def _ask(self, form: UndoForm) -> HttpResponse:
        if self.merged.undone_id is not None and not form.errors:
            return redirect("merging:merge", ref=self.merged.ref)
        self.seen(self.merged.stays)
        return self.show(
            form=form,
            told=presenter.done(self.merged),
            taken_out=[presenter.since(fact) for fact in actions.taken_out_since(self.merged)],
            reference=show_reference(self.merged.ref),
            back={"href": reverse("merging:merge", args=[self.merged.ref]), "text": "Back"},
            cancel=reverse("merging:merge", args=[self.merged.ref]),
        )


class NameOther(PersonForm):
    """Say that another record is of this person too."""

    permission = Permission.MERGE_PEOPLE
    page = "merge"
    heading = "Compare with another record of this person"
    button = "Compare them"

    def back(self) -> str:
        return reverse("caseload:person", args=[self.person.ref])

    def blank_form(self) -> NameForm:
        return NameForm()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = NameForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        user = signed_in_user(request)
        other = (
            YoungPerson.objects.visible_to(user)
            .of(self.person.lead_authority)
            .filter(ref=form.cleaned_data["other"])
            .first()
        )
        if other is None:
            return self.refused(form, CannotRecord("No record has this reference", field="other"))
        try:
            pair = pairs.name(self.person, other, by=user, at=timezone.now())
        except CannotRecord as error:
            return self.refused(form, error)
        return redirect(presenter.address(pair))


def _summaries(one: YoungPerson, other: YoungPerson) -> list[Summary]:
    made = summaries_of([one, other], timezone.localdate())
    return [made[one.pk], made[other.pk]]
