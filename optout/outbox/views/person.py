"""The texts and emails that one person was sent, and what they said about promotional ones."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from caseload.views.facts import PersonForm
from caseload.views.person import ShowPerson
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from optout.errors import CannotDo
from optout.outbox import presenters as presenter
from optout.outbox.actions import writing
from optout.outbox.forms import MessageChoiceForm
from optout.outbox.models import MessageChoice, Outgoing
from optout.outbox.queries import agreed_to_promotional


class PersonMessages(ShowPerson):
    """What went out to someone, and what became of it (PIA-05)."""

    page = "messages"
    tab = "messages"
    template_name = "outbox/person.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sent = Outgoing.objects.filter(person=self.person).select_related("message")
        said = list(MessageChoice.objects.filter(person=self.person))
        user = signed_in_user(self.request)
        return super().get_context_data(
            sent=presenter.of_person(
                list(sent),
                may_see=holds(user, Permission.SEE_OUTBOX, self.person.lead_authority),
            ),
            choice=presenter.choice_words(
                said, agrees=bool(agreed_to_promotional([self.person.pk]))
            ),
            **kwargs,
        )


class RecordChoice(PersonForm):
    """Asks what was said about promotional messages."""

    page = "messages-choice"
    tab = "messages"
    heading = "Record a choice about promotional messages"

    def back(self) -> str:
        return reverse("outbox:person", args=[self.person.ref])

    def blank_form(self) -> forms.Form:
        return MessageChoiceForm(initial={"said_on": self.on})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = MessageChoiceForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        given = form.cleaned_data
        agrees = given["agrees"] == "yes"
        try:
            writing.say(
                person=self.person,
                agrees=agrees,
                said_on=given["said_on"],
                channel=given["channel"],
                source=given["source"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(form)
        return self.done("Choice saved" if agrees else "Choice saved. What waited was stopped")
