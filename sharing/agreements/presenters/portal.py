"""What an organisation sees of its agreements, and what of them it has to do."""

from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.calendar.words import date_in_words, local_date
from ccis.govuk.summary import row, summary
from providers.portal.models import Seat
from providers.portal.todo import ToDo
from sharing.agreements import rules
from sharing.agreements.actions import returning
from sharing.agreements.models import Agreement, AnnexA, Party, Version
from sharing.agreements.presenters import agreements as presenter
from sharing.agreements.rules import State

PARTS = {
    "annex": ("What you do with the information", "own-annex", "Fill in what you will do"),
    "organisation": ("How you keep it safe", "own-safeguards", ""),
    "people": ("Staff who may see it", "own-people", "Name who may see what is shared"),
}
"""Parts that an organisation fills in: title, page, and what to say while it is not there."""

SOON = timedelta(days=60)


def of_seat(seat: Seat) -> list[Agreement]:
    """The agreements of a seat's organisation with its council, those that were withdrawn too."""
    mine = Agreement.objects.filter(authority=seat.authority, provider=seat.provider)
    return list(mine.select_related("authority", "provider").prefetch_related("versions"))


def shown_of(versions: list[Version]) -> Version:
    """Of an agreement's versions, the one that its organisation has to do with."""
    newest_first = sorted(versions, key=lambda one: -one.number)
    made = [one for one in newest_first if State(one.state) in rules.BEFORE]
    binding = [one for one in newest_first if State(one.state) in rules.GOVERNING]
    return (made or binding or newest_first)[0]


def rows(agreements: list[Agreement]) -> list[dict[str, Any]]:
    """Agreements as lines: what is called what, and how it stands."""
    made = []
    for one in agreements:
        version = shown_of(list(one.versions.all()))
        made.append(
            {
                "title": one.title,
                "href": reverse("agreements:own", args=[one.ref]),
                "state": presenter.state_tag(version),
                "period": presenter.period(version),
            }
        )
    return made


def task_list(version: Version, *, on: date) -> dict[str, Any]:
    """The parts that the organisation fills in, and signing, each with what is still wanted."""
    agreement = version.agreement
    wanted = returning.still_wanted(version, on=on)
    items: list[dict[str, Any]] = []
    for part, (title, page, instead) in PARTS.items():
        words = wanted.get(part, [])
        item: dict[str, Any] = {
            "title": {"text": title},
            "href": reverse(f"agreements:{page}", args=[agreement.ref]),
            "status": {"tag": presenter.TO_DO} if words else {"text": "Done"},
        }
        if words:
            item["hint"] = {"text": instead or ". ".join(words)}
        items.append(item)
    items.append(_signing(version, is_ready=not wanted))
    return {"items": items, "idPrefix": "parts"}


def _signing(version: Version, *, is_ready: bool) -> dict[str, Any]:
    title = {"text": "Check your answers and sign"}
    if returning.waiting(version) is not None:
        return {"title": title, "status": {"text": "Done"}}
    if version.state != State.SENT or not is_ready:
        words = "Once the parts above are done" if not is_ready else "Once the council has sent it"
        return {
            "title": title,
            "hint": {"text": words},
            "status": {"text": "Cannot start yet", "classes": "govuk-task-list__status"},
        }
    href = reverse("agreements:own-check", args=[version.agreement.ref])
    return {"title": title, "href": href, "status": {"tag": presenter.TO_DO}}


def answers(version: Version) -> list[dict[str, Any]]:
    """Everything that the organisation said, part by part, to be checked."""
    agreement = version.agreement
    annex, _ = presenter.annex(version)
    party = version.parties.get(side=Party.Side.PROVIDER)
    people = agreement.people.filter(ended_at=None)
    safeguards = summary(
        [
            row("Who answers for the information", party.asset_owner),
            row("Privacy statement", party.privacy_statement),
            row("Security standard", rules.STANDARDS.get(party.standard, "")),
            row("What shows it", party.standard_evidence),
            row("Retention and disposal policy", party.retention_evidence),
            row("Training of staff", party.training_evidence),
        ]
    )
    staff = summary([row(one.name, [one.job, one.email]) for one in people])
    parts = {"annex": annex, "organisation": safeguards, "people": staff}
    return [
        {
            "title": title,
            "summary": parts[part],
            "href": reverse(f"agreements:{page}", args=[agreement.ref]),
        }
        for part, (title, page, _) in PARTS.items()
    ]


def signed_words(version: Version) -> str:
    """That the organisation has signed, by whom and when; empty while it has not."""
    returned = returning.waiting(version)
    if returned is None or State(version.state) not in rules.BEFORE:
        return ""
    how = "on screen" if returned.on_screen else "on paper"
    return (
        f"{returned.signatory}, {returned.job}, signed {how} on "
        f"{date_in_words(returned.signed_on)}."
    )


def find(seat: Seat, at: datetime) -> list[ToDo]:
    """What there is to do about agreements, for who signs."""
    if seat.role != Role.NAMED_INDIVIDUAL or not seat.may_manage:
        return []
    on = local_date(at)
    return [
        todo for agreement in of_seat(seat) if (todo := _of_agreement(agreement, on=on)) is not None
    ]


def _of_agreement(agreement: Agreement, *, on: date) -> ToDo | None:
    version = shown_of(list(agreement.versions.all()))
    version.agreement = agreement
    href = reverse("agreements:own", args=[agreement.ref])
    words = f"Agreement {show_reference(agreement.ref)}"
    state = State(version.state)
    if state == State.SENT and returning.waiting(version) is None:
        return ToDo("Fill in your part of the agreement and sign it", href, None, words)
    if state == State.DRAFT and not AnnexA.objects.filter(version=version).exists():
        return ToDo("Fill in your part of the agreement", href, None, words)
    ends = version.ends_on
    if state == State.IN_FORCE and ends is not None and ends - SOON <= on <= ends:
        return ToDo("Your agreement ends. Ask the council to renew it", href, ends, words)
    return None
