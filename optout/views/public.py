"""What a young person wants: chosen, checked, sent (pages §2.4, §4.12, §5.5)."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout import limits, rules, visits
from optout.actions import requests
from optout.forms import public as questions
from optout.limits import Counted
from optout.models import Request
from optout.presenters import public as presenter
from optout.queries import Standing, standing
from optout.views.public_base import LANGUAGE_COOKIE, PublicPage, Question
from optout.visits import Visit


class What(Question):
    """Says what is held and who may get it, and asks what they want."""

    template_name = "optout/public/what.jinja"
    form_class = questions.WantForm
    needs = "start"

    def make_form(self, *args: Any, **kwargs: Any) -> forms.Form:
        return questions.WantForm(*args, wants=self.wants(), **kwargs)

    def wants(self) -> list[str]:
        """What can be chosen: organisations by name only where there are some, and a yes only
        where it is asked for (LC-24) or there is a no to take back.

        Whoever has no code is not told whether there is one.
        """
        stands = self.stands()
        said_no = stands is None or stands.all or bool(stands.some)
        asks = self.announced().asks_consent and (stands is None or not said_no)
        offered = dict.fromkeys(questions.WANTS)
        if not self.organisations():
            del offered[questions.STOP_SOME]
        if self.held.person is None:
            del offered[questions.AGAIN]
        if not asks:
            del offered[questions.YES]
        if asks or not said_no:
            del offered[questions.SHARE]
        return list(offered)

    def stands(self) -> Standing | None:
        """What their statements come to; nothing for whoever has no code."""
        person = self.held.young_person()
        return standing(person, on=timezone.localdate()) if person else None

    def initial(self) -> dict[str, Any]:
        return {"want": self.held.want}

    def back(self) -> str:
        return "" if self.held.person else "optout:postcode"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **presenter.what_may_go(self.announced(), self.stands()),
            knows_them=self.held.person is not None,
            **kwargs,
        )

    def answered(self, form: forms.Form) -> HttpResponse:
        want = form.cleaned_data["want"]
        if want != self.held.want:
            self.held.want, self.held.detail = want, {}
        return redirect(presenter.PAGES.get(want) or next_page(self.held))


def next_page(visit: Visit) -> str:
    """Name of the page after the choice: whoever has no code says how we should answer."""
    if visit.person is None and not visit.answer:
        return "optout:answer"
    return "optout:check"


class Detail(Question):
    """A page that asks for more about one choice."""

    needs = "want"
    came_from = "optout:what"
    want = ""
    choice = ""
    """Name of the field that is a choice, if there is one."""

    def initial(self) -> dict[str, Any]:
        if self.held.want != self.want:
            return {}
        detail = self.held.detail
        return {**detail, self.choice: detail.get("choice", "")}

    def answered(self, form: forms.Form) -> HttpResponse:
        detail = {"words": form.cleaned_data["words"]}
        if self.choice:
            detail["choice"] = form.cleaned_data[self.choice]
        self.held.want, self.held.detail = self.want, detail
        return redirect(next_page(self.held))


class Stop(Detail):
    """Asks which organisations."""

    want = questions.STOP_SOME

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.organisations():
            return redirect("optout:what")
        return super().get(request, *args, **kwargs)

    def make_form(self, *args: Any, **kwargs: Any) -> forms.Form:
        return questions.StopForm(*args, organisations=self.organisations(), **kwargs)

    def answered(self, form: forms.Form) -> HttpResponse:
        self.held.want = self.want
        self.held.detail = {"providers": form.cleaned_data["providers"]}
        return redirect(next_page(self.held))


class Wrong(Detail):
    """Asks what is wrong, and what it should be."""

    form_class = questions.WrongForm
    want, choice = questions.WRONG, "wrong"


class Doing(Detail):
    """Asks what they are doing now."""

    form_class = questions.DoingForm
    want, choice = questions.DOING, "doing"


class Reach(Detail):
    """Asks how to reach them."""

    form_class = questions.ReachForm
    want, choice = questions.REACH, "reach"


class Again(Detail):
    """Asks what a person should look at again."""

    form_class = questions.AgainForm
    want = questions.AGAIN


class Help(Detail):
    """Asks what help they want."""

    form_class = questions.HelpForm
    want = questions.HELP


class HowToAnswer(Question):
    """Asks how we should answer."""

    form_class = questions.AnswerForm
    needs = "want"
    came_from = "optout:what"

    def make_form(self, *args: Any, **kwargs: Any) -> forms.Form:
        return questions.AnswerForm(*args, knows_them=self.held.person is not None, **kwargs)

    def initial(self) -> dict[str, Any]:
        return dict(self.held.answer)

    def answered(self, form: forms.Form) -> HttpResponse:
        self.held.answer = dict(form.cleaned_data)
        return redirect("optout:check")


# -- check, send, done -----------------------------------------------------------------------------


class Check(PublicPage):
    """Shows what was answered, and sends it. Sent again, it shows the first result."""

    template_name = "optout/public/check.jinja"
    needs = "want"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = presenter.PAGES.get(self.held.want)
        if page and not self.held.detail:
            return redirect(page)
        return self.show(answers=presenter.answers(self.held, self.organisations()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visit, council = self.held, self.council()
        page = presenter.PAGES.get(visit.want)
        if council is None or (page and not visit.detail):
            return redirect(page or "optout:what")
        if not is_at_once(visit):
            whose = f"person {visit.person}" if visit.person else limits.address_of(request)
            if limits.is_over(Counted.SENDING, whose):
                self.template_name = "optout/public/too_many.jinja"
                return self.show(status=429)
            limits.count(Counted.SENDING, whose)
        self.send(visit, council)
        return redirect("optout:done")

    def send(self, visit: Visit, council: Authority) -> None:
        """The one call that takes it in; then the visit remembers what was sent."""
        at = timezone.now()
        asked = asked_by(visit)
        by = rules.due_on(asked.kind, local_date(at))
        at_once = is_at_once(visit)
        not_for_me = visit.detail.get("choice") == questions.NOT_FOR_ME
        by_code = visit.person is not None
        words = presenter.what_happens(
            asked.kind, by_code=by_code, not_for_me=not_for_me, by=by
        ) + presenter.what_it_leaves(asked.kind)
        request = requests.receive(
            asked,
            authority=council,
            person=visit.young_person(),
            sent_key=visit.sent_key,
            words="\n\n".join(words),
            at=at,
        )
        visit.sent = {
            "ref": request.ref,
            "kind": asked.kind,
            "at_once": at_once,
            "by_code": by_code,
            "not_for_me": not_for_me,
            "by": by.isoformat(),
        }
        visit.sendings += 1
        visit.forget_question()
        if not_for_me:
            visit.person = None  # whoever opened it is somebody else: nothing more is theirs to say


def is_at_once(visit: Visit) -> bool:
    """Whether it is in force with the sending: a choice about sharing, made with a code."""
    kind = questions.KINDS[visit.want]
    return visit.person is not None and kind in requests.ABOUT_SHARING


def asked_by(visit: Visit) -> requests.Asked:
    """What a visit comes to, as a request. Only those without a code say who they are."""
    who = {} if visit.person else visit.who
    born = who.get("date_of_birth")
    return requests.Asked(
        kind=questions.KINDS[visit.want],
        said=presenter.said(visit),
        given=who.get("given", ""),
        family=who.get("family", ""),
        date_of_birth=date.fromisoformat(born) if born else None,
        postcode=who.get("postcode", ""),
        answer_by=visit.answer.get("answer_by", Request.Answer.LETTER),
        answer_to=visit.answer.get("answer_to", ""),
    )


class Done(PublicPage):
    """Gives the reference, and says what happens now and what does not change."""

    template_name = "optout/public/done.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.visit is None or not self.visit.sent:
            return redirect("optout:start")
        sent = self.visit.sent
        by = date.fromisoformat(sent["by"])
        if sent["kind"] == Request.Kind.COMPLAINT:
            words = presenter.complaint_words(by)
        else:
            words = presenter.what_happens(
                sent["kind"],
                by_code=sent.get("by_code", False),
                not_for_me=sent["not_for_me"],
                by=by,
            )
        return self.show(
            sent_reference=show_reference(sent["ref"]),
            panel=presenter.heading(sent["kind"], at_once=sent["at_once"]),
            words=words,
            leaves=presenter.what_it_leaves(sent["kind"]) if sent["at_once"] else [],
            may_go_on=bool(self.visit.person or self.visit.who),
        )


class Finish(PublicPage):
    """Takes everything off the phone."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("optout:done")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.visit = None
        response = redirect("optout:finished")
        visits.end(request, response)
        return response


class Finished(PublicPage):
    """Says that nothing is left."""

    template_name = "optout/public/finished.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.show()
        response.delete_cookie(LANGUAGE_COOKIE, samesite="Lax")
        return response
