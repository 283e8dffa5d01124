"""What merging two records means for returns: what was sent stays as it was sent."""

from caseload.merging import registry
from caseload.merging.registry import Handler, Notice, Pair, Way, register
from caseload.models import YoungPerson
from returns.models import Build, BuildKind

AS_SENT = "it tells what was found or sent at the time, of the record that it was found of"

register(
    *(
        Handler(label, Way.KEPT, AS_SENT)
        for label in ("returns.finding", "returns.sentstatus", "returns.difference")
    )
)


def unfinished(pair: Pair) -> list[Notice]:
    """Returns that are being made, or that were made as trials and not as final ones yet."""
    person = YoungPerson.objects.get(pk=pair.stays_id)
    builds = Build.objects.filter(authority=person.lead_authority_id)
    told = [
        Notice(
            f"The return of {build.month.label} is being made. It may still say of them what was "
            "known before."
        )
        for build in builds.under_way()
    ]
    finals = builds.standing().values("period")
    trial = (
        builds.done().filter(kind=BuildKind.TRIAL).exclude(period__in=finals).newest_first().first()
    )
    if trial is not None:
        told.append(
            Notice(
                f"A trial of the return of {trial.month.label} names both. Make it again after "
                "the merge."
            )
        )
    return told


registry.give_notice("returns", unfinished)
