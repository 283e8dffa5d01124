"""Letters that came back together: typed or scanned, each line answered (USE-06)."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.seen import record_restricted
from ccis.access.roles import Permission
from optout.letters.actions import returned
from optout.letters.forms import ManyReturnedForm
from optout.letters.presenters import batches as presenter
from optout.letters.views.base import LettersPage


class CameBackMany(LettersPage, FormView[ManyReturnedForm]):
    """Asks which letters came back, records them, and says what became of each line."""

    permission = Permission.PLAN_LETTERS
    form_class = ManyReturnedForm
    template_name = "letters/came_back.jinja"

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("letters:batches")
        return super().get_context_data(
            back={"href": address, "text": "Letters"}, cancel=address, **kwargs
        )

    def form_valid(self, form: ManyReturnedForm) -> HttpResponse:
        now = timezone.now()
        answers = returned.mark_many_returned(
            form.cleaned_data["letters"],
            authority=self.authority,
            on=form.cleaned_data["on"],
            why=form.cleaned_data["why"],
            by=self.user,
            at=now,
        )
        named = [one.letter.person for one in answers if one.letter]
        record_restricted(named, by=self.user, at=now, page="letters that came back")
        left = [one.line for one in answers if one.problem]
        kept = form.cleaned_data | {"letters": "\n".join(left)}
        again = ManyReturnedForm(initial=kept if left else self.get_initial())
        return self.render_to_response(
            self.get_context_data(
                form=again,
                rows=presenter.came_back_rows(answers, timezone.localdate(now)),
                recorded=len(answers) - len(left),
                left=len(left),
            )
        )
