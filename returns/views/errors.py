"""What the checks found in a month's return: by rule, by person, one rule (pages §4.8)."""

from functools import cached_property
from typing import Any

from django.http import Http404

from ccis.govuk.lists import Column, page_of
from returns import editions, people, queries
from returns.forms import ErrorFilters
from returns.models import Build
from returns.presenters import errors as presenter
from returns.presenters import people as rows
from returns.presenters.places import to_month
from returns.presenters.words import as_at, kind_of, reference_of, title_of, urgency_tag
from returns.views.base import OfMonth, ShowReturnPage


class ErrorsPage(OfMonth, ShowReturnPage):
    """A page of errors: those of the build that ``?build=`` names, else of the newest checked."""

    place = "errors"

    @cached_property
    def checked(self) -> Build | None:
        """The build whose errors are shown; ``None`` when none has been checked yet."""
        found = self.build_named("build")
        return found or queries.newest_checked(self.authority, self.period)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        build = self.checked
        if build is None:
            return super().get_context_data(
                build=None, nothing_yet=True, make=to_month(self.period, "make"), **kwargs
            )
        return super().get_context_data(
            build=build,
            kind=kind_of(build),
            title=title_of(build),
            as_at=as_at(build),
            nothing_found=not build.finding_counts,
            is_older=self.is_older,
            **self.found(build),
            **kwargs,
        )

    @property
    def is_older(self) -> bool:
        """Whether the address names a build, so that links must go on naming it."""
        return bool(self.request.GET.get("build"))

    @property
    def word(self) -> str:
        """The build named, for links."""
        return reference_of(self.checked) if self.is_older and self.checked else ""

    def found(self, build: Build) -> dict[str, Any]:
        """What the checks found, for the page."""
        raise NotImplementedError


class ByRule(ErrorsPage):
    """Each rule that found something, the most pressing first."""

    template_name = "returns/errors.jinja"

    def found(self, build: Build) -> dict[str, Any]:
        filters = ErrorFilters(self.request.GET)
        asked = filters.chosen.get("priority", [])
        found = presenter.by_rule(queries.errors_by_rule(build), self.period, self.word)
        return {
            "sentence": presenter.sentence(build),
            "rules": [one for one in found if not asked or one["key"] in asked],
            "chips": list(filters.chips(self.request.GET)),
            "clear": to_month(self.period, "errors", build=self.word),
            "views": presenter.views(self.period, "rule", self.word),
        }


class ByPerson(ErrorsPage):
    """Everyone in whose record something was found, with what."""

    template_name = "returns/errors_people.jinja"

    def found(self, build: Build) -> dict[str, Any]:
        asked = people.with_findings(build)
        seen = people.who(self.user, build).filter(asked)
        total = seen.count()
        listed = page_of(
            rows.by_name(seen),
            request=self.request,
            name=f"errors-{build.ref}",
            sorts=rows.SORTS,
            key="ref",
            total=total,
            sentence=presenter.sentence(build),
        )
        self.record_names(listed.rows, build)
        listed.rows[:] = presenter.person_rows(listed.rows, build, self.period, self.word)
        return {
            "listed": listed,
            "columns": (Column("Name", sort="name"), Column("What is wrong"), Column("Look")),
            "caption_text": "Young people with errors",
            "hidden": rows.not_shown(build.people_with_findings - total),
            "views": presenter.views(self.period, "person", self.word),
        }


class OneRule(ErrorsPage):
    """One rule: what is wrong, what to do, and everyone whom it concerns."""

    template_name = "returns/rule.jinja"

    def found(self, build: Build) -> dict[str, Any]:
        code, edition = self.kwargs["rule"], editions.load(build.edition)
        rule = edition.rules.get(code)
        if rule is None:
            raise Http404
        asked = people.with_findings(build, code)
        seen = people.who(self.user, build).filter(asked)
        total = seen.count()
        listed = page_of(
            rows.by_name(seen),
            request=self.request,
            name=f"rule-{code}-{build.ref}",
            sorts=rows.SORTS,
            key="ref",
            total=total,
            sentence=rows.count_of(total),
        )
        self.record_names(listed.rows, build)
        hidden = self.address_hidden([person.pk for person in listed.rows])
        listed.rows[:] = presenter.rule_rows(listed.rows, build, rule, address_hidden=hidden)
        return {
            "rule": rule,
            "tag_of_rule": urgency_tag(rule.priority),
            "listed": listed,
            "columns": presenter.RULE_COLUMNS,
            "caption_text": rule.words,
            "hidden": rows.not_shown(people.all_of(build, asked).count() - total),
            "back": {"href": to_month(self.period, "errors", build=self.word), "text": "Errors"},
        }
