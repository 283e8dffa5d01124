"""History: as known on, as true on, every change, and who looked (PIA-07)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload.forms.history import HistoryForm
from caseload.merging.models import Merge
from caseload.presenters import history as presenter
from caseload.presenters import looks as looks_presenter
from caseload.queries import history, looks
from caseload.views.person import ShowPerson
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from ccis.calendar.words import moment_in_words

MOST_LOOKS = 10


class History(ShowPerson):
    """The record as it was known, for those who must account for it."""

    permission = Permission.SEE_HISTORY
    page = "history"
    tab = "history"
    template_name = "caseload/history.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = HistoryForm(self.request.GET or None)
        asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
        known_on = self._day(asked, "known_on")
        true_on = asked.get("true_on") or known_on
        versions = history.whole(self.person)
        every = history.with_merged(self.person)
        moment = history.moment_of(self.person, known_on)
        sees_sensitive = Permission.SEE_SENSITIVE in self.may
        return super().get_context_data(
            form=form,
            known_on=known_on,
            true_on=true_on,
            sections=presenter.sections(
                history.as_known(versions, moment, true_on),
                self.summary.date_of_birth,
                sees_sensitive,
            ),
            changes=[presenter.change(made, sees_sensitive) for made in history.changes(every)],
            merges=self._merges(),
            looks=self._looks() if Permission.SEE_WHO_LOOKED in self.may else None,
            **kwargs,
        )

    def _merges(self) -> list[dict[str, str]]:
        """Records that were merged into this one, with where to undo that."""
        may_undo = Permission.MERGE_PEOPLE in self.may
        merges = Merge.objects.visible_to(signed_in_user(self.request)).filter(
            stays=self.person, undone=None
        )
        return [
            {
                "text": f"{show_reference(merged.goes.ref)}, {moment_in_words(merged.change.at)}",
                "href": reverse("merging:merge", args=[merged.ref]) if may_undo else "",
            }
            for merged in merges.select_related("goes", "change")
        ]

    def _looks(self) -> list[dict[str, Any]]:
        """The latest looks; the rest have a page of their own."""
        lines = looks.lines_about(self.person).order_by("-id")[:MOST_LOOKS]
        return [looks_presenter.row(look) for look in looks.looks(lines)]

    def _day(self, asked: dict[str, Any], name: str) -> date:
        day = asked.get(name)
        return min(day, self.on) if isinstance(day, date) else self.on
