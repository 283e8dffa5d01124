"""Letters that are printed: their file, and when they went out (LC-02, USE-07)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from caseload.models import YoungPerson
from caseload.seen import record_restricted
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.govuk.words import plural
from optout.errors import CannotDo
from optout.letters.actions import batches, making
from optout.letters.forms import DownloadForm, PostedForm
from optout.letters.models import BatchState
from optout.letters.presenters import batches as presenter
from optout.letters.views.base import OfBatch

PDF = "application/pdf"


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to be kept; no browser stores it."""
    response = HttpResponse(content, content_type=PDF)
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


class Printed(OfBatch):
    """A page that may name letters to be taken out before the others are posted."""

    def to_take_out(self) -> list[list[str]]:
        """Their rows, each with its young person where the reader may open the record."""
        on = timezone.localdate()
        out = batches.to_take_out(self.batch, on=on)
        open_ones = YoungPerson.objects.open_to(self.user).filter(
            pk__in=[one.letter.person_id for one in out]
        )
        may_name = set(open_ones.values_list("pk", flat=True))
        named = [one.letter.person for one in out if one.letter.person_id in may_name]
        record_restricted(named, by=self.user, at=timezone.now(), page="letters to take out")
        return presenter.taken_out(out, may_name, on)


class Download(OfBatch, FormView[DownloadForm]):
    """Gives all letters as one PDF to someone who says why, which the trail records (USE-07)."""

    permission = Permission.PLAN_LETTERS
    form_class = DownloadForm
    template_name = "letters/download.jinja"

    def get_initial(self) -> dict[str, Any]:
        if not self.batch.stored_id:
            raise Http404
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            reference=show_reference(self.batch.ref),
            closed=making.may_open_file(self.batch, self.user),
            back=self.back,
            cancel=self.address,
            **kwargs,
        )

    def form_valid(self, form: DownloadForm) -> HttpResponse:
        try:
            content = making.download(
                self.batch,
                by=self.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        return pdf(content, f"letters-{self.batch.ref}")


class Posted(Printed, FormView[PostedForm]):
    """Asks when the letters went out; from then on each has its notice."""

    permission = Permission.PLAN_LETTERS
    form_class = PostedForm
    template_name = "letters/posted.jinja"

    @cached_property
    def take_out(self) -> list[list[str]]:
        """Printed letters that may not be sent any more."""
        return self.to_take_out() if self.batch.state == BatchState.PRINTED else []

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"asks_taken_out": bool(self.take_out)}

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = self.batch.letters.filter(skipped="").count()
        return super().get_context_data(
            letters=plural(count, "letter"),
            take_out=self.take_out,
            reference=show_reference(self.batch.ref),
            back=self.back,
            cancel=self.address,
            **kwargs,
        )

    def form_valid(self, form: PostedForm) -> HttpResponse:
        try:
            count = batches.mark_posted(
                self.batch,
                on=form.cleaned_data["on"],
                by=self.user,
                at=timezone.now(),
                taken_out=form.stayed_here,
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, f"{plural(count, 'letter')} recorded as posted")
        return redirect(self.address)
