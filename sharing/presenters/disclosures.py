"""A disclosure in words: its tags, its clock, what it rests on (pages §5.2)."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from caseload.models import YoungPerson
from caseload.presenters.holding import Holding
from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, local_date
from ccis.calendar.working_days import BankHolidaysNotKnown, working_days_between
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.tags import UNDER_WAY
from ccis.govuk.words import date_and_time, plural, short_date
from optout.letters.rules import PURPOSES
from sharing.agreements.models import PrivacyNotice
from sharing.agreements.rules import BASES
from sharing.models import Disclosure, EndedBecause
from sharing.models.disclosures import BY_ITSELF, BY_OUTCOME
from sharing.queries.asking import InForce
from sharing.rules import Found, headings, in_words

Tag = dict[str, str]
BY_WORD = {
    Disclosure.Kind.EMERGENCY.value: "In an emergency",
    Disclosure.Kind.TOLD.value: "Told when asked",
}
SOON = 3
"""Working days left from which a clock ends soon (pages §3.10)."""


def tags(one: Disclosure, at: datetime) -> list[Tag]:
    """Where a disclosure stands."""
    if one.kind != Disclosure.Kind.LIST and one.ends_at <= at:
        return [{"text": BY_WORD[one.kind], "colour": "grey"}]
    if one.ends_at > at:
        if one.engaged_at:
            return [{"text": "Outcome given", "colour": "green"}]
        return [{"text": "Received" if one.received_at else "Released", "colour": "blue"}]
    if one.ended_because in BY_OUTCOME:
        how = {"text": "Outcome given", "colour": "green"}
    elif one.ended_because in BY_ITSELF:
        how = {"text": "Time ended", "colour": "grey"}
    else:
        how = {"text": "Recalled", "colour": "purple"}
    if one.destroyed_at:
        return [how, {"text": "Destroyed", "colour": "green"}]
    return [how, {"text": "Waiting for destruction", "colour": "teal"}]


def shared_now(person: YoungPerson, at: datetime) -> list[Holding]:
    """The tag of someone who is shared with an organisation, for the head of each page."""
    live = Disclosure.objects.live(at).filter(person=person).select_related("provider")
    return [
        Holding(
            f"Shared with {one.provider.name}",
            UNDER_WAY,
            f"{one.provider.name} can no longer see them. It is asked to destroy what it has.",
        )
        for one in live
    ]


def last_day(one: Disclosure) -> str:
    """The last day of a disclosure, in words."""
    return date_in_words(local_date(one.ends_at - timedelta(microseconds=1)))


def clock(one: Disclosure, at: datetime) -> dict[str, Any] | None:
    """How much of a live disclosure is left; nothing once it is over (pages §3.10)."""
    if one.ends_at <= at:
        return None
    last = local_date(one.ends_at - timedelta(microseconds=1))
    try:
        left = working_days_between(local_date(at), last)
    except BankHolidaysNotKnown:
        return {"left": f"Until {date_in_words(last)}", "why": _why_it_runs(one)}
    tag = None
    if left <= SOON:
        tag = {"text": "Ends soon", "colour": "yellow"}
    if last == local_date(at):
        tag = {"text": "Ends today", "colour": "orange"}
    return {
        "left": f"{plural(left, 'working day')} left",
        "ends": f"at the end of {date_in_words(last)}",
        "why": _why_it_runs(one),
        "tag": tag,
    }


def _why_it_runs(one: Disclosure) -> str:
    if one.kind == Disclosure.Kind.EMERGENCY:
        return ""
    if one.engaged_at:
        return "They work together, so it lasts to the end of the agreement"
    if one.received_at is None:
        return (
            "Nobody there has opened the list. The time to reach them starts anew when somebody "
            "does"
        )
    return f"Received {short_date(one.received_at)}, which is day 0"


def row(one: Disclosure, name: str, at: datetime) -> dict[str, Any]:
    """One line of the ledger."""
    return {
        "name": name,
        "href": reverse("sharing:disclosure", args=[one.ref]),
        "provider": one.provider.name,
        "columns": in_words(one.columns),
        "from": short_date(one.released_at),
        "until": short_date(one.ends_at - timedelta(microseconds=1)),
        "tags": tags(one, at),
    }


def details(one: Disclosure, notices: dict[int, PrivacyNotice], at: datetime) -> dict[str, Any]:
    """All that is on record of one disclosure: who, what, why, on what basis, until when."""
    rows = [
        summary_row("Organisation", one.provider.name),
        summary_row("What for", one.get_purpose_display() or "An emergency"),
        summary_row("What they were given", headings(one.columns)),
        *_rests_on(one, notices),
        *_life(one, at),
    ]
    if one.on_list is not None and one.on_list.released_by is not None:
        rows.append(
            summary_row(
                "Who decided",
                [
                    f"Prepared by {one.on_list.drafted_by.name}",
                    f"Released by {one.on_list.released_by.name}",
                ],
            )
        )
    rows.append(summary_row("Reference", show_reference(one.ref)))
    return summary(rows)


def _rests_on(one: Disclosure, notices: dict[int, PrivacyNotice]) -> list[dict[str, Any]]:
    rows = []
    if one.version is not None:
        agreement = one.version.agreement
        rows.append(summary_row("Agreement", f"{agreement.title}, version {one.version.number}"))
    if one.basis:
        rows.append(summary_row("Lawful basis", BASES.get(one.basis, one.basis)))
    if one.letter is not None:
        letter = one.letter
        words = f"Sent {short_date(letter.posted_on)}: {letter.version.template.name}"
        if letter.returned_on:
            words = f"Came back {short_date(letter.returned_on)}. {words}"
        rows.append(summary_row("Their letter", f"{words}, version {letter.version.number}"))
    relied_on = [notices[pk] for pk in one.notices if pk in notices]
    if relied_on:
        named = [f"{notice.title}, version {notice.version}" for notice in relied_on]
        rows.append(summary_row("Privacy notices", named))
    return rows


def _life(one: Disclosure, at: datetime) -> list[dict[str, Any]]:
    rows = [summary_row("Released", date_and_time(one.released_at))]
    if one.received_at:
        rows.append(summary_row("Received", date_and_time(one.received_at)))
    if one.ends_at > at:
        rows.append(summary_row("Lasts until", f"The end of {last_day(one)}"))
        return rows
    if one.kind != Disclosure.Kind.LIST:
        by = f", by {one.made.by.name}" if one.made.by else ""
        return [summary_row("Told", f"{date_and_time(one.released_at)}{by}, once")]
    why = EndedBecause(one.ended_because or EndedBecause.TERM).label
    by = f", by {one.ended.by.name}" if one.ended and one.ended.by else ""
    rows.append(summary_row("Ended", f"{date_and_time(one.ends_at)}: {why}{by}"))
    if one.ended_because == EndedBecause.RECALLED and one.ended and one.ended.source:
        rows.append(summary_row("Why it was recalled", one.ended.source))
    said = date_and_time(one.destroyed_at) if one.destroyed_at else "Not yet"
    rows.append(summary_row("The organisation says that its copies are destroyed", said))
    if one.purged_at:
        rows.append(summary_row("Our own rows destroyed", date_and_time(one.purged_at)))
    return rows


def told_of_a_recall(one: Disclosure) -> list[str]:
    """What a recall does and what the organisation is told, a sentence each."""
    return [
        f"{one.provider.name} can no longer see this person, from this moment.",
        "It is told that somebody was taken off its list and must be destroyed. It is not told "
        "why.",
        "It is asked to confirm that its copies are destroyed. Until it does, this stays open.",
        "You cannot undo this. To share again, they must go on a new list.",
    ]


def could_go(found: list[InForce]) -> list[dict[str, Any]]:
    """With whom someone could be shared and for what, or every reason why not."""
    return [
        {
            "organisation": one.provider.name,
            "purpose": PURPOSES[one.purpose],
            "tag": {"text": "Can be shared", "colour": "green"}
            if one.answer.may
            else {"text": "Cannot be shared", "colour": "grey"},
            "words": [in_words(one.answer.columns).capitalize()]
            if one.answer.may
            else [_reason(why) for why in one.answer.why_not],
        }
        for one in found
    ]


def _reason(why: Found) -> str:
    return f"{why.words}: from {date_in_words(why.from_day)}" if why.from_day else why.words
