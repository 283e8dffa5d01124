"""Sharing in an emergency, and looking at it again (pages §2.5, PIA-23)."""

import secrets
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.views.person import PersonPage
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from ccis.govuk.lists import Column, Sort, page_of
from optout.queries import objection_covers
from sharing.emergency import actions, presenters, telling
from sharing.emergency.forms import (
    CriteriaForm,
    EmergencyForm,
    ReviewForm,
)
from sharing.emergency.models import Criteria, Emergency
from sharing.emergency.views.base import shown_once
from sharing.errors import CannotShare
from sharing.views.base import SharingPage, ShowSharing


class ShareInEmergency(PersonPage):
    """One person to one recipient: asked, checked, told once (PIA-23)."""

    permission = Permission.SHARE_IN_EMERGENCY
    page = "emergency"
    tab = "sharing"
    template_name = "emergency/ask.jinja"

    @cached_property
    def criteria(self) -> tuple[str, ...]:
        """The written criteria in force."""
        return actions.criteria_of(self.person.lead_authority)[1]

    @property
    def by_governance(self) -> bool:
        """Whether an information governance officer asks: restricted records are theirs alone."""
        return Permission.KEEP_INCIDENTS in self.may

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The questions."""
        user = signed_in_user(self.request)
        first = {"sent_key": secrets.token_urlsafe(24), "decided_by": user.name}
        return self.ask(EmergencyForm(criteria=self.criteria, initial=first))

    def ask(self, form: EmergencyForm, **kwargs: Any) -> HttpResponse:
        """Draw a page of the journey."""
        address = reverse("sharing:person", args=[self.person.ref])
        return self.render_to_response(
            self.get_context_data(
                form=form,
                refused=self.person.restriction_level > 0 and not self.by_governance,
                objects=objection_covers(self.person, None, on=self.on),
                back={"href": address, "text": "Sharing"},
                cancel=address,
                **kwargs,
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the answers; show what is told to whom; then share, and give the words once."""
        form = EmergencyForm(request.POST, criteria=self.criteria)
        if not form.is_valid() or "change" in request.POST:
            return self.ask(form)
        wanted = form.wanted
        wrong = actions.why_not(self.person, wanted, by_governance=self.by_governance)
        if wrong:
            form.add_error(wrong[0] or None, wrong[1])
            return self.ask(form)
        if "confirmed" not in request.POST:
            self.template_name = "emergency/check.jinja"
            despite = objection_covers(self.person, None, on=self.on)
            return self.ask(form, answers=presenters.to_check(wanted, despite=despite))
        try:
            told = actions.share_now(
                self.person,
                wanted,
                by=signed_in_user(request),
                by_governance=self.by_governance,
                at=timezone.now(),
            )
        except CannotShare as error:
            messages.warning(request, error.message)
            return redirect("sharing:person", self.person.ref)
        self.template_name = "emergency/told.jinja"
        return shown_once(
            self.ask(
                form,
                told=presenters.words_to_tell(told.values),
                to=f"{wanted.told_to}, {wanted.recipient}",
                told_as=show_reference(told.disclosure.ref),
            )
        )


COLUMNS = (
    Column("Young person"),
    Column("Organisation"),
    Column("What they were told"),
    Column("When"),
    Column("State"),
)
WAITING_FIRST = (Sort("waiting", "Waiting", ("is_done", "-disclosure__released_at")),)


class Emergencies(ShowSharing):
    """What was shared in emergencies, and what waits to be looked at again."""

    permission = Permission.KEEP_INCIDENTS
    place = "emergency:emergencies"
    template_name = "emergency/emergencies.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Emergency.objects.visible_to(self.user).filter(disclosure__authority=self.authority)
        listed = page_of(
            mine.with_done().select_related(
                "disclosure__person__lead_authority", "disclosure__provider"
            ),
            request=self.request,
            name="emergencies",
            sorts=WAITING_FIRST,
        )
        found: list[Emergency] = list(listed.rows)
        people = list({one.disclosure.person for one in found})
        names = self.names(people, page="emergencies") if people else {}
        everything = Emergency.objects.filter(disclosure__authority=self.authority).count()
        listed.rows[:] = presenters.emergency_rows(found, names, self.user.pk)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Emergencies",
            nothing_yet=not listed.total,
            not_shown=everything - listed.total,
            **kwargs,
        )


class OfEmergency(SharingPage):
    """A page of one emergency, about somebody whom the user may see."""

    permission = Permission.KEEP_INCIDENTS
    place = "emergency:emergencies"

    @cached_property
    def emergency(self) -> Emergency:
        """The emergency; not found when it is not theirs to see."""
        mine = Emergency.objects.visible_to(self.user).filter(disclosure__authority=self.authority)
        named = mine.select_related(
            "disclosure__person__lead_authority",
            "disclosure__provider",
            "disclosure__authority",
            "criteria",
            "by",
            "reviewed_by",
        )
        return get_object_or_404(named, disclosure__ref=self.kwargs["ref"])


class Review(OfEmergency, FormView[ReviewForm]):
    """Shows one emergency, and asks whether it was right."""

    form_class = ReviewForm
    template_name = "emergency/review.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.emergency
        if one.by_id != self.user.pk:
            telling.seen(one, at=timezone.now())
        name = self.names([one.disclosure.person], page="emergency")[one.disclosure.person_id]
        address = reverse("emergency:emergencies")
        return super().get_context_data(
            person={
                "name": name,
                "href": reverse("sharing:person", args=[one.disclosure.person.ref]),
            },
            details=presenters.emergency(one),
            is_own=one.by_id == self.user.pk,
            is_reviewed=one.reviewed_at is not None,
            back={"href": address, "text": "Emergencies"},
            cancel=address,
            **kwargs,
        )

    def form_valid(self, form: ReviewForm) -> HttpResponse:
        try:
            actions.review(self.emergency, **form.cleaned_data, by=self.user, at=timezone.now())
        except CannotShare as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        if form.cleaned_data["outcome"] == Emergency.Outcome.RIGHT:
            messages.success(self.request, "Looked at again")
        else:
            messages.warning(self.request, "Looked at again. Record it as an incident")
        return redirect("emergency:emergencies")


class PublishCriteria(SharingPage, FormView[CriteriaForm]):
    """Publishes a version of the written criteria."""

    permission = Permission.KEEP_INCIDENTS
    place = "emergency:emergencies"
    form_class = CriteriaForm
    template_name = "emergency/criteria.jinja"

    def get_initial(self) -> dict[str, Any]:
        newest, lines = actions.criteria_of(self.authority)
        return {"lines": "\n".join(lines), "after": str(newest.number if newest else 0)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("emergency:emergencies")
        return super().get_context_data(
            versions=Criteria.objects.filter(authority=self.authority).select_related(
                "published_by"
            ),
            back={"href": address, "text": "Emergencies"},
            cancel=address,
            **kwargs,
        )

    def form_valid(self, form: CriteriaForm) -> HttpResponse:
        given = form.cleaned_data
        after = given["after"]
        try:
            actions.publish(
                self.authority,
                given["lines"].splitlines(),
                why=given["why"],
                after=int(after) if after.isdigit() else 0,
                by=self.user,
                at=timezone.now(),
            )
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Criteria published")
        return redirect("emergency:emergencies")
