"""Who looked at a person, for information governance (PIA-07). Reading it is recorded too."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from caseload.forms.looks import KINDS, LooksFilters
from caseload.presenters import looks as presenter
from caseload.queries import looks
from caseload.views.person import ShowPerson
from ccis.access.roles import Permission
from ccis.audit.models import TrailEntry
from ccis.govuk.lists import Column, Sort, count_to, page_of
from ccis.govuk.words import long_date, number, plural

SORTS = (Sort("newest", "When", ("-id",)),)
COLUMNS = (Column("Who"), Column("Role then"), Column("When"), Column("What they saw"))
MOST_COUNTED = 10_000


class WhoLooked(ShowPerson):
    """Every look at a record, the newest first."""

    permission = Permission.SEE_WHO_LOOKED
    page = "who-looked"
    tab = "history"
    template_name = "caseload/who_looked.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = LooksFilters(self.request.GET, person=self.person)
        lines = filters.narrow(looks.lines_about(self.person))
        listed = page_of(
            lines,
            request=self.request,
            name=f"looks-{self.person.ref}",
            sorts=SORTS,
            filters=filters,
            sentence=sentence(lines, filters),
            cap=MOST_COUNTED,
        )
        listed.rows[:] = [presenter.row(look) for look in looks.looks(listed.rows)]
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Who looked at this record, the newest first",
            form=filters,
            back={"href": reverse("caseload:history", args=[self.person.ref]), "text": "History"},
            **kwargs,
        )


def sentence(lines: QuerySet[TrailEntry], filters: LooksFilters) -> SafeString:
    """``12 looks at this record, by Sam Okafor, from 1 November 2026.``"""
    chosen = filters.chosen
    total, is_capped = count_to(lines, MOST_COUNTED)
    parts = []
    if "who" in chosen:
        parts.append(f"by {filters.chip_text('who', chosen['who'])}")
    if "kind" in chosen:
        words = dict(KINDS)
        parts.append("of " + " or ".join(words[kind].lower() for kind in chosen["kind"]))
    if "since" in chosen:
        parts.append(f"from {long_date(chosen['since'])}")
    if "until" in chosen:
        parts.append(f"to the end of {long_date(chosen['until'])}")
    count = f"more than {number(total)} looks" if is_capped else plural(total, "look")
    rest = "".join(f", {part}" for part in parts)
    return format_html("<strong>{}</strong> at this record{}.", count, rest)
