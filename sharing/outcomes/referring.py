"""The page on which an organisation refers someone on (LC-21)."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ccis.access.references import show_reference
from ccis.govuk.fields import DateBoxesField, RadiosField, TextField
from sharing.errors import CannotShare
from sharing.outcomes.actions.referrals import refer_on
from sharing.outcomes.rules import HOWS, LONGEST_WHERE
from sharing.portal.views import OnePerson


class ReferForm(forms.Form):
    """To whom, and the young person's own yes to it."""

    to = TextField(
        label="Which organisation do you want to refer them to?",
        max_length=LONGEST_WHERE,
        error_messages={"required": "Enter which organisation"},
    )
    consented = RadiosField(
        label="Did they say yes to this, themselves?",
        hint="To this organisation, and to what you would tell it",
        choices=[("yes", "Yes"), ("no", "No, or not yet")],
        error_messages={"required": "Select whether they said yes"},
    )
    consented_on = DateBoxesField(label="When did they say yes?", required=False)
    consented_how = RadiosField(
        label="How did they say it?", choices=list(HOWS.items()), required=False
    )


class Refer(OnePerson):
    """Asks, and refuses without the yes."""

    template_name = "outcomes/refer.jinja"

    def show(self) -> HttpResponse:
        self.seen(self.clock, page="shared-row")
        return self.ask(ReferForm())

    def ask(self, form: ReferForm) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(
            self.get_context_data(
                form=form,
                name=self.one.name,
                reference=show_reference(self.one.ref),
                **self.back_to(self.one.name, reverse("mylist:person", args=[self.one.ref])),
            )
        )

    def act(self) -> HttpResponse:
        form = ReferForm(self.request.POST)
        if not form.is_valid():
            return self.ask(form)
        given = form.cleaned_data
        try:
            refer_on(
                self.disclosure,
                to=given["to"],
                consented=given["consented"] == "yes",
                consented_on=given["consented_on"],
                consented_how=given["consented_how"],
                by=self.user,
                at=self.at,
            )
        except CannotShare as error:
            form.add_error(error.field, error.message)
            return self.ask(form)
        messages.success(self.request, "Noted that you refer them on, with their own yes")
        return redirect(self.address)
