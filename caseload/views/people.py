"""The list of people (pages §2.2 and §3.1)."""

from typing import Any

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
from ccis.govuk.lists import Column, page_of
from ccis.govuk.words import plural

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
        filters = PeopleFilters(self.request.GET, on=on)
        people = filters.narrow(people_of(user, authority, on))
        total = people.count()
        listed = page_of(
            in_order(people, self.request.GET.get("sort", ""), on),
            request=self.request,
            name="people",
            sorts=SORTS,
            key="ref",
            filters=filters,
            sentence=sentence(total, filters),
            total=total,
        )
        record_restricted(listed.rows, by=user, at=timezone.now(), page="people")
        listed.rows[:] = self._rows(listed.rows)
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Young people",
            nothing_yet=not total and not filters.chosen,
            may_add=holds(user, Permission.ADD_PEOPLE, authority),
            **kwargs,
        )

    @staticmethod
    def _rows(people: list[YoungPerson]) -> list[dict[str, Any]]:
        on = timezone.localdate()
        summaries = summaries_of(people, on)
        return [results.row(summaries[person.pk], on) for person in people]


def sentence(total: int, filters: PeopleFilters) -> SafeString:
    """``214 young people who are not known, in Year 12.``"""
    count = plural(total, "young person", "young people")
    rest = ", ".join(sentence_parts(filters, total))
    return format_html("<strong>{}</strong>{}{}.", count, " " if rest else "", rest)
