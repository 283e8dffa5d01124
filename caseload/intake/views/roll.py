"""Who is on record at a school and not on its roll (PIA-02)."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.html import format_html

from caseload.intake.kinds import KINDS
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.presenters import files as presenter
from caseload.intake.rules import OPEN_OUTCOMES, Outcome
from caseload.intake.views.base import ShowFile
from caseload.models import Enrolment, YoungPerson
from caseload.presenters import results
from caseload.queries.people import SORTS, in_order, people_of
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.govuk.lists import Column, page_of
from ccis.govuk.words import plural

COLUMNS = tuple(map(Column, ("Name", "Date of birth", "Year", "Doing now", "Since", "Postcode")))


def is_roll(file: InboundFile) -> bool:
    """Whether a file has everyone of its schools."""
    kind = KINDS.get(file.kind)
    return bool(kind and kind.is_roll)


def not_on_the_roll(file: InboundFile, user: User) -> QuerySet[YoungPerson]:
    """People held to be at the roll's schools on its day, whom none of its rows is about.

    The roll's schools are those at which the people of its rows are on that day, once it is
    applied. Only people whom the user may see, and who have not left.
    """
    told = InboundRow.objects.filter(file=file, person__isnull=False).order_by()
    there = Enrolment.objects.believed().on(file.as_at).filter(provider__isnull=False)
    schools = there.filter(person__in=told.values("person")).order_by().values("provider")
    return people_of(user, file.authority, file.as_at).filter(
        Exists(there.filter(person=OuterRef("pk"), provider__in=schools)),
        ~Exists(told.filter(person=OuterRef("pk"))),
    )


class NotOnTheRoll(ShowFile):
    """People whom we hold at the schools of a roll that does not have them."""

    page = "missing"
    template_name = "intake/missing.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file, on = self.file, timezone.localdate()
        if not is_roll(file):
            raise Http404
        missing = not_on_the_roll(file, self.user)
        total = missing.count()
        listed = page_of(
            in_order(missing, "", on),
            request=self.request,
            name=f"missing-{file.ref}",
            sorts=SORTS[:1],
            total=total,
            sentence=format_html(
                "<strong>{}</strong> on record at these schools and not on this roll.",
                plural(total, "person", "people"),
            ),
        )
        record_restricted(listed.rows, by=self.user, at=timezone.now(), page="not on the roll")
        trail.record(
            "roll compared",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=file,
            people=len(listed.rows),
        )
        summaries = summaries_of(listed.rows, on)
        listed.rows[:] = [results.row(summaries[person.pk], on) for person in listed.rows]
        undecided = InboundRow.objects.filter(
            file=file, person=None, outcome__in={*OPEN_OUTCOMES, Outcome.CANNOT_READ}
        )
        return super().get_context_data(
            listed=listed,
            columns=COLUMNS,
            caption_text="Not on this roll",
            undecided=undecided.count(),
            back={"href": presenter.address(file, "outcome"), "text": "What was done"},
            **kwargs,
        )
