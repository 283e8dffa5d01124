"""Sharing now, the ledger, one disclosure, and recalling it (pages §2.5)."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from caseload.queries.summaries import person_header
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import plural
from providers.portal import presenters as access
from sharing.actions import life
from sharing.emergency import presenters as emergencies
from sharing.errors import CannotShare
from sharing.forms import STATES, LedgerFilters, RecallForm, StateFilter
from sharing.incidents import presenters as incidents
from sharing.models import Disclosure, ListState, SharedList
from sharing.outcomes.presenters import what_was_said
from sharing.presenters import disclosures as presenter
from sharing.queries import ledger as queries
from sharing.views.base import SharingPage, ShowSharing

LINES = (
    Column("Young person"),
    Column("Organisation"),
    Column("What they were given"),
    Column("From"),
    Column("Until"),
    Column("State"),
)
NEWEST = (Sort("newest", "Newest", ("-released_at",)),)
ENDS_FIRST = (Sort("ends", "Until", ("ends_at",)), *NEWEST)


class Lines(ShowSharing):
    """A list of disclosures with filters."""

    page = ""
    sorts: tuple[Sort, ...] = NEWEST
    has_filters = True

    def filters(self) -> StateFilter:
        """The filters of this list."""
        return StateFilter(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, filters = timezone.now(), self.filters()
        found = filters.narrow(queries.ledger(self.authority, self.user), at)
        total = found.count()
        listed = page_of(
            queries.with_names(found),
            request=self.request,
            name=self.page,
            sorts=self.sorts,
            key="ref",
            filters=filters if self.has_filters else None,
            total=total,
            sentence=plural(total, "disclosure"),
        )
        shown: list[Disclosure] = list(listed.rows)
        names = self.names(list({one.person for one in shown}), page=self.page)
        listed.rows[:] = [presenter.row(one, names[one.person_id], at) for one in shown]
        counted = queries.counts(self.authority, self.user, at=at)
        return super().get_context_data(
            listed=listed,
            columns=LINES,
            counts=counted,
            nothing_yet=not counted.all,
            **kwargs,
        )


class Now(Lines):
    """What is live, what ends soon, what waits: each number leads to its rows."""

    page = "sharing"
    sorts = ENDS_FIRST
    has_filters = False  # its numbers lead to their rows
    template_name = "sharing/now.jinja"

    def filters(self) -> StateFilter:
        """Live ones, where nothing else was asked for."""
        query = self.request.GET.copy()
        query.setdefault("show", "live")
        return StateFilter(query)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        mine = queries.ledger(self.authority, self.user)
        soon = StateFilter(self._query("soon")).narrow(mine, at).count()
        late = StateFilter(self._query("late")).narrow(mine, at).count()
        waiting = SharedList.objects.filter(
            authority=self.authority, state=ListState.DRAFTED
        ).count()
        context = super().get_context_data(caption_text="What is shared", **kwargs)
        counted = context["counts"]
        show = self.filters().chosen.get("show")
        return context | {
            "shown": STATES[show] if show else "All that was ever shared",
            "cards": [
                {"number": counted.live, "text": "Live now", "href": "?show=live"},
                {"number": soon, "text": "Ending within 7 days", "href": "?show=soon"},
                {
                    "number": waiting,
                    "text": "Lists waiting for release",
                    "href": reverse("sharing:lists"),
                },
                {"number": late, "text": "Updates late", "href": "?show=late"},
                {
                    "number": counted.waiting,
                    "text": "Destruction not confirmed",
                    "href": "?show=waiting",
                },
                *self._of_governance(at),
            ],
            "nothing_yet": False,
        }

    def _of_governance(self, at: datetime) -> list[dict[str, Any]]:
        """What waits for governance: incidents whose clock runs, what is to be looked at again."""
        cards: list[dict[str, Any]] = []
        if self.may(Permission.KEEP_INCIDENTS):
            cards += incidents.on_sharing(self.authority, at)
            cards += emergencies.on_sharing(self.authority)
        if self.may(Permission.MANAGE_SEATS):
            cards += access.on_sharing(self.authority, at)
        return cards

    def _query(self, show: str) -> Any:
        query = self.request.GET.copy()
        query["show"] = show
        return query


class Ledger(Lines):
    """Every disclosure that ever was."""

    permission = Permission.SEE_LEDGER
    place = "sharing:ledger"
    page = "ledger"
    template_name = "sharing/ledger.jinja"

    def filters(self) -> LedgerFilters:
        """By person, organisation, column, time and state."""
        return LedgerFilters(self.request.GET, recipients=queries.recipients(self.authority))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        export = f"{reverse('sharing:export')}?{self.request.GET.urlencode()}"
        return super().get_context_data(caption_text="Every disclosure", export=export, **kwargs)


class OfDisclosure(SharingPage):
    """A page of one disclosure of the authority, about someone whom the user may see."""

    @cached_property
    def disclosure(self) -> Disclosure:
        """The disclosure; not found when it is not theirs to see."""
        mine = queries.with_names(queries.ledger(self.authority, self.user))
        return get_object_or_404(mine, ref=self.kwargs["ref"])

    @property
    def person(self) -> dict[str, str]:
        """Whom it is about, and where who has had their data is told."""
        person, now = self.disclosure.person, timezone.now()
        trail.record(
            "person seen",
            by=self.user,
            at=now,
            authority=self.authority,
            subject=person,
            page="disclosure",
        )
        return {
            "name": person_header(person, timezone.localdate(now)).sorted_name,
            "href": reverse("sharing:person", args=[person.ref]),
        }

    @property
    def address(self) -> str:
        """The disclosure's own page."""
        return reverse("sharing:disclosure", args=[self.disclosure.ref])


class ShowDisclosure(OfDisclosure, ShowSharing):
    """All that is on record of one disclosure."""

    template_name = "sharing/disclosure.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, at = self.disclosure, timezone.now()
        return super().get_context_data(
            person=self.person,
            reference=show_reference(one.ref),
            tags=presenter.tags(one, at),
            clock=presenter.clock(one, at),
            details=presenter.details(one, queries.notices_of([one]), at),
            said=what_was_said(one),
            recall=reverse("sharing:recall", args=[one.ref]),
            is_live=one.ends_at > at,
            certificates=[
                {
                    "text": f"Certificate of destruction {show_reference(ref)}",
                    "href": reverse("destruction:certificate", args=[ref]),
                }
                for ref in one.confirmations.values_list("ref", flat=True)
            ]
            if self.may(Permission.SEE_LEDGER)
            else [],
            back={"href": reverse("sharing:now"), "text": "Sharing now"},
            **kwargs,
        )


class Recall(OfDisclosure, ShowSharing):
    """Asks why, says what will happen, and takes someone off a list on the second press."""

    permission = Permission.RECALL_SHARED
    template_name = "sharing/recall.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question; one that is over leads to its page, which says so."""
        if self.disclosure.ends_at <= timezone.now():
            return redirect(self.address)
        return self.ask(RecallForm())

    def ask(self, form: RecallForm, **kwargs: Any) -> HttpResponse:
        """Draw the question."""
        return self.render_to_response(
            self.get_context_data(
                form=form,
                person=self.person,
                organisation=self.disclosure.provider.name,
                back={"href": self.address, "text": "Disclosure"},
                cancel=self.address,
                **kwargs,
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the answer, show what it does, do it."""
        form = RecallForm(request.POST)
        if not form.is_valid() or "change" in request.POST:
            return self.ask(form)
        why = form.cleaned_data["why"]
        if "confirmed" not in request.POST:
            self.template_name = "sharing/recall_check.jinja"
            return self.ask(
                form,
                why=why,
                answers=summary([summary_row("Why", why)]),
                effects=presenter.told_of_a_recall(self.disclosure),
            )
        try:
            life.recall(self.disclosure, why=why, by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, "Taken off the list. The organisation can no longer see them")
        return redirect(self.address)
