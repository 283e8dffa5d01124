"""What merging two records means for files and their rows."""

from caseload.intake.models import InboundRow
from caseload.intake.rules import FINAL, FileState, Outcome
from caseload.merging import registry
from caseload.merging.registry import Notice, Pair, register, repointed
from ccis.govuk.words import plural

STAGED = (Outcome.WILL_CHANGE, Outcome.NO_CHANGE, Outcome.LOOK_AGAIN)

register(
    repointed("intake.inboundrow", "a row is about the person, who is the record that stays"),
)


def rows_not_applied(pair: Pair) -> list[Notice]:
    """Rows of files under review about either: they are looked at again when they are applied."""
    rows = InboundRow.objects.filter(
        person__in=(pair.stays_id, pair.goes_id), outcome__in=STAGED
    ).exclude(file__state__in=[*FINAL, FileState.DONE])
    count = rows.count()
    if not count:
        return []
    return [
        Notice(
            f"{plural(count, 'row')} of files that are not applied yet "
            f"{'is' if count == 1 else 'are'} about one of these. What they would change is "
            "worked out again when they are applied."
        )
    ]


registry.give_notice("rows of files", rows_not_applied)
