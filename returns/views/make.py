"""Make a month's return (pages §2.8)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from ccis.calendar.words import date_in_words
from returns import queries, tasks
from returns.actions import builds
from returns.errors import CannotMake
from returns.forms import MakeForm
from returns.models import BuildKind
from returns.presenters.places import to_build, to_month
from returns.views.base import OfMonth, when_committed


class Make(OfMonth, FormView[MakeForm]):
    """Asks for a trial or the final return, and sets a worker to it."""

    permission = Permission.MAKE_RETURNS
    place = "month"
    form_class = MakeForm
    template_name = "returns/make.jinja"

    @property
    def is_over(self) -> bool:
        """Whether the month is over, without which there is no final return."""
        return self.period.end < timezone.localdate()

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("kind", "")
        return {"kind": asked} if asked in BuildKind.values else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_over": self.is_over}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        checked = queries.newest_checked(self.authority, self.period)
        month = to_month(self.period)
        return super().get_context_data(
            **self.frame,
            end=date_in_words(self.period.end),
            is_over=self.is_over,
            under_way=queries.under_way(self.authority, self.period),
            must_mend=checked.must_mend if checked else 0,
            errors=to_month(self.period, "errors", priority="1"),
            back={"href": month, "text": f"{self.period.label} return"},
            cancel=month,
            **kwargs,
        )

    def form_valid(self, form: MakeForm) -> HttpResponse:
        try:
            build = builds.ask(
                authority=self.authority,
                period=self.period,
                kind=BuildKind(form.cleaned_data["kind"]),
                edition=form.cleaned_data["edition"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotMake as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        when_committed(tasks.make_build, build_id=build.pk)
        return redirect(to_build(build))
