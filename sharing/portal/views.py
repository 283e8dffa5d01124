"""The list of an organisation, one person on it, and tries (pages §2.6, §4.10).

Who is shown, and whom a form may be about, is read by the portal's own login. What may not be read
is not found, whatever the reason: taken off the list, another's, or never there.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.models import YoungPerson
from caseload.queries.looks import SEEN
from ccis.access.references import read_reference, show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.calendar.words import local_date
from ccis.govuk.words import plural
from providers.portal.views import PortalView
from sharing.actions import life
from sharing.actions.portal import note_opening
from sharing.errors import CannotShare
from sharing.models import Disclosure, SharedList
from sharing.outcomes.actions.attempts import log_attempt, undo_attempt
from sharing.outcomes.models import Attempt
from sharing.outcomes.rules import HOWS, RESULTS
from sharing.portal import presenters, session
from sharing.portal.forms import TriedForm
from sharing.portal.queries import Clock, clocks_of, to_destroy
from sharing.portal.reading import Row, reading, row_named, rows_on, with_what_was_said
from sharing.queries.opening import lists_of
from sharing.template import OUTCOMES

LAST_HOW = "portal-how"
"""Key of the session: how somebody was tried last, which the next try is taken to be."""
USUAL_HOW = "phone"
AT_ONCE = 50
"""How many are shown on a page."""


class ListPage(PortalView, TemplateResponseMixin, ContextMixin):
    """A page about people on the lists of the seat, read with the session's token."""

    permission = Permission.WORK_LIST

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, in a session of the portal."""
        return self._no_session(request.get_full_path()) or self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was asked, in a session of the portal."""
        return self._no_session(reverse("mylist:list")) or self.act()

    def show(self) -> HttpResponse:
        """Answer a look."""
        raise Http404

    def act(self) -> HttpResponse:
        """Answer a form."""
        raise Http404

    @cached_property
    def at(self) -> Any:
        """The moment of this request."""
        return timezone.now()

    @cached_property
    def token(self) -> str:
        """What is said to the database."""
        return session.token_of(self.request.session, at=self.at) or ""

    @cached_property
    def lists(self) -> dict[int, SharedList]:
        """The lists of this seat, by id: a second lock beside the database's own."""
        return {one.pk: one for one in lists_of(self.seat)}

    def _no_session(self, then: str) -> HttpResponse | None:
        """Begin a session where there is none, and come back once it is there to be read with."""
        if self.token:
            return None
        session.begin(self.request.session, user=self.user, at=self.at)
        return redirect(then)

    def clocks(self, rows: Sequence[Row]) -> dict[int, Clock]:
        """The clock of each row. The first look at somebody starts that of their list (LC-18).

        They are told by what is written here, which the other connection sees once it is committed.
        Who asks for the head of a page alone sees nobody.
        """
        asked = [row.disclosure for row in rows]
        found = clocks_of(asked)
        if self.request.method != "GET":
            return found
        note_opening({one.on_list for one in found.values()}, user=self.user, at=self.at)
        waiting = {one.on_list for one in found.values() if one.received_at is None}
        if not waiting:
            return found
        for pk in sorted(waiting):
            life.receive(self.lists[pk], by=self.user, at=self.at)
        return clocks_of(asked)

    def seen(self, clock: Clock, *, page: str) -> None:
        """Note who looked at whom."""
        trail.record_many(
            SEEN,
            [clock.person],
            kind=YoungPerson._meta.label_lower,
            by=self.user,
            at=self.at,
            authority=self.authority,
            page=page,
        )


class MyList(ListPage):
    """Everyone on the lists of the seat, what ends first in front."""

    template_name = "mylist/list.jinja"
    http_method_names = ["get", "head", "options"]

    def show(self) -> HttpResponse:
        lists = self.lists
        with reading(self.token) as alias:
            everyone = rows_on(alias, lists)
            first = self._first(everyone)
            rows = with_what_was_said(alias, everyone[first : first + AT_ONCE])
        clocks = self.clocks(rows)
        if any(clocks[row.disclosure].ends_at != row.ends_at for row in rows):  # it just started
            clocks = clocks_of([row.disclosure for row in everyone])
        pressed = read_reference(self.request.GET.get("show", "")) or ""
        self._note(rows, clocks, pressed)
        soon = presenters.end_this_week(everyone, clocks, self.at)
        return self.render_to_response(
            self.get_context_data(
                people=plural(len(everyone), "person", "people"),
                soon=f"{soon} end{'s' if soon == 1 else ''} this week" if soon else "",
                groups=presenters.groups(
                    rows,
                    self.lists,
                    clocks,
                    self.at,
                    user=self.user.pk,
                    shown=pressed,
                ),
                destroy=plural(found, "person", "people") if (found := self.to_destroy) else "",
                how=self.request.session.get(LAST_HOW, USUAL_HOW),
                hows=HOWS,
                results=presenters.SHORT_RESULTS,
                outcomes=list(OUTCOMES.values()),
                before=self._page(everyone, first - AT_ONCE),
                after=self._page(everyone, first + AT_ONCE),
                may_have_files=self.may(Permission.OPEN_SECURE_FILES),
            )
        )

    @cached_property
    def to_destroy(self) -> int:
        """How many were taken off whose destruction is not confirmed."""
        return to_destroy(self.lists, self.at)

    def _first(self, everyone: list[Row]) -> int:
        """The first place on the page of whom the address names."""
        asked = self.request.GET
        ref = read_reference(asked.get("show") or asked.get("at", ""))
        place = next((place for place, row in enumerate(everyone) if row.ref == ref), 0)
        return place - place % AT_ONCE

    def _page(self, everyone: list[Row], place: int) -> str:
        return presenters.on_list(everyone[place].ref) if 0 <= place < len(everyone) else ""

    def _note(self, rows: list[Row], clocks: dict[int, Clock], pressed: str) -> None:
        trail.record(
            "shared list seen",
            by=self.user,
            at=self.at,
            authority=self.authority,
            lists=sorted({self.lists[row.on_list].ref for row in rows}),
            people=len(rows),
        )
        for row in rows:
            if row.ref == pressed:
                self.seen(clocks[row.disclosure], page="shared-contact")


class OnePerson(ListPage):
    """A page about one person on the lists of the seat."""

    clock: Clock
    """How long they have been and will be there, where their own page is drawn."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, or say that they are not on the list."""
        if answer := self._no_session(request.get_full_path()):
            return answer
        if self.row is None:
            return self.gone()
        self.clock = self.clocks([self.row])[self.row.disclosure]
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was asked, or say that they are not on the list."""
        if answer := self._no_session(reverse("mylist:list")):
            return answer
        return self.gone() if self.row is None else self.act()

    @cached_property
    def row(self) -> Row | None:
        """Whom the address names, as the portal's login reads them."""
        lists = self.lists
        with reading(self.token) as alias:
            return row_named(alias, lists, self.kwargs["row"])

    @property
    def one(self) -> Row:
        """The same where they are on the list."""
        if self.row is None:
            raise Http404
        return self.row

    @cached_property
    def disclosure(self) -> Disclosure:
        """What is written about, once it was found that it may be read."""
        return Disclosure.objects.select_related("authority", "person").get(pk=self.one.disclosure)

    @property
    def address(self) -> str:
        """Their own page."""
        return reverse("mylist:person", args=[self.one.ref])

    def gone(self) -> HttpResponse:
        """The same for what ended, what is another's and what never was."""
        return self.response_class(
            request=self.request,
            template="mylist/gone.jinja",
            context=self.get_context_data(),
            status=404,
            using=self.template_engine,
        )

    @property
    def received_on(self) -> date:
        """The day on which they came to the organisation."""
        return local_date(self.clock.received_at or self.at)

    def draw(self, form: TriedForm) -> HttpResponse:
        """Their own page; where a try was not told well, with what was typed."""
        one = self.one
        last_how = self.request.session.get(LAST_HOW, USUAL_HOW)
        return self.response_class(
            request=self.request,
            template="mylist/person.jinja",
            context=self.get_context_data(
                **self.back_to("My list", presenters.on_list(one.ref)),
                form=form,
                ref=one.ref,
                reference=show_reference(one.ref),
                name=one.name,
                checked=presenters.CHECKED if not one.called else "",
                purpose=presenters.purpose_in_words(self.lists[one.on_list].purpose),
                details=presenters.details(one),
                clock=presenters.clock(self.clock, self.at),
                update=presenters.update(presenters.due_on(one, self.clock), self.at),
                tries=presenters.tries(one, self.at, user=self.user.pk),
                tried=presenters.tried(one),
                said=presenters.said(one.answer) if one.answer else [],
                attempts=reverse("mylist:attempts", args=[one.ref]),
                outcome=reverse("mylist:outcome", args=[one.ref]),
                how=form.data.get("how", last_how),
                hows=HOWS,
                results=presenters.SHORT_RESULTS,
            ),
            using=self.template_engine,
        )

    def back_to(self, text: str, href: str) -> dict[str, Any]:
        """Where the back link leads."""
        return {"back": {"text": text, "href": href}, "cancel": href}


class Person(OnePerson):
    """One person: the agreed columns, days left, tries, the last answer."""

    http_method_names = ["get", "head", "options"]

    def show(self) -> HttpResponse:
        self.seen(self.clock, page="shared-row")
        return self.draw(TriedForm(since=self.received_on))


class Trying(OnePerson):
    """Something about tries that is only posted."""

    http_method_names = ["post", "options"]

    def told(self, words: str) -> None:
        """Say what was done, on their own page; on the list their row says it, and stays in sight:
        a banner would take the focus to the top.
        """
        if self.request.POST.get("on") == "person":
            messages.success(self.request, words)

    def then(self) -> HttpResponse:
        """Back to where the press was made, at the same person."""
        if self.request.POST.get("on") == "person":
            return redirect(self.address)
        return redirect(presenters.on_list(self.one.ref))


class LogAttempt(Trying):
    """Logs that somebody was tried: how, and what came of it; on their own page, when (LC-18)."""

    def act(self) -> HttpResponse:
        how, result = (self.request.POST.get(name, "") for name in ("how", "result"))
        if result not in RESULTS:
            messages.warning(self.request, "Select what came of it")
            return self.then()
        day = None
        if self.request.POST.get("on") == "person":
            self.clock = self.clocks([self.one])[self.one.disclosure]
            form = TriedForm(self.request.POST, since=self.received_on)
            if not form.is_valid():
                return self.draw(form)
            day = form.cleaned_data["tried_on"]
        try:
            log_attempt(
                self.disclosure, how=how, result=result, by=self.user, at=self.at, tried_on=day
            )
        except CannotShare as error:
            messages.warning(self.request, error.message)
        else:
            if self.request.session.get(LAST_HOW) != how:
                self.request.session[LAST_HOW] = how
            self.told(presenters.noted(how, result))
        return self.then()


class UndoAttempt(Trying):
    """Takes back a try that was logged by mistake."""

    def act(self) -> HttpResponse:
        named = Attempt.objects.filter(
            ref=self.kwargs["attempt"], disclosure=self.one.disclosure, by=self.user
        ).first()
        if named is None:
            return self.gone()
        try:
            undo_attempt(named, by=self.user, at=self.at)
        except CannotShare as error:
            messages.warning(self.request, error.message)
        else:
            self.told("Taken back")
        return self.then()
