"""Destruction as pages show it: who is still to confirm, and certificates in words."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from ccis.govuk.lists import Column
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import date_and_time, plural, short_date
from optout.letters.rules import PURPOSES
from sharing.destruction.asking import ASKED_AGAIN_AFTER, waited
from sharing.destruction.certificates import Signed
from sharing.destruction.models import Confirmation
from sharing.models import EndedBecause, SharedList
from sharing.rules import in_words

WAITING = ["List", "Organisation", "Young people", "Ended", "Asked", "State"]
CERTIFICATES = (
    Column("Certificate"),
    Column("Organisation"),
    Column("Young people"),
    Column("Confirmed"),
)


def lists_waiting(authority: Authority, at: datetime) -> list[SharedList]:
    """Lists of which something has ended and is not confirmed, those that ended first first."""
    over = Q(disclosures__ends_at__lte=at, disclosures__destroyed_at=None)
    return list(
        SharedList.objects.filter(authority=authority)
        .annotate(
            waits=Count("disclosures", filter=over, distinct=True),
            since=Min("disclosures__ends_at", filter=over),
            asked=Count("chases", distinct=True),
        )
        .filter(waits__gt=0)
        .select_related("provider")
        .order_by("since", "pk")
    )


def waiting_rows(lists: list[SharedList], at: datetime) -> list[dict[str, Any]]:
    """Those lists for a table, each with what can be done."""
    return [
        {
            "reference": show_reference(one.ref),
            "href": reverse("sharing:list", args=[one.ref]),
            "provider": one.provider.name,
            "people": f"{one.waits:,}",  # type: ignore[attr-defined]
            "since": short_date(local_date(one.since)),  # type: ignore[attr-defined]
            "asked": plural(one.asked, "time"),  # type: ignore[attr-defined]
            "tag": _tag(one.since, at),  # type: ignore[attr-defined]
            "remind": reverse("destruction:remind", args=[one.ref]),
            "said": reverse("destruction:said", args=[one.ref]),
        }
        for one in lists
    ]


def _tag(since: datetime, at: datetime) -> dict[str, str]:
    if waited(since, at) > ASKED_AGAIN_AFTER:
        return {"text": "Late", "colour": "red"}
    return {"text": "Waiting for destruction", "colour": "teal"}


def certificate_rows(found: list[Confirmation]) -> list[dict[str, Any]]:
    """Certificates for a table."""
    return [
        {
            "reference": show_reference(one.ref),
            "href": reverse("destruction:certificate", args=[one.ref]),
            "provider": one.on_list.provider.name,
            "people": f"{len(signed(one).says['people']):,}",
            "on": short_date(one.said_on),
        }
        for one in found
    ]


def signed(one: Confirmation) -> Signed:
    """The certificate as it was signed."""
    return Signed(one.certificate, one.signature, one.key)


def details(one: Confirmation, *, is_true: bool) -> dict[str, Any]:
    """All that a certificate states, in words."""
    says = signed(one).says
    because: dict[str, int] = {}
    for person in says["people"]:
        label = str(EndedBecause(person["because"]).label)
        because[label] = because.get(label, 0) + 1
    rows = [
        summary_row("Council", says["council"]),
        summary_row("Organisation", says["organisation"]),
        summary_row("List", f"{show_reference(says['list'])}: {PURPOSES[says['purpose']]}"),
        summary_row("What they were given", in_words(says["columns"]).capitalize()),
        summary_row("Young people", f"{len(says['people']):,}"),
        summary_row("Why it ended", [f"{words}: {count:,}" for words, count in because.items()]),
        summary_row("Our rows of them", "Destroyed"),
        summary_row("Files of them", _files(says["files"])),
        summary_row(
            "The organisation's word",
            [
                f"{says['confirmed']['by']}, {short_date(one.said_on)}, "
                f"{one.get_how_display().lower()}",
                says["confirmed"]["what"],
            ],
        ),
        summary_row("Recorded", f"{date_and_time(one.recorded_at)}, by {one.recorded_by.name}"),
        summary_row(
            "Signature",
            f"Holds, by key {one.key}"
            if is_true
            else f"Does not hold, or key {one.key} is not published here",
        ),
    ]
    return summary(rows)


def _files(files: list[dict[str, Any]]) -> str | list[str]:
    if not files:
        return "There were none"
    return [
        f"Copy {file['copy']}: keys {'' if file['keys_destroyed'] else 'not '}destroyed, "
        f"downloaded {plural(file['downloads'], 'time')}"
        for file in files
    ]
