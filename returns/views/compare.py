"""Two builds side by side: joiners, leavers, changed values (pages §2.8)."""

from functools import cached_property
from typing import Any

from django.http import Http404

from ccis.govuk.lists import Column, page_of
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

ALL = 10_000_000
"""More people than any authority has: everyone is counted, fifty are shown at a time."""


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
        build, other = self.best, self.other
        if build is None or other is None or self.gone:
            raise Http404
        heading, columns = self.heads()
        found = self.found(build, other)
        seen = people.who(self.user, build).filter(pk__in=found)
        total = seen.count()
        listed = page_of(
            rows.by_name(seen),
            request=self.request,
            name=f"compare-{build.ref}-{other.ref}-{heading}",
            sorts=rows.SORTS,
            key="ref",
            total=total,
            sentence=rows.count_of(total),
        )
        self.record_names(listed.rows, build)
        listed.rows[:] = rows.rows_of(
            listed.rows, build, lambda person: {"cells": found[person.pk]}
        )
        return super().get_context_data(
            heading=heading,
            listed=listed,
            columns=(Column("Name", sort="name"), *columns, Column("Look")),
            caption_text=heading,
            hidden=rows.not_shown(len(found) - total),
            title=title_of(build),
            other_title=title_of(other),
            back={"href": to_month(self.period, "compare", **self.query), "text": "Comparison"},
            **kwargs,
        )

    def heads(self) -> tuple[str, tuple[Column, ...]]:
        """The heading of the page, and the columns between name and link."""
        raise NotImplementedError

    def found(self, build: Build, other: Build) -> dict[int, list[str]]:
        """What stands beside each person, by id."""
        raise NotImplementedError


class ComparePart(_CompareRows):
    """Those who are in one of the two builds alone."""

    def heads(self) -> tuple[str, tuple[Column, ...]]:
        if self.kwargs["part"] not in presenter.PARTS:
            raise Http404
        return presenter.PARTS[self.kwargs["part"]], (Column("Cohort status"),)

    def found(self, build: Build, other: Build) -> dict[int, list[str]]:
        inside, outside = (build, other) if self.kwargs["part"] == "joined" else (other, build)
        return presenter.only_in(queries.only_in(inside, outside, limit=ALL), inside.edition)


class CompareValues(_CompareRows):
    """Those for whom one element has another value."""

    def heads(self) -> tuple[str, tuple[Column, ...]]:
        return f"{self.column.element} changed", (Column("Was"), Column("Is now"))

    @property
    def column(self) -> record.Column:
        """The column of the record that is compared; not found for what is not sent."""
        column = record.BY_NAME.get(self.kwargs["column"])
        if column is None or column.element is None:
            raise Http404
        return column

    def found(self, build: Build, other: Build) -> dict[int, list[str]]:
        changed = queries.changed_values(build, other, str(self.column.element), limit=ALL)
        hidden = self.address_hidden([one.person_id for one in changed])
        return presenter.changed(changed, self.column, address_hidden=hidden)
