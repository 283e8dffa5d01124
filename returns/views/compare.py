"""Two builds side by side: joiners, leavers, changed values (pages §2.8)."""

from functools import cached_property
from typing import Any

from django.http import Http404

from ccis.govuk.lists import Column
from returns import people, queries, records
from returns.editions import record
from returns.forms import CompareForm
from returns.models import Build
from returns.presenters import builds as build_presenter
from returns.presenters import compare as presenter
from returns.presenters import people as rows
from returns.presenters.places import to_month, word_for
from returns.presenters.words import title_of
from returns.views.base import OfMonth, ShowReturnPage

MOST = 500
"""Rows on a page of a comparison; the count beside it is of all."""


class ComparePage(OfMonth, ShowReturnPage):
    """What the pages of a comparison share: this build, and the one it is compared with."""

    place = "compare"

    @cached_property
    def other(self) -> Build | None:
        """The build that ``?with=`` names."""
        return self.build_named("with")

    @property
    def query(self) -> dict[str, str]:
        """The two builds as words of an address."""
        return {
            "with": word_for(self.other) if self.other else "",
            "build": word_for(self.best) if self.best and self.request.GET.get("build") else "",
        }

    @cached_property
    def gone(self) -> list[dict[str, str]]:
        """The builds of the two whose records were dropped."""
        two = [one for one in (self.best, self.other) if one is not None]
        return [build_presenter.gone(one) for one in two if not records.are_there(one)]


class Compare(ComparePage):
    """Asks what to compare with, and shows what differs."""

    template_name = "returns/compare.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build, other = self.best, self.other
        if build is None:
            return super().get_context_data(
                build=None, make=to_month(self.period, "make"), **kwargs
            )
        usual = other or people.before(build)
        form = CompareForm(
            initial={"with": word_for(usual)} if usual else None,
            authority=self.authority,
            leaving_out=build,
        )
        shown: dict[str, Any] = {
            "build": build,
            "title": title_of(build),
            "form": form,
            "named": word_for(build) if self.request.GET.get("build") else "",
            "can_compare": len(form.fields["with"].choices) > 1,  # type: ignore[attr-defined]
        }
        if other is not None:
            shown |= {"other": other, "other_title": title_of(other), "gone": self.gone}
            if not self.gone:
                found = queries.compare(build, other)
                shown["found"] = presenter.comparison(found, self.period, self.query)
                shown["same_edition"] = build.edition == other.edition
        return super().get_context_data(**shown, **kwargs)


class _CompareRows(ComparePage):
    """A list of people behind one number of a comparison."""

    template_name = "returns/compare_rows.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.best is None or self.other is None or self.gone:
            raise Http404
        found = self.found(self.best, self.other)
        seen = queries.visible_people(found, user=self.user)
        shown = sorted(seen.values(), key=lambda person: person.pk)
        made = rows.rows_of(shown, None, lambda person: found[person.pk])
        return super().get_context_data(
            rows=sorted(made, key=lambda row: row["name"].casefold()),
            hidden=rows.not_shown(len(found) - len(seen)),
            is_cut=len(found) >= MOST,
            most=MOST,
            title=title_of(self.best),
            other_title=title_of(self.other),
            back={
                "href": to_month(self.period, "compare", **self.query),
                "text": "Comparison",
            },
            **kwargs,
        )

    def found(self, build: Build, other: Build) -> dict[int, dict[str, Any]]:
        """What stands beside each person, by id."""
        raise NotImplementedError


class ComparePart(_CompareRows):
    """Those who are in one of the two builds alone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = self.kwargs["part"]
        if part not in presenter.PARTS:
            raise Http404
        return super().get_context_data(
            heading=presenter.PARTS[part],
            columns=(Column("Name"), Column("Cohort status"), Column("Reference")),
            **kwargs,
        )

    def found(self, build: Build, other: Build) -> dict[int, dict[str, Any]]:
        inside, outside = (build, other) if self.kwargs["part"] == "joined" else (other, build)
        return presenter.only_in(queries.only_in(inside, outside, limit=MOST), inside.edition)


class CompareValues(_CompareRows):
    """Those for whom one element has another value."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        column = record.BY_NAME.get(self.kwargs["column"])
        if column is None or column.element is None:
            raise Http404
        return super().get_context_data(
            heading=f"{column.element} changed",
            columns=(Column("Name"), Column("Was"), Column("Is now"), Column("Reference")),
            **kwargs,
        )

    def found(self, build: Build, other: Build) -> dict[int, dict[str, Any]]:
        column = record.BY_NAME[self.kwargs["column"]]
        changed = queries.changed_values(build, other, str(column.element), limit=MOST)
        return presenter.changed(changed, column)
