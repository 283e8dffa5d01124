"""One making of a return: how far it is, what came of it, its people, its file (pages §2.8)."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from ccis.govuk.lists import Column, page_of
from ccis.govuk.progress import as_json, wants_json
from returns import people, records, tasks
from returns.actions import builds
from returns.errors import CannotMake, FileIsClosed, FileNotKept
from returns.forms import DownloadForm, RecordFilters
from returns.models import BuildState
from returns.presenters import builds as presenter
from returns.presenters import people as rows
from returns.presenters.places import to_build, to_month
from returns.presenters.words import kind_of, reference_of, state_tag
from returns.views.base import OfBuild, ShowReturnPage, when_committed


class ShowBuild(OfBuild, ShowReturnPage):
    """How far a making is while it goes on; what came of it afterwards."""

    place = "month"

    def get(self, *args: Any, **kwargs: Any) -> Any:
        if wants_json(self.request):
            return as_json(presenter.progress(self.build, timezone.now()))
        return super().get(*args, **kwargs)

    def get_template_names(self) -> list[str]:
        if self.build.state == BuildState.DONE:
            return ["returns/build.jinja"]
        if self.build.state == BuildState.REFUSED:
            return ["returns/build_refused.jinja"]
        return ["returns/build_progress.jinja"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build = self.build
        shown = {
            "build": build,
            "kind": kind_of(build),
            "reference": reference_of(build),
            "state": state_tag(build),
            "back": {
                "href": to_month(self.period),
                "text": f"{self.period.label} return",
            },
        }
        if build.state in (BuildState.DONE, BuildState.REFUSED):
            shown |= self.result()
        else:
            shown["progress"] = presenter.progress(build, timezone.now())
        return super().get_context_data(**shown, **kwargs)

    def result(self) -> dict[str, Any]:
        """What came of it."""
        build = self.build
        return {
            "statuses": presenter.statuses(build, self.edition),
            "findings": presenter.findings(build),
            "headline": presenter.headline(build),
            "base": build.figures.get("headline", {}).get("base", 0),
            "inputs": presenter.what_it_is(build),
            "file": presenter.the_file(build) if build.state == BuildState.DONE else None,
            "seconds": presenter.seconds(build),
            "replaced": presenter.replaced_link(build),
            "errors": to_month(self.period, "errors", build=reference_of(build)),
        }


class _Act(OfBuild):
    """A button of a build: does one thing, then goes back to its page."""

    permission = Permission.MAKE_RETURNS
    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in its way is said on the page."""
        try:
            self.act()
        except CannotMake as error:
            messages.warning(self.request, error.message)
        return redirect(self.target())

    def act(self) -> None:
        raise NotImplementedError

    def target(self) -> str:
        """Where the reader goes."""
        return to_build(self.build)


class CarryOn(_Act):
    """Goes on with a making that has stopped, or that no worker is seen on."""

    def act(self) -> None:
        now = timezone.now()
        if not self.build.is_stalled(at=now, after_seconds=presenter.STALLED_AFTER):
            builds.carry_on(build=self.build, by=self.user, at=now)
        when_committed(tasks.make_build, build_id=self.build.pk)


class GoOnAsTrial(_Act):
    """Lets a final return that was refused go on as a trial."""

    def act(self) -> None:
        builds.go_on_as_trial(build=self.build, by=self.user, at=timezone.now())
        when_committed(tasks.make_build, build_id=self.build.pk)


class MakeAgain(_Act):
    """Makes a return again from the same inputs, to see that the bytes are the same (LAW-11)."""

    def act(self) -> None:
        if self.build.state != BuildState.DONE:
            raise CannotMake("This was not made to the end, so there is nothing to compare.")
        when_committed(tasks.rebuild, build_id=self.build.pk, by_id=self.user.pk)
        messages.info(
            self.request,
            "It is being made again. In a minute this page says whether it is the same.",
        )


class BringBack(_Act):
    """Brings back the records of a build, so that its people can be listed and compared."""

    def act(self) -> None:
        if self.build.moment is None:
            raise CannotMake("This was not made far enough to have records.")
        if not records.are_there(self.build):
            when_committed(tasks.make_records_again, build_id=self.build.pk)
        messages.info(self.request, "The records are being made again. Look again in a minute.")


class Download(OfBuild, FormView[DownloadForm]):
    """Gives the file to someone who says why, and leaves a line in the trail (USE-07)."""

    permission = Permission.DOWNLOAD_RETURNS
    place = "month"
    form_class = DownloadForm
    template_name = "returns/download.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build = to_build(self.build)
        return super().get_context_data(
            **self.frame,
            build=self.build,
            kind=kind_of(self.build),
            file=presenter.the_file(self.build),
            is_made=self.build.state == BuildState.DONE,
            back={
                "href": build,
                "text": f"{kind_of(self.build)} of {self.period.label}".capitalize(),
            },
            cancel=build,
            **kwargs,
        )

    def form_valid(self, form: DownloadForm) -> Any:
        try:
            path = builds.download(
                build=self.build,
                by=self.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except FileIsClosed:
            form.add_error(
                None,
                "This file says things that are closed by now to all but named people. Make the "
                "return again, or ask your information governance lead for it.",
            )
            return self.form_invalid(form)
        except FileNotKept:
            form.add_error(None, "The file is not kept any more. Make the return again.")
            return self.form_invalid(form)
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=path.name, content_type="application/xml"
        )
        response["Cache-Control"] = "no-store, private"
        return response


COLUMNS = (
    Column("Name", sort="name"),
    Column("Year"),
    Column("Cohort status"),
    Column("Activity in the return"),
    Column("In the return"),
)


class People(OfBuild, ShowReturnPage):
    """The young people in one build, by any figure or status."""

    place = "month"
    template_name = "returns/build_people.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build = self.build
        shared = {
            "build": build,
            "kind": kind_of(build),
            "reference": reference_of(build),
            "back": self.back,
            "columns": COLUMNS,
            "caption_text": "Young people in the return",
        }
        if not records.are_there(build):
            return super().get_context_data(
                **shared, nothing_yet=True, gone=[presenter.gone(build)], **kwargs
            )
        filters = RecordFilters(self.request.GET, edition=self.edition)
        matching = people.matching(build, self.edition, filters.wanted)
        seen = people.who(self.user, build).filter(matching)
        total = seen.count()
        listed = page_of(
            rows.by_name(seen),
            request=self.request,
            name=f"return-{build.ref}",
            sorts=rows.SORTS,
            key="ref",
            filters=filters,
            total=total,
            sentence=rows.sentence(total, filters),
        )
        self.record_names(listed.rows, build)
        listed.rows[:] = rows.of_build(listed.rows, build, self.edition)
        hidden = people.all_of(build, matching).count() - total
        return super().get_context_data(
            **shared, listed=listed, hidden=rows.not_shown(hidden), **kwargs
        )
