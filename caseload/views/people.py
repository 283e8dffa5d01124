"""The list of people (pages §2.2 and §3.1)."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from caseload.forms.people import PeopleFilters, sentence_parts
from caseload.models import YoungPerson
from caseload.presenters import results
from caseload.queries.people import SORTS, in_order, people_of
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.audit import trail
from ccis.govuk.lists import Column, count_to, page_of
from ccis.govuk.words import plural

MOST_COUNTED = 50_000
"""No authority tracks as many: up to here totals are exact."""

MOST_PICKED = 10_000
"""As many can be found by a filter and then put in order; more are read in order, and the total
is given as more than these."""

COLUMNS = (
    Column("Name", sort="name"),
    Column("Date of birth", sort="youngest"),
    Column("Year"),
    Column("Doing now"),
    Column("Since", sort="since"),
    Column("Confirmed"),
    Column("Review", sort="review"),
    Column("Postcode"),
)


class PeopleList(RequiresPermission, TemplateView):
    """Everyone whose record the authority keeps, by filters, fifty at a time."""

    permission = Permission.SEE_PEOPLE
    template_name = "caseload/people.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = timezone.localdate()
        user, authority = signed_in_user(self.request), authority_of(self.request)
        sees_sensitive = holds(user, Permission.SEE_SENSITIVE, authority)
        filters = PeopleFilters(
            self.request.GET,
            on=on,
            sees_sensitive=sees_sensitive,
            may_edit=holds(user, Permission.EDIT_PEOPLE, authority),
        )
        people, total, is_capped = self._narrowed(filters, people_of(user, authority, on))
        listed = page_of(
            in_order(people, self.request.GET.get("sort", ""), on),
            request=self.request,
            name="people",
            sorts=SORTS,
            filters=filters,
            sentence=sentence(total, filters, is_capped=is_capped),
            total=total,
        )
        record_restricted(listed.rows, by=user, at=timezone.now(), page="people")
        if filters.chosen.get("asked"):
            self._record_whom_to_ask(listed.rows)
        listed.rows[:] = self._rows(listed.rows)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Young people",
            nothing_yet=not total and not filters.chosen,
            may_add=holds(user, Permission.ADD_PEOPLE, authority),
            **kwargs,
        )

    def _record_whom_to_ask(self, people: list[YoungPerson]) -> None:
        """Leave a line about each: the list says that a parent gave an instruction."""
        trail.record_many(
            "person seen",
            [person.pk for person in people],
            kind=YoungPerson._meta.label_lower,
            by=signed_in_user(self.request),
            at=timezone.now(),
            authority=authority_of(self.request),
            page="people, to be asked afresh",
        )

    @staticmethod
    def _narrowed(
        filters: PeopleFilters, people: QuerySet[YoungPerson]
    ) -> tuple[QuerySet[YoungPerson], int, bool]:
        """Those who answer to the filters, how many they are, and whether counting stopped.

        A few are found first and then put in order; many are read in order and then narrowed. The
        database cannot tell beforehand which it will be, and is slow when it takes few for many.
        """
        narrowed = filters.narrow(people)
        if filters.chosen:
            found = list(narrowed.order_by().values_list("pk", flat=True)[: MOST_PICKED + 1])
            if len(found) > MOST_PICKED:
                return narrowed, MOST_PICKED, True
            return YoungPerson.objects.filter(pk__in=found), len(found), False
        return narrowed, *count_to(narrowed, MOST_COUNTED)

    @staticmethod
    def _rows(people: list[YoungPerson]) -> list[dict[str, Any]]:
        on = timezone.localdate()
        summaries = summaries_of(people, on)
        return [results.row(summaries[person.pk], on) for person in people]


def sentence(total: int, filters: PeopleFilters, *, is_capped: bool = False) -> SafeString:
    """``214 young people who are not known, in Year 12.``"""
    count = ("More than " if is_capped else "") + plural(total, "young person", "young people")
    rest = ", ".join(sentence_parts(filters, total))
    return format_html("<strong>{}</strong>{}{}.", count, " " if rest else "", rest)
