"""Months of drop-outs: what is due and sent, the template, nothing to report, receipts."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from caseload.dropouts import presenters, template
from caseload.dropouts.actions import sending
from caseload.dropouts.actions.passing import goes_here, route_to
from caseload.dropouts.errors import CannotTell
from caseload.dropouts.forms import NilForm, new_key
from caseload.dropouts.models import Notification
from caseload.dropouts.presenters import address
from caseload.dropouts.queries import (
    books_to_mend,
    came_of,
    homes_of,
    months_of,
    months_shown,
)
from caseload.dropouts.rules import may_tell_of
from caseload.dropouts.views.base import DropoutsPage, MonthPage
from caseload.intake.views.sending import attachment
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.periods import Period
from ccis.calendar.words import local_date
from ccis.govuk.words import plural

HOME = {"href": "/portal/dropouts/", "text": "Drop-outs"}


class Months(DropoutsPage):
    """The months that are due and sent, and the three ways to tell."""

    template_name = "dropouts/months.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        months = months_shown(self.source, today=timezone.localdate())
        return self.show(
            months=presenters.month_rows(months, takes_files=self.takes_files),
            takes_one=self.takes_one,
            takes_files=self.takes_files,
        )


class OneMonth(MonthPage):
    """What was sent of one month, and what can be."""

    template_name = "dropouts/month.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        today = timezone.localdate()
        shown = next(
            (one for one in months_shown(self.source, today=today) if one.told.month == self.month),
            None,
        )
        sent = list(self.told.filter(month=self.month.start))
        if shown is None and not sent:
            raise Http404
        rows = presenters.month_rows([shown], takes_files=self.takes_files) if shown else []
        return self.show(
            sent=presenters.sent_rows(sent, shown.book if shown else None),
            one=rows[0] if rows else None,
            takes_one=self.takes_one,
            back=HOME,
        )


class Template(DropoutsPage):
    """The return as a workbook, column for column that of the document."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it, with the organisation filled in."""
        trail.record(
            "template downloaded",
            by=self.user,
            at=self.now,
            authority=self.authority,
            template="ldor",
        )
        return attachment(template.workbook(sending.sender_of(self.seat)), "ldor-return.xlsx")


class Nil(MonthPage):
    """One sentence and one button: nothing to report."""

    template_name = "dropouts/nil.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; where something was sent or said already, say so."""
        return self.ask()

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say it, once."""
        form = NilForm(self.request.POST)
        form.is_valid()
        key, seen = (form.cleaned_data.get(name) for name in ("key", "seen"))
        try:
            made = sending.say_nothing(
                seat=self.seat, month=self.month, key=key or new_key(), seen=seen or "", at=self.now
            )
        except CannotTell as error:
            return self.ask(error.message)
        return redirect("dropouts:receipt", made.ref)

    def ask(self, why_not: str = "") -> HttpResponse:
        """The page."""
        today = local_date(self.now)
        if not may_tell_of(self.month, today=today):
            raise Http404
        said = self.told.filter(month=self.month.start, how=Notification.How.NIL).first()
        if said is not None:
            return redirect("dropouts:receipt", said.ref)
        told, why_wait = None, ""
        if self.source is not None:
            why_wait = sending.why_wait(self.source, self.month)
            (told,) = months_of(self.source, [self.month], today=today, as_told=True)
        people = told.joiners + told.leavers + told.at_risk if told else 0
        draft = self.told.filter(month=self.month.start, file__state="with-sender").first()
        return self.show(
            form=NilForm(initial={"key": new_key(), "seen": draft.ref if draft else ""}),
            sent=told is not None and told.sent_at is not None,
            people=plural(people, "person", "people") if people else "",
            draft=draft,
            why_not=why_not or why_wait,
            must_wait=bool(why_wait),
            back=HOME,
        )


class Receipt(DropoutsPage):
    """The last page of a sending: where it went, and the receipt to keep."""

    template_name = "dropouts/receipt.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; another organisation's receipt is not found."""
        one = get_object_or_404(self.told, ref=self.kwargs["ref"])
        shows = bool(self.policy.dropouts_outcome_shown)
        file = one.file
        to_mend = books_to_mend(one.source).get(one.month) == one
        return self.show(
            receipt=presenters.receipt(one, came_of(file) if file and shows else None),
            is_nil=one.how == Notification.How.NIL,
            is_sent=one.sent_at is not None,
            where=self.where(one),
            month=one.month,
            mend=presenters.to_mend(one) if to_mend else "",
            errors=address("errors", Period.of(one.month)),
            another=reverse("dropouts:new")
            if one.how == Notification.How.ONE and self.takes_one
            else "",
            back=HOME,
        )

    def where(self, one: Notification) -> list[str]:
        """To whom it went, by where its people live."""
        if one.file is None or one.sent_at is None:
            return []
        homes = homes_of(one.file)
        councils = {home.code: home for home in Authority.objects.filter(code__in=homes)}
        routes = {self.authority.code: route_to(self.authority, self.authority)}
        taken = {
            code: policy_of(home, at=one.sent_at).dropouts_reasons
            for code, home in councils.items()
            if goes_here(home, route_to(self.authority, home))
        }
        return presenters.where_it_went(homes, councils, routes, self.authority, taken)
