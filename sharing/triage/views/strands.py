"""Strands: written as rows of words, tried against the caseload, put in use (pages §2.5)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.policies import actions as policies
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.govuk.words import number, short_date
from providers.models import Provider
from sharing.agreements.models import Agreement
from sharing.errors import CannotShare
from sharing.triage import actions, presenters
from sharing.triage.forms import RowForm, StrandForm, UseForm
from sharing.triage.models import Strand, StrandVersion
from sharing.triage.queries import counts, in_use
from sharing.triage.rules import gives_away
from sharing.views.base import SharingPage, ShowSharing


class Strands(ShowSharing):
    """Every strand of the authority, and where each stands."""

    permission = Permission.WRITE_STRANDS
    place = "triage:strands"
    template_name = "triage/strands.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        used = {one.strand_id: one for one in in_use(self.authority)}
        newest: dict[int, StrandVersion] = {}
        mine = Strand.objects.visible_to(self.user).filter(authority=self.authority)
        versions = StrandVersion.objects.filter(strand__in=mine).order_by(
            "strand__provider__name", "strand__name", "strand", "number"
        )
        for version in versions.select_related("strand__provider"):
            newest[version.strand_id] = version
        return super().get_context_data(
            strands=[
                {
                    "name": one.strand.name,
                    "href": reverse("triage:strand", args=[one.strand.ref]),
                    "organisation": one.strand.provider.name,
                    "purpose": one.strand.get_purpose_display(),
                    "tag": presenters.state(one, used.get(one.strand_id)),
                }
                for one in newest.values()
            ],
            **kwargs,
        )


class NewStrand(SharingPage, FormView[StrandForm]):
    """Asks whom a new strand is for."""

    permission = Permission.WRITE_STRANDS
    place = "triage:strands"
    form_class = StrandForm
    template_name = "triage/new.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        agreed = Agreement.objects.filter(authority=self.authority, kind=Agreement.Kind.PROVIDER)
        providers = Provider.objects.filter(pk__in=agreed.values("provider")).order_by("name")
        return {**super().get_form_kwargs(), "providers": {one.ref: one for one in providers}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("triage:strands")
        back = {"href": address, "text": "Strands"}
        return super().get_context_data(back=back, cancel=address, **kwargs)

    def form_valid(self, form: StrandForm) -> HttpResponse:
        strand = actions.begin(
            authority=self.authority,
            provider=form.chosen,
            purpose=form.cleaned_data["purpose"],
            name=form.cleaned_data["name"],
            by=self.user,
            at=timezone.now(),
        )
        return redirect("triage:strand", strand.ref)


class OfStrand(SharingPage):
    """A page of one strand of the authority."""

    permission = Permission.WRITE_STRANDS
    place = "triage:strands"

    @cached_property
    def strand(self) -> Strand:
        """The strand; not found when it is another authority's."""
        mine = Strand.objects.visible_to(self.user).filter(authority=self.authority)
        named = mine.select_related("provider", "authority")
        return get_object_or_404(named, ref=self.kwargs["strand"])

    @cached_property
    def newest(self) -> StrandVersion:
        """Its newest version."""
        return self.strand.versions.select_related("strand__provider").order_by("-number")[0]

    @property
    def address(self) -> str:
        """Its own page."""
        return reverse("triage:strand", args=[self.strand.ref])

    @property
    def around(self) -> dict[str, Any]:
        """What pages that ask something about it want."""
        return {"back": {"href": self.address, "text": "Strand"}, "cancel": self.address}


class ShowStrand(OfStrand, ShowSharing):
    """Its criteria as rows of words; ``?try=yes`` counts the caseload by them."""

    template_name = "triage/strand.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.newest
        used = next((o for o in in_use(self.authority) if o.strand_id == self.strand.pk), None)
        words = presenters.all_words(self.authority)
        tried = self._tried() if "try" in self.request.GET else None
        return super().get_context_data(
            strand=self.strand,
            purpose=self.strand.get_purpose_display(),
            number=version.number,
            state=presenters.state(version, used),
            is_used=used is not None and used.number == version.number,
            may_stop=used is not None,
            tells=gives_away(version.rows),
            note=version.note,
            places_words=presenters.places_in_words(version.places),
            criteria=[
                {
                    "place": place,
                    "words": presenters.row_in_words(row, words),
                    "right": presenters.by_right(row),
                    "count": number(tried[2][place - 1]) if tried else "",
                }
                for place, row in enumerate(version.rows, start=1)
            ],
            tried={"all": number(tried[0]), "meet": number(tried[1])} if tried else None,
            versions=[
                [
                    f"Version {one.number}",
                    "; ".join(presenters.row_in_words(row, words) for row in one.rows) or "No rows",
                    f"{short_date(one.made_at)}, {one.made_by.name}",
                    f"{short_date(one.used_at)}, {one.used_by.name}" if one.used_by else "",
                ]
                for one in self.strand.versions.select_related("made_by", "used_by")
            ],
            back={"href": reverse("triage:strands"), "text": "Strands"},
            **kwargs,
        )

    def _tried(self) -> tuple[int, int, list[int]]:
        now = timezone.now()
        trail.record(
            "strand tried",
            by=self.user,
            at=now,
            authority=self.authority,
            subject=self.newest,
            strand=self.strand.ref,
        )
        on = timezone.localdate(now)
        return counts(self.newest, user=self.user, authority=self.authority, on=on)


class AddRow(OfStrand, FormView[RowForm]):
    """Asks for one row of criteria."""

    form_class = RowForm
    template_name = "triage/row.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        authority = self.strand.authority
        documents = policies.choices(authority, on=timezone.localdate())
        return {**super().get_form_kwargs(), "authority": authority, "documents": documents}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.around, **kwargs)

    def form_valid(self, form: RowForm) -> HttpResponse:
        try:
            actions.add_row(self.strand, form.row, by=self.user, at=timezone.now())
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        return redirect(self.address)


class RemoveRow(OfStrand):
    """Takes a row out, in a new version."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remove it; what stands in the way is said on the strand's page."""
        strand, place = self.strand, request.POST.get("place", "")
        if not place.isdecimal():
            raise Http404
        try:
            actions.remove_row(strand, int(place), by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(request, error.message)
        return redirect(self.address)


class Use(OfStrand, FormView[UseForm]):
    """Puts the newest version in use; asks why, where being on the list tells something."""

    form_class = UseForm
    template_name = "triage/use.jinja"

    @property
    def tells(self) -> bool:
        """Whether being on a list by it gives something away."""
        return gives_away(self.newest.rows)

    def get_initial(self) -> dict[str, Any]:
        newest = self.newest
        return {"places": newest.places, "note": newest.note, "number": newest.number}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "tells": self.tells}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            strand=self.strand, tells=self.tells, **self.around, **kwargs
        )

    def form_valid(self, form: UseForm) -> HttpResponse:
        given = form.cleaned_data
        try:
            seen = int(given["number"]) if given["number"].isdecimal() else 0
            actions.use(
                self.strand,
                places=given["places"],
                note=given.get("note", ""),
                number=seen,
                by=self.user,
                at=timezone.now(),
            )
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "In use from now on")
        return redirect(self.address)


class Stop(OfStrand):
    """Matches nobody by it any more."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Stop it."""
        actions.stop(self.strand, by=self.user, at=timezone.now())
        messages.success(self.request, "Stopped. It matches nobody until it is put in use again")
        return redirect(self.address)
