"""Checking a file that any supplier's software made (pages §2.8)."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.files.writing import stream_csv
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.progress import as_json, wants_json
from returns import editions, tasks
from returns.actions import file_checks
from returns.errors import CannotMake
from returns.forms import CheckForm, EditionForm
from returns.models import CheckState, FileCheck, FileCheckQuerySet
from returns.presenters import checking as presenter
from returns.presenters.checking import to_check
from returns.views.base import ReturnPage, ShowReturnPage, when_committed

SORTS = (Sort("place", "Place in the file", ("place",), nullable=True),)
COLUMNS = (
    Column("Record", sort="place"),
    Column("CCIS id"),
    Column("What is wrong"),
    Column("How bad"),
    Column("Element"),
)
HEADINGS = ("Record", "YoungPersonsID", "Code", "Priority", "Element", "Value present", "Message")


class ChecksPage(ReturnPage):
    """A page about files that were sent in to be checked, for those who make returns."""

    permission = Permission.MAKE_RETURNS
    place = "check"

    @property
    def checks(self) -> FileCheckQuerySet:
        """Those of this authority whose day is not over."""
        visible = FileCheck.objects.visible_to(self.user).kept_at(timezone.now())
        return visible.filter(authority=self.authority).select_related("asked_by")


class CheckFile(ChecksPage, FormView[CheckForm]):
    """Takes a file and the edition to check it by; lists the files of the last day."""

    form_class = CheckForm
    template_name = "returns/check.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sent = self.checks.order_by("-asked_at")[:50]
        return super().get_context_data(
            **self.frame, sent=[presenter.list_row(one) for one in sent], **kwargs
        )

    def form_valid(self, form: CheckForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            check = file_checks.receive(
                authority=self.authority,
                content=upload,
                file_name=upload.name,
                edition=form.cleaned_data["edition"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotMake as error:
            form.add_error("file", error.message)
            return self.form_invalid(form)
        when_committed(tasks.check_file, check_id=check.pk)
        return redirect(to_check(check))


class OfCheck(ChecksPage):
    """A page of one file, found by its reference; not found when its day is over."""

    @cached_property
    def checked(self) -> FileCheck:
        """The file."""
        return get_object_or_404(self.checks, ref=self.kwargs["check"])

    @property
    def frame(self) -> dict[str, Any]:
        return super().frame | {
            "check": self.checked,
            "reference": show_reference(self.checked.ref),
            "clock": presenter.clock(self.checked, timezone.now()),
            "back": {"href": to_check(self.checked), "text": "What was found"},
        }


class ShowCheck(OfCheck, ShowReturnPage):
    """How far it is while it is checked; what was found afterwards."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        if wants_json(self.request):
            return as_json(presenter.progress(self.checked))
        return super().get(*args, **kwargs)

    def get_template_names(self) -> list[str]:
        done = self.checked.state == CheckState.DONE
        return ["returns/checked.jinja" if done else "returns/check_progress.jinja"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = self.checked
        shown: dict[str, Any] = {"progress": presenter.progress(check)}
        if check.state == CheckState.DONE:
            shown = presenter.result(check) | {"form": EditionForm(edition=check.edition)}
        context = super().get_context_data(**shown, **kwargs)
        return context | {"back": {"href": to_check(), "text": "Check a file"}}


class CheckAgain(OfCheck):
    """Checks the same file by the edition chosen, or carries on with it."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for it, then go back to its page."""
        form = EditionForm(self.request.POST, edition=self.checked.edition)
        edition = form.cleaned_data["edition"] if form.is_valid() else self.checked.edition
        try:
            file_checks.check_again(
                check=self.checked, edition=edition, by=self.user, at=timezone.now()
            )
        except CannotMake as error:
            messages.warning(self.request, error.message)
        else:
            when_committed(tasks.check_file, check_id=self.checked.pk)
        return redirect(to_check(self.checked))


class Findings(OfCheck, ShowReturnPage):
    """What was found, record by record, by id only; all of it or of one rule."""

    template_name = "returns/check_findings.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check, code = self.checked, self.request.GET.get("rule", "")
        rules = editions.load(check.edition).rules
        if (code and code not in rules) or check.state != CheckState.DONE:
            raise Http404
        found = check.findings.filter(code=code) if code else check.findings.all()
        listed = page_of(found, request=self.request, name=f"check-{check.ref}-{code}", sorts=SORTS)
        file_checks.look(check=check, by=self.user, at=timezone.now(), listed=len(listed.rows))
        listed.rows[:] = [presenter.finding_row(one, rules) for one in listed.rows]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="What was found",
            rule=rules[code] if code else None,
            **kwargs,
        )


class DownloadFindings(OfCheck):
    """Gives what was found as a CSV, and leaves a line in the trail."""

    permission = Permission.DOWNLOAD_RETURNS
    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Download it."""
        check = self.checked
        if check.state != CheckState.DONE:
            raise Http404
        content = b"".join(stream_csv(HEADINGS, self._rows(check)))
        file_checks.download(check=check, content=content, by=self.user, at=timezone.now())
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        name = f"checked-{show_reference(check.ref)}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store, private"
        return response

    def _rows(self, check: FileCheck) -> Iterator[tuple[object, ...]]:
        rules = editions.load(check.edition).rules
        for one in check.findings.order_by("place", "pk").iterator(chunk_size=2_000):
            yield (
                "" if one.place is None else one.place,
                one.young_persons_id,
                one.code,
                "" if one.priority is None else one.priority,
                one.element,
                "yes" if one.value_present else "no",
                presenter.words_of(one, rules),
            )
