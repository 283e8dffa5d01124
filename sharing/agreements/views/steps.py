"""The steps of an agreement: each asks what it needs, says what it does, and does it."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from sharing.agreements.actions import making, returning, steps
from sharing.agreements.errors import CannotDo
from sharing.agreements.forms.portal import CountersignForm
from sharing.agreements.forms.steps import (
    AskReviewForm,
    CloseReviewForm,
    SignForm,
    WhyForm,
)
from sharing.agreements.models import Version
from sharing.agreements.presenters import agreements as presenter
from sharing.agreements.presenters.portal import signed_words
from sharing.agreements.queries import leaving
from sharing.agreements.views.base import OfAgreement
from sharing.agreements.views.parts import Act


class Send(Act):
    """Says that a draft was sent to be signed."""

    done = "Sent. What it says stays from now on. Add the signed copy when it comes back"

    def act(self) -> None:
        steps.send(self.made_or_404(), by=self.user, at=timezone.now())


class PutInForce(Act):
    """Puts a signed version in force."""

    done = "In force. The list of organisations that we share with was published anew"

    def act(self) -> None:
        steps.put_in_force(self.made_or_404(), by=self.user, at=timezone.now())


class StepPage(OfAgreement, FormView[forms.Form]):
    """Asks what a step needs."""

    permission = Permission.KEEP_AGREEMENTS
    form_class: type[forms.Form] = WhyForm
    template_name = "agreements/step.jinja"
    heading = ""
    words = ""
    button = ""
    done = ""
    warns = False

    def version(self) -> Version:
        """The version that takes the step; not found when there is none."""
        return self.governing_or_404()

    def act(self, form: forms.Form) -> None:
        """Take it."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.version()
        return super().get_context_data(
            agreement=self.agreement,
            version=version,
            step_heading=self.heading,
            words=self.words,
            button_words=self.button,
            warns=self.warns,
            loses=self._loses() if self.warns else [],
            leaving=leaving(self.agreement, at=timezone.now()) if self.warns else [],
            back=self.back,
            cancel=self.address,
            **kwargs,
        )

    def _loses(self) -> list[str]:
        people, _ = presenter.people(self.agreement, user=self.user.pk)
        return [f"{one.name}, {one.job}" for one in people if one.is_open]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(form)
        except CannotDo as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, error.message.splitlines())
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.address)

    def who(self, form: forms.Form) -> dict[str, Any]:
        """Who takes the step, when and why."""
        return {"by": self.user, "at": timezone.now(), "why": form.cleaned_data["why"]}


class TakeBack(StepPage):
    """Takes back what was sent."""

    heading = "Take the agreement back"
    words = "It becomes a draft again, to be changed and sent anew."
    button = "Take it back"
    done = "It is a draft again"

    def version(self) -> Version:
        return self.made_or_404()

    def act(self, form: forms.Form) -> None:
        steps.take_back(self.version(), **self.who(form))


class Withdraw(StepPage):
    """Gives up a version that never came into force."""

    heading = "Withdraw this version"
    words = "It stays on record as ended. Nothing was shared under it."
    button = "Withdraw it"
    done = "Withdrawn"

    def version(self) -> Version:
        return self.made_or_404()

    def act(self, form: forms.Form) -> None:
        steps.end(self.version(), **self.who(form))


class Sign(StepPage):
    """Takes in the signed copy."""

    form_class = SignForm
    heading = "Add the signed copy"
    words = "It is kept encrypted, with its hash."
    button = "Keep it"
    done = "The signed copy is kept"

    def version(self) -> Version:
        return self.made_or_404()

    def act(self, form: forms.Form) -> None:
        upload = cast("UploadedFile[bytes]", form.cleaned_data["copy"])
        steps.sign(
            self.version(),
            copy=upload.read(),
            signatures=steps.Signatures(
                council=form.cleaned_data["council"],
                organisation=form.cleaned_data["organisation"],
            ),
            by=self.user,
            at=timezone.now(),
        )


class Countersign(StepPage):
    """Signs for the council what the organisation signed."""

    form_class = CountersignForm
    heading = "Sign for the council"
    button = "Sign for the council"
    done = "The signed copy is kept"

    def version(self) -> Version:
        return self.made_or_404()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.words = signed_words(self.version())
        return super().get_context_data(**kwargs)

    def act(self, form: forms.Form) -> None:
        returning.countersign(
            self.version(), council=form.cleaned_data["council"], by=self.user, at=timezone.now()
        )


class AskReview(StepPage):
    """Opens a review."""

    form_class = AskReviewForm
    heading = "Begin a review"
    words = "It stays in force meanwhile."
    button = "Begin the review"
    done = "Under review"

    def act(self, form: forms.Form) -> None:
        steps.ask_for_review(self.version(), by=self.user, at=timezone.now(), **form.cleaned_data)


class CloseReview(StepPage):
    """Says what a review came to."""

    form_class = CloseReviewForm
    heading = "Close the review"
    button = "Close the review"
    done = "Review closed"

    def act(self, form: forms.Form) -> None:
        steps.close_review(self.version(), by=self.user, at=timezone.now(), **form.cleaned_data)


class Suspend(StepPage):
    """Suspends an agreement."""

    heading = "Suspend the agreement"
    words = "Access ends at once. You can lift it later; what has left by then does not come back."
    button = "Suspend it now"
    done = "Suspended. Access has ended"
    warns = True

    def act(self, form: forms.Form) -> None:
        steps.suspend(self.version(), **self.who(form))


class RecordBreach(StepPage):
    """Records that an agreement was breached."""

    heading = "Record a breach of the agreement"
    words = "Access ends at once. If young people’s data may be affected, record an incident too."
    button = "Record it and end access now"
    done = "Breach recorded. Access has ended"
    warns = True

    def act(self, form: forms.Form) -> None:
        steps.record_breach(self.version(), **self.who(form))


class Lift(StepPage):
    """Puts an agreement in force again."""

    heading = "Put the agreement in force again"
    words = "New lists can be made. What left when it was stopped does not come back."
    button = "Put it in force again"
    done = "In force again"

    def act(self, form: forms.Form) -> None:
        steps.lift(self.version(), **self.who(form))


class End(StepPage):
    """Ends an agreement for good: says who loses access and what leaves."""

    heading = "End the agreement"
    words = "Access ends at once, for good. A new agreement is needed to share again."
    button = "End it now"
    done = "Ended. Access has ended"
    warns = True

    def act(self, form: forms.Form) -> None:
        steps.end(self.version(), **self.who(form))


class NewVersion(StepPage):
    """Drafts the next version."""

    heading = "Draft a new version"
    words = (
        "It begins with what the newest says. That one stays as it is until this takes its place."
    )
    button = "Draft it"
    done = "Version drafted"

    def version(self) -> Version:
        return self.versions[0]

    def act(self, form: forms.Form) -> None:
        making.new_version(self.agreement, **self.who(form))
