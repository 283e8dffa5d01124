"""Last month's cohort, who joined and left, this month's (pages §2.8)."""

from functools import cached_property
from typing import Any

from django.http import Http404

from ccis.govuk.lists import Column, page_of
from returns import editions, people, queries
from returns.models import Build
from returns.presenters import builds as build_presenter
from returns.presenters import cohort as presenter
from returns.presenters import people as rows
from returns.presenters.places import to_month
from returns.presenters.words import kind_of, reference_of, title_of
from returns.presenters.workbench import sum_words
from returns.views.base import OfMonth, ShowReturnPage


class CohortPage(OfMonth, ShowReturnPage):
    """What the pages of the cohort share: the month's build and the one before it."""

    place = "cohort"

    @cached_property
    def previous(self) -> Build | None:
        """The build of an earlier month, if its statuses can be read."""
        return people.before(self.best) if self.best else None

    @property
    def word(self) -> str:
        """The build, where the address names it, for links."""
        return reference_of(self.best) if self.best and self.request.GET.get("build") else ""

    def part(self, name: str) -> str:
        """The address of the people behind a number."""
        return to_month(self.period, "cohort-part", name, build=self.word)

    @cached_property
    def movement(self) -> queries.CohortMovement | None:
        """Who joined and who left; ``None`` where there is nothing to compare."""
        if self.best is None or self.previous is None:
            return None
        if not people.statuses_are_kept(self.best):
            return None
        return queries.cohort_movement(self.best, self.previous)


class Cohort(CohortPage):
    """The sum from one month to the next, with the reasons, each number a link."""

    template_name = "returns/cohort.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build = self.best
        if build is None:
            return super().get_context_data(
                build=None, make=to_month(self.period, "make"), **kwargs
            )
        edition = editions.load(build.edition)
        shown: dict[str, Any] = {
            "build": build,
            "kind": kind_of(build),
            "title": title_of(build),
            "statuses": build_presenter.statuses(build, edition),
            "previous": self.previous,
        }
        if self.movement is not None and self.previous is not None:
            added = people.sum_of(build, self.previous)
            shown |= {
                "sum": added,
                "sum_words": sum_words(added, build, self.previous),
                "previous_title": title_of(self.previous),
                "joined": presenter.joined(self.movement, self.period, self.word),
                "left": presenter.left(self.movement, self.period, edition, self.word),
                "changed_href": self.part("changed"),
                "joined_href": self.part("joined"),
                "left_href": self.part("left"),
            }
        elif self.previous is not None:
            shown["gone"] = [build_presenter.gone(build)]
        return super().get_context_data(**shown, **kwargs)


class CohortPart(CohortPage):
    """The people behind one number of the sum: joined, left, or changed status."""

    template_name = "returns/cohort_part.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build, previous, movement = self.best, self.previous, self.movement
        if movement is None or build is None or previous is None:
            raise Http404
        part, reason = self.kwargs["part"], self.request.GET.get("reason", "")
        edition = editions.load(build.edition)
        match part:
            case "joined":
                words = presenter.joined_words(movement, reason)
            case "left":
                words = presenter.left_words(movement, reason, edition)
            case "changed":
                words = presenter.changed_words(people.changed_status(build, previous), edition)
            case _:
                raise Http404
        said = presenter.said_of(part, reason, edition)
        return super().get_context_data(
            heading=presenter.PARTS[part], **self.listed(build, words, part, said), **kwargs
        )

    def listed(self, build: Build, words: dict[int, str], part: str, said: str) -> dict[str, Any]:
        """The people of a part, each with why."""
        seen = people.who(self.user, build).filter(pk__in=words)
        total = seen.count()
        listed = page_of(
            rows.by_name(seen),
            request=self.request,
            name=f"cohort-{part}-{build.ref}",
            sorts=rows.SORTS,
            key="ref",
            total=total,
            sentence=presenter.part_sentence(total, said),
        )
        self.record_names(listed.rows, build)
        listed.rows[:] = rows.rows_of(listed.rows, build, lambda person: {"why": words[person.pk]})
        return {
            "listed": listed,
            "columns": (Column("Name", sort="name"), Column("Why"), Column("Look")),
            "caption_text": presenter.PARTS[part],
            "hidden": rows.not_shown(len(words) - total),
            "back": {"href": to_month(self.period, "cohort", build=self.word), "text": "Cohort"},
        }
