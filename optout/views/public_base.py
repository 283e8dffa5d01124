"""What every page for young people stands on: no account, no trace, in their language."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from ccis.authorities.models import Authority
from optout import languages, visits
from optout.languages import ENGLISH, Language
from optout.presenters.english import mark_english
from optout.queries import Announced, announced_to
from optout.visits import Visit
from providers.models import Provider

LANGUAGE_COOKIE = "choices-language"

RIGHT_TO_LEFT = {code.split("-")[0] for code in settings.LANGUAGES_BIDI}


def language_kept_by(request: HttpRequest) -> str:
    """The language that a reader chose, if it has words; else English."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in languages.known() else ENGLISH


def language_words(language: str) -> dict[str, Any]:
    """What a page says of the language that it is in: its code, and which way it runs."""
    runs = "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    return {"htmlLang": language, "bodyAttributes": {"dir": runs}, "runs": runs}


@method_decorator(login_not_required, name="dispatch")
class PublicPage(TemplateResponseMixin, ContextMixin, View):
    """A page that anyone may open. Nothing of it is kept by a browser or on the way.

    ``visit`` is what was answered so far. ``needs`` names what must have been answered before:
    ``start`` (a code, or who they are) or ``want``. Without it, back to where it is asked.
    """

    needs = ""
    visit: Visit | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.visit = visits.visit_of(request)
        self.language = self.language_of(request)
        with translation.override(self.language):
            response = self._missing() or super().dispatch(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
                response.content = mark_english(response.content.decode(), self.language)
        response["Cache-Control"] = "no-store, private"
        if self.visit is not None:
            self.visit.keep()
            visits.carry(response, self.visit)
        return response

    def _missing(self) -> HttpResponse | None:
        if not self.needs:
            return None
        visit = self.visit
        if self.needs == "want" and visit is not None and visit.sent and not visit.want:
            return redirect("optout:done")
        if visit is None or not (visit.person or visit.who.get("given")):
            return redirect("optout:start")
        if visit.person is None and "date_of_birth" not in visit.who:
            return redirect("optout:born")
        if visit.person is None and "postcode" not in visit.who:
            return redirect("optout:postcode")
        if visit.council() is None:
            return redirect("optout:council")
        if self.needs == "want" and not visit.want:
            return redirect("optout:what")
        return None

    def language_of(self, request: HttpRequest) -> str:
        """The language that a reader chose, if the council offers it; else English."""
        chosen = language_kept_by(request)
        return chosen if chosen == ENGLISH or chosen in self.languages() else ENGLISH

    def languages(self) -> dict[str, Language]:
        """The languages to choose from: of the council, or of all that share the service."""
        council = self.council()
        return languages.offered([council] if council else Authority.objects.served())

    @property
    def held(self) -> Visit:
        """The visit, on pages that need one."""
        if self.visit is None:
            self.visit = visits.begin()
        return self.visit

    def council(self) -> Authority | None:
        """The authority that the page speaks for."""
        if self.visit is not None:
            return self.visit.council()
        served = list(Authority.objects.served()[:2])
        return served[0] if len(served) == 1 else None

    def announced(self) -> Announced:
        """What may be given to whom: as their letters said, or as a letter would say today."""
        council = self.council()
        if council is None:
            return Announced()
        person = self.visit.young_person() if self.visit else None
        return announced_to(council, person, on=timezone.localdate())

    def organisations(self) -> list[Provider]:
        """Whom they can say no to by name."""
        return list(self.announced().organisations)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        council = self.council()
        return super().get_context_data(
            plain=True,
            **language_words(self.language),
            other_languages=[one for one in self.languages().values() if one.code != self.language],
            page_name=self.request.resolver_match.url_name if self.request.resolver_match else "",
            council=council.title if council else settings.CCIS_COUNCIL_NAME,
            contact=settings.CCIS_CONTACT_EMAIL,
            **kwargs,
        )

    def show(self, *, status: int = 200, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render_to_response(self.get_context_data(**kwargs), status=status)


class Question(PublicPage):
    """A page that asks one thing and goes on to the next."""

    template_name = "optout/public/question.jinja"
    form_class: type[forms.Form]
    came_from = ""
    """Name of the page before."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask(self.make_form(initial=self.initial()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.ask(form)
        return self.answered(form)

    def make_form(self, *args: Any, **kwargs: Any) -> forms.Form:
        """The form, with whatever it must be told."""
        return self.form_class(*args, **kwargs)

    def initial(self) -> dict[str, Any]:
        """What was answered before."""
        return {}

    def answered(self, form: forms.Form) -> HttpResponse:
        """Keep the answer and go on."""
        raise NotImplementedError

    def back(self) -> str:
        """Name of the page that Back leads to."""
        return self.came_from

    def ask(self, form: forms.Form, **kwargs: Any) -> HttpResponse:
        """The page with its form."""
        back = self.back()
        return self.show(form=form, back_to=reverse(back) if back else "", **kwargs)
