"""The matrix of routes, and what waits to be passed on to other authorities (LDOR-03)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.dropouts import presenters
from caseload.dropouts.actions import passing, routes
from caseload.dropouts.errors import CannotPassOn, CannotRoute
from caseload.dropouts.forms import RouteForm, SentForm
from caseload.dropouts.models import PassingOn, PassingOnQuerySet, Route, RouteQuerySet
from caseload.dropouts.queries import to_pass_on
from caseload.intake.kinds.homes import HOME
from caseload.intake.views.sending import attachment
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.govuk.words import date_and_time, number, plural

ROUTES = {"href": "/dropouts/routes/", "text": "Routes"}
PASSING = {"href": "/dropouts/passing-on/", "text": "To pass on"}


class RoutesPage(RequiresPermission, TemplateResponseMixin, ContextMixin):
    """A page about the matrix of the authority."""

    permission = Permission.KEEP_ROUTES

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render_to_response(self.get_context_data(**kwargs))

    @property
    def lines(self) -> RouteQuerySet:
        """Every line of the authority's matrix."""
        mine = Route.objects.visible_to(self.user).of(self.authority)
        return mine.select_related("home", "unit", "made_by", "ended_by")


class Routes(RoutesPage):
    """The matrix: for each authority's residents, to whom and how."""

    template_name = "dropouts/routes.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        current = list(self.lines.current())
        drawn = {line.home.code for line in current}
        waiting = waiting_by_home(self.authority)
        unrouted = [
            {"home": home.title, "people": waiting[home.code][0]}
            for home in Authority.objects.filter(code__in=waiting.keys() - drawn)
            if not passing.goes_here(home, None)
        ]
        return self.show(
            lines=[presenters.route_row(line) for line in current],
            before=[
                presenters.route_row(line)
                for line in self.lines.exclude(ended_at=None).order_by("-ended_at")[:50]
            ],
            has_own=self.authority.code in drawn,
            decides=presenters.WHO_DECIDES[policy_of(self.authority).dropouts_matched_by],
            unrouted=unrouted,
            may_pass_on=self.may(Permission.SEND_ON),
            back={"href": "/dropouts/", "text": "Returns of drop-outs"},
        )


class DrawRoute(RoutesPage):
    """Draws a line, or changes one."""

    template_name = "dropouts/route.jinja"

    @cached_property
    def line(self) -> Route | None:
        """The line that the address names; none where one is added."""
        if "ref" not in self.kwargs:
            return None
        return get_object_or_404(self.lines.current(), ref=self.kwargs["ref"])

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        line = self.line
        initial: dict[str, Any] = {}
        if line is not None:
            initial = {
                name: getattr(line, name) for name in ("to", "name", "email", "way", "exchange")
            }
            initial |= {"unit": line.unit_id, "home": line.home.title}
        return self.ask(RouteForm(initial=initial))

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw it."""
        line = self.line
        given = self.request.POST.copy()
        if line is not None:
            given["home"] = line.home.code
        form = RouteForm(given)
        if form.is_valid():
            try:
                made = routes.draw(
                    authority=self.authority,
                    home=form.cleaned_data["home"],
                    by=self.user,
                    at=timezone.now(),
                    **form.line,
                )
            except CannotRoute as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(
                    self.request, f"Kept: residents of {made.home.title} go to {made.name}"
                )
                return redirect("dropouts:routes")
        return self.ask(form)

    def ask(self, form: RouteForm) -> HttpResponse:
        """The page."""
        line = self.line
        if line is not None:
            del form.fields["home"]
        return self.show(
            form=form,
            line=line,
            end=reverse("dropouts:route-end", args=[line.ref]) if line else "",
            back=ROUTES,
            cancel="/dropouts/routes/",
        )


class EndRoute(RoutesPage):
    """Takes a line out of the matrix."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it; the history keeps it."""
        line = get_object_or_404(self.lines, ref=self.kwargs["ref"])
        routes.end(route=line, by=self.user, at=timezone.now())
        messages.success(self.request, f"Residents of {line.home.title} have no route now")
        return redirect("dropouts:routes")


# -- passing on ------------------------------------------------------------------------------------


def waiting_by_home(authority: Authority) -> dict[str, tuple[int, Any]]:
    """By code of the home authority: how many people wait, and since when."""
    found = (
        to_pass_on(authority)
        .order_by()
        .values_list(f"read__{HOME}")
        .annotate(people=Count("pk"), since=Min("file__received_at"))
    )
    return {str(code): (people, since) for code, people, since in found if code}


class PassingPage(RequiresPermission, TemplateResponseMixin, ContextMixin):
    """A page about what goes to other authorities."""

    permission = Permission.SEND_ON

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render_to_response(self.get_context_data(**kwargs))

    @property
    def passed(self) -> PassingOnQuerySet:
        """What the authority passed on."""
        mine = PassingOn.objects.visible_to(self.user).filter(authority=self.authority)
        return mine.select_related("home", "made_by", "sent_by")


class ToPassOn(PassingPage):
    """What waits, by home authority, with the way that it goes; and what went."""

    template_name = "dropouts/passing.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        waiting = waiting_by_home(self.authority)
        homes = Authority.objects.filter(code__in=waiting).order_by("name")
        lines, no_files = [], passing.why_no_files(self.authority)
        for home in homes:
            people, since = waiting[home.code]
            route = passing.route_to(self.authority, home)
            by_exchange = route is not None and route.way == Route.Way.EXCHANGE
            lines.append(
                {
                    "home": home.title,
                    "people": number(people),
                    "since": date_and_time(since),
                    "told": passing.in_words(home, route) if route else "Nobody named yet",
                    "make": reverse("dropouts:pass-on", args=[home.code])
                    if by_exchange and not no_files
                    else "",
                    "why_not": no_files if by_exchange else "",
                }
            )
        return self.show(
            waiting=lines,
            passed=presenters.passed_rows(self.passed[:100]),
            outside=waiting_by_home_outside(self.authority),
            may_route=self.may(Permission.KEEP_ROUTES),
        )


def waiting_by_home_outside(authority: Authority) -> str:
    """How many people live outside England, whom no line of a matrix reaches."""
    people = to_pass_on(authority).filter(**{f"read__{HOME}": ""}).count()
    return plural(people, "person", "people") if people else ""


class MakeToPassOn(PassingPage):
    """Makes the encrypted workbook for one authority, and shows its passphrase once."""

    http_method_names = ["post", "options"]
    template_name = "dropouts/made.jinja"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make it."""
        home = get_object_or_404(Authority, code=self.kwargs["code"])
        try:
            made, phrase = passing.make_workbook(
                authority=self.authority, home=home, by=self.user, at=timezone.now()
            )
        except CannotPassOn as error:
            messages.warning(self.request, error.message)
            return redirect("dropouts:passing")
        response = self.show(
            made=made,
            people=plural(len(made.rows), "person", "people"),
            phrase=phrase,
            file=reverse("dropouts:passed-file", args=[made.ref]),
            sent=reverse("dropouts:passed", args=[made.ref]),
            back=PASSING,
        )
        response["Cache-Control"] = "no-store, private"
        return response


class OnePassed(PassingPage):
    """One workbook: take it, and say how it was sent."""

    template_name = "dropouts/passed.jinja"

    @cached_property
    def passing_on(self) -> PassingOn:
        """What the address names."""
        return get_object_or_404(self.passed, ref=self.kwargs["ref"], way=Route.Way.EXCHANGE)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        return self.ask(SentForm())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep how it was sent, and destroy it here."""
        form = SentForm(self.request.POST)
        if not form.is_valid():
            return self.ask(form)
        try:
            people = passing.say_sent(
                passing=self.passing_on,
                how=form.cleaned_data["how"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotPassOn as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(
                self.request,
                f"Kept that {plural(people, 'person', 'people')} went to "
                f"{self.passing_on.home.title}. The workbook is destroyed here.",
            )
        return redirect("dropouts:passing")

    def ask(self, form: SentForm) -> HttpResponse:
        """The page."""
        one = self.passing_on
        return self.show(
            form=form if one.sent_at is None and one.stored_id else None,
            one=presenters.passed_rows([one])[0],
            gone=one.sent_at is None and not one.stored_id,
            file=reverse("dropouts:passed-file", args=[one.ref]) if one.stored_id else "",
            back=PASSING,
        )


class PassedFile(OnePassed):
    """The encrypted workbook itself."""

    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it; recorded."""
        try:
            content = passing.workbook_of(passing=self.passing_on, by=self.user, at=timezone.now())
        except CannotPassOn as error:
            messages.warning(self.request, error.message)
            return redirect("dropouts:passing")
        return attachment(content, f"{show_reference(self.passing_on.ref)}.xlsx")
