"""The signs of risk that we hold about people: what schools returned, and the record beside it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q, Sum

from caseload.models import Attendance, Characteristic, RiskIndicators, SendProvision
from caseload.risk import Risk, weigh
from ccis.authorities.policy import Policy

A_YEAR = timedelta(days=365)

CIRCUMSTANCES = {
    "110": "looked_after",
    "120": "pregnant_or_parent",
    "140": "carer",
    "160": "looked_after",
    "170": "youth_justice",
    "180": "pregnant_or_parent",
    "190": "pregnant_or_parent",
    "200": "alternative_provision",
}
"""Codes of circumstances (docs/nccis.md) that say the same as a sign."""

TOLD = (
    "alternative_provision",
    "free_meals",
    "carer",
    "english_additional",
    "sen_support",
    "ehc_plan",
    "looked_after",
    "pregnant_or_parent",
    "youth_justice",
)
"""Signs that a school's return holds as a yes or no, under the same name."""


def risks(
    people: Collection[int],
    *,
    policy: Policy,
    on: date,
    told_in: Collection[str] | None = None,
) -> dict[int, Risk]:
    """How each of some people, by id, stands to the authority's indicators on a day.

    ``told_in`` are references of files: given, only what came by one of them is looked at.
    """
    found: dict[int, dict[str, str]] = defaultdict(dict)
    told_there = Q() if told_in is None else Q(recorded__file_ref__in=told_in)
    of_them = Q(person__in=people) & told_there
    _attended(found, of_them, policy, on)
    for told in RiskIndicators.objects.believed().on(on).filter(of_them):
        signs = found[told.person_id]
        signs.update({name: "" for name in TOLD if getattr(told, name)})
        if told.exclusions:
            signs["exclusions"] = f"{told.exclusions} times" if told.exclusions > 1 else "once"
        if told.judgement == RiskIndicators.Judgement.HIGH:
            signs["judgement"] = ""
        if told.attendance_percent is not None:
            signs.pop("attendance", None)
            if told.attendance_percent < policy.risk_attendance_percent:
                signs["attendance"] = f"{told.attendance_percent}%"
    held = Characteristic.objects.believed().on(on).filter(of_them)
    for person, code in held.filter(code__in=CIRCUMSTANCES).values_list("person", "code"):
        found[person].setdefault(CIRCUMSTANCES[code], "")
    provisions = SendProvision.objects.believed().on(on).filter(of_them)
    for person, provision in provisions.values_list("person", "provision"):
        if provision != SendProvision.Provision.NONE:
            has_plan = provision == SendProvision.Provision.PLAN
            found[person].setdefault("ehc_plan" if has_plan else "sen_support", "")
    return {person: weigh(found.get(person, {}), policy) for person in people}


def _attended(found: dict[int, dict[str, str]], of_them: Q, policy: Policy, on: date) -> None:
    """Low attendance by the sessions of the last year, where no return says a share."""
    held = Attendance.objects.believed().filter(
        of_them, during__startswith__gt=on - A_YEAR, during__startswith__lte=on
    )
    sums = held.values_list("person").annotate(Sum("attended"), Sum("possible"))
    for person, attended, possible in sums:
        if possible and 100 * attended / possible < policy.risk_attendance_percent:
            found[person]["attendance"] = f"{100 * attended / possible:.1f}%"
