"""What merging two records does with what was shared (PIA-14): nothing live is merged."""

from django.utils import timezone

from caseload.merging.registry import (
    Handler,
    Notice,
    Pair,
    Way,
    give_notice,
    register,
    repointed,
)
from ccis.govuk.words import short_date
from sharing.models import Disclosure


def live_disclosures(pair: Pair) -> list[Notice]:
    """Something of either record is with an organisation now: that is settled first.

    Else a merge could bring together an objection and a live disclosure, or two of these.
    """
    live = Disclosure.objects.live(timezone.now()).filter(person__in=[pair.stays_id, pair.goes_id])
    return [
        Notice(
            f"{one.provider.name} has this person’s details until {short_date(one.ends_at)}. "
            "Recall them, or wait until then, before you merge",
            stops=True,
        )
        for one in live.select_related("provider")
    ]


register(
    repointed("sharing.disclosure", "who had their details is told of this person"),
    Handler("sharing.disclosedrow", Way.KEPT, "a row goes with its disclosure"),
    Handler("sharing.listentry", Way.KEPT, "a draft tells which record was on it at the time"),
)
give_notice("sharing", live_disclosures)
