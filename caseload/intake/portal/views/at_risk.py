"""Twice a year: whom a school's own files put at risk, and what the school says of each (LC-01)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.intake.errors import IntakeError
from caseload.intake.portal import presenters
from caseload.intake.portal.actions import confirm_review
from caseload.intake.portal.errors import ListChanged, ReviewedAlready
from caseload.intake.portal.forms import ReviewForm, because, verdict
from caseload.intake.portal.queries import returns_in
from caseload.intake.portal.reviewing import KIND, Pupil, is_reviewed, proposed
from caseload.intake.portal.rules import Term, term_named, term_on
from caseload.intake.portal.views.base import HOME, SenderPage
from caseload.intake.rules import Arrival
from caseload.intake.views.base import work_when_committed
from ccis.access.references import show_reference
from ccis.audit import trail
from ccis.authorities.policy import policy_of
from ccis.calendar.words import date_in_words


class PresentReview(SenderPage):
    """Leads to the review that is open now."""

    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead there."""
        term = term_on(timezone.localdate(), policy_of(self.authority))
        return redirect("schools:at-risk", term.slug)


class Review(SenderPage, FormView[ReviewForm]):
    """Everyone proposed with the reasons: agree, or say why not; then send it all at once."""

    template_name = "schools/at_risk.jinja"
    form_class = ReviewForm

    @cached_property
    def term(self) -> Term:
        """The review that the address names; not one to come, nor of a school not asked."""
        term = term_named(self.kwargs["term"], policy_of(self.authority))
        if term is None or term.opens > timezone.localdate() or not is_reviewed(self.source):
            raise Http404
        return term

    @property
    def is_open(self) -> bool:
        """Whether it may be answered now."""
        return self.term.opens <= timezone.localdate() < self.term.until

    @cached_property
    def pupils(self) -> list[Pupil]:
        """Whom it proposes; nobody once it was sent or is over."""
        if self.reviewed is not None or not self.is_open:
            return []
        return proposed(self.known_source, on=timezone.localdate())

    @cached_property
    def returns(self) -> list[Any]:
        """The returns of risk that came in its time."""
        return list(returns_in(self.term, self.known_source))

    @property
    def reviewed(self) -> Any:
        """What was sent as this review, if it was."""
        return next((file for file in self.returns if file.came_by == Arrival.REVIEW), None)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; that its pupils were seen is recorded."""
        self.note_seen()
        return super().get(*args, **kwargs)

    def note_seen(self) -> None:
        """Record who looked, at how many."""
        term = self.term
        if self.pupils:
            trail.record(
                "at-risk review seen",
                by=self.user,
                at=timezone.now(),
                authority=self.authority,
                subject=self.known_source,
                term=term.slug,
                pupils=len(self.pupils),
            )

    def get_form_kwargs(self) -> dict[str, Any]:
        self.term  # noqa: B018 - not found before anything is asked
        return super().get_form_kwargs() | {
            "pupils": self.pupils,
            "stands_for_it": self.user.name,
        }

    def form_valid(self, form: ReviewForm) -> HttpResponse:
        if not self.is_open:
            messages.warning(self.request, "This review is over. Nothing was sent.")
            return redirect("schools:at-risk", self.term.slug)
        try:
            file = confirm_review(
                source=self.known_source,
                term=self.term,
                answers=form.answers,
                nobody="nobody" in self.request.POST,
                confirmed_by=form.cleaned_data["confirmed_by"],
                by=self.user,
                at=timezone.now(),
            )
        except ReviewedAlready as already:
            messages.info(self.request, f"{already.message}.")
            return redirect("schools:at-risk", self.term.slug)
        except ListChanged as changed:
            messages.warning(self.request, f"{changed.message}.")
            return redirect("schools:at-risk", self.term.slug)
        except IntakeError as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        work_when_committed(file)
        messages.success(
            self.request,
            f"Sent. Your reference is {show_reference(file.ref)}. Someone at the council looks at "
            "it before anything is recorded.",
        )
        return redirect("schools:at-risk", self.term.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = super().get_context_data(**kwargs)
        form = made["form"]
        others = [file for file in self.returns if file.came_by != Arrival.REVIEW]
        return made | {
            "term": self.term,
            "due": date_in_words(self.term.due),
            "is_open": self.is_open,
            "cards": [
                presenters.card(pupil)
                | {"verdict": form[verdict(pupil)], "because": form[because(pupil)]}
                for pupil in form.pupils
            ],
            "reviewed": presenters.sent_in_words(self.reviewed) if self.reviewed else "",
            "receipt": presenters.address(self.reviewed) if self.reviewed else "",
            "sent_besides": [presenters.sent_in_words(file) for file in others],
            "send_return": reverse("schools:upload", args=[KIND]),
            "back": HOME,
        }
