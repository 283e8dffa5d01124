"""Batches of letters: planned, looked at, approved, given up (pages §2.4)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.seen import record_restricted
from ccis.access.references import read_reference, show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.progress import as_json, wants_json
from ccis.govuk.words import plural
from optout.errors import CannotDo
from optout.letters import tasks
from optout.letters.actions import accompanying, batches
from optout.letters.choosing import CHANGED
from optout.letters.forms import PlanForm
from optout.letters.models import UNDER_WAY, Batch, BatchState, Letter, Template
from optout.letters.presenters import batches as presenter
from optout.letters.queries import current_list
from optout.letters.views.base import LettersPage, OfBatch, ShowLetters
from optout.letters.views.printed import Printed

BATCHES = (
    Column("Planned"),
    Column("Letter"),
    Column("State"),
    Column("Letters", numeric=True),
    Column("Posted"),
    Column("Came back", numeric=True),
)
LETTERS = (Column("Young person"), Column("State"), Column("Letter"))


class Batches(ShowLetters):
    """Batches sent when, to how many, and what came back."""

    template_name = "letters/batches.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Batch.objects.visible_to(self.user).filter(authority=self.authority)
        total = mine.count()
        listed = page_of(
            presenter.with_counts(mine),
            request=self.request,
            name="letters",
            sorts=(Sort("newest", "Planned", ("-planned_at",)),),
            key="ref",
            total=total,
            sentence=plural(total, "batch", "batches"),
        )
        listed.rows[:] = [presenter.row(batch) for batch in listed.rows]
        return super().get_context_data(
            listed=listed,
            columns=BATCHES,
            caption_text="Batches of letters",
            nothing_yet=not total,
            list_changed=presenter.list_changed(self.authority, mine),
            **kwargs,
        )


class Plan(LettersPage, FormView[PlanForm]):
    """Asks whom to write to; says how many and who is left out; asks for approval."""

    permission = Permission.PLAN_LETTERS
    form_class = PlanForm
    template_name = "letters/plan.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"authority": self.authority}

    def get_initial(self) -> dict[str, Any]:
        return presenter.usual_plan(
            self.request.GET.get("written", ""),
            timezone.localdate(),
            template=self._template(),
        )

    def _template(self) -> Template | None:
        """The template that a link named, or that the last letters were made by."""
        mine = Template.objects.filter(authority=self.authority, versions__isnull=False).distinct()
        asked = read_reference(self.request.GET.get("template", ""))
        if asked:
            return mine.filter(ref=asked).first()
        last = Batch.objects.filter(authority=self.authority, state=BatchState.POSTED)
        return mine.filter(pk__in=last.order_by("-posted_on", "-pk").values("template")[:1]).first()

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; by the link to write again, with how many that would be (LC-23)."""
        form = self.get_form()
        if self.request.GET.get("written") != CHANGED or not self.get_initial()["template"]:
            return self.render_to_response(self.get_context_data(form=form))
        filled = PlanForm(presenter.as_sent(self.get_initial()), authority=self.authority)
        return self._seen(filled) if filled.is_valid() else self.form_invalid(filled)

    def _seen(self, form: PlanForm) -> HttpResponse:
        try:
            choice = batches.look(
                authority=self.authority,
                rule=form.rule,
                template=form.cleaned_data["template"],
                user=self.user,
                on=timezone.localdate(),
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        seen = presenter.seen(choice)
        also_by = form.cleaned_data["also_by"]
        if also_by:
            count, left_out = accompanying.preview(
                choice.chosen, also_by=also_by, on=timezone.localdate()
            )
            seen["also"] = presenter.also_seen(count, left_out)
        return self.render_to_response(self.get_context_data(form=form, seen=seen))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            back={"href": reverse("letters:batches"), "text": "Letters"},
            has_list=current_list(self.authority) is not None,
            **kwargs,
        )

    def form_valid(self, form: PlanForm) -> HttpResponse:
        if "plan" not in self.request.POST:
            return self._seen(form)
        try:
            batch = batches.plan(
                authority=self.authority,
                rule=form.rule,
                template=form.cleaned_data["template"],
                dated_on=form.cleaned_data["dated_on"],
                also_by=form.cleaned_data["also_by"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Planned. Someone else must approve it")
        return redirect("letters:batch", batch.ref)


class ShowBatch(Printed, ShowLetters):
    """Where a batch stands, who is left out, and three of its letters as they will read."""

    template_name = "letters/batch.jinja"

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the page; tell its script how far the letters are."""
        if wants_json(self.request):
            return as_json(presenter.progress(self.batch))
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.batch
        under_way = batch.state in (BatchState.MAKING, BatchState.STOPPED)
        examples = []
        if batch.state == BatchState.WAITING:
            shown = list(
                Letter.objects.visible_to(self.user)
                .filter(batch=batch)
                .select_related("version", "address", "person")
                .order_by("pk")[:3]
            )
            self._record("letters previewed", shown)
            examples = presenter.examples(batch, shown, timezone.localdate())
        return super().get_context_data(
            batch=batch,
            reference=show_reference(batch.ref),
            state=presenter.tag(batch),
            details=presenter.details(batch),
            left_out=presenter.left_out(batch.left_out),
            skipped=presenter.skipped(batch),
            also_left_out=presenter.also_left_out(batch.also_left_out),
            examples=examples,
            progress=presenter.progress(batch) if under_way else None,
            what_changed=batches.what_changed(batch) if batch.state in UNDER_WAY else "",
            take_out=self.to_take_out() if batch.state == BatchState.PRINTED else [],
            is_own=batch.planned_by_id == self.user.pk,
            may_withdraw=batch.state
            in (BatchState.WAITING, BatchState.STOPPED, BatchState.PRINTED),
            has_file=bool(batch.stored_id) and batch.state != BatchState.WITHDRAWN,
            back={"href": reverse("letters:batches"), "text": "Letters"},
            **kwargs,
        )

    def _record(self, verb: str, shown: list[Letter]) -> None:
        trail.record_many(
            verb,
            [one.person_id for one in shown],
            kind=batches.PERSON,
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            batch=self.batch.ref,
        )
        people = [one.person for one in shown]
        record_restricted(people, by=self.user, at=timezone.now(), page=verb)


class Letters(OfBatch, ShowLetters):
    """Everyone in a batch, each with their letter."""

    template_name = "letters/batch_letters.jinja"

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the page, and leave a line for those whom it names."""
        mine = Letter.objects.visible_to(self.user).filter(batch=self.batch)
        total = mine.count()
        listed = page_of(
            mine.select_related("person", "batch"),
            request=self.request,
            name=f"letters-{self.batch.ref}",
            sorts=(Sort("order", "Order", ("person__ref",)),),
            total=total,
            sentence=plural(total, "letter"),
        )
        shown: list[Letter] = list(listed.rows)
        trail.record(
            "letters of a batch seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.batch,
            letters=len(shown),
        )
        record_restricted(
            [one.person for one in shown], by=self.user, at=timezone.now(), page="letters"
        )
        listed.rows[:] = presenter.letter_rows(shown, timezone.localdate())
        return self.render_to_response(
            self.get_context_data(
                listed=listed,
                columns=LETTERS,
                caption_text="Letters of this batch",
                reference=show_reference(self.batch.ref),
                back=self.back,
            )
        )


class _Act(OfBatch):
    """A button of a batch: does one thing, then goes back to its page."""

    permission = Permission.PLAN_LETTERS
    http_method_names = ["post", "options"]
    said = ""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in its way is said on the page."""
        try:
            self.act()
        except CannotDo as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(self.request, self.said)
        return redirect(self.address)

    def act(self) -> None:
        raise NotImplementedError

    def make(self) -> None:
        """Give a worker the batch, once what it is to read is there for it."""
        transaction.on_commit(partial(tasks.make_batch.delay, batch_id=self.batch.pk))


class Approve(_Act):
    """Lets a second person approve a batch, which is then made."""

    permission = Permission.APPROVE_LETTERS
    said = "Approved. The letters are being made"

    def act(self) -> None:
        batches.approve(self.batch, by=self.user, at=timezone.now())
        self.make()


class Withdraw(_Act):
    """Gives a batch up before it is posted."""

    said = "Withdrawn. Nobody was written to"

    def act(self) -> None:
        batches.withdraw(self.batch, by=self.user, at=timezone.now())


class CarryOn(_Act):
    """Goes on with a batch that has stopped."""

    said = "Carrying on"

    def act(self) -> None:
        batches.carry_on(self.batch, by=self.user, at=timezone.now())
        self.make()
