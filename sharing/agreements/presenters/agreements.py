"""What the pages of agreements say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ccis.calendar.words import date_in_words, moment_in_words, short_date
from ccis.govuk import tags
from ccis.govuk.lists import Column
from ccis.govuk.summary import row, summary
from sharing.agreements import rules, wording
from sharing.agreements.actions.letting_in import here
from sharing.agreements.completeness import SECTIONS, Content, missing, sections
from sharing.agreements.models import (
    Agreement,
    AnnexA,
    NamedPerson,
    Party,
    Reminder,
    Review,
    Step,
    Version,
)
from sharing.agreements.queries import assurance_of
from sharing.agreements.rules import State

STATE_COLOURS: dict[State, str] = {
    State.DRAFT: tags.NONE,
    State.SENT: tags.UNDER_WAY,
    State.SIGNED: tags.UNDER_WAY,
    State.IN_FORCE: tags.DONE,
    State.UNDER_REVIEW: tags.SOON,
    State.SUSPENDED: tags.LATE,
    State.BREACHED: tags.LATE,
    State.ENDED: tags.NONE,
    State.EXPIRED: tags.NONE,
}
"""As pages §5.2 has them."""

TO_DO = tags.tag("To\N{NO-BREAK SPACE}do", tags.SOON)

COLUMNS = [
    Column("Agreement"),
    Column("Organisation"),
    Column("State"),
    Column("Period"),
    Column("Review by"),
    Column("Named people"),
]


def state_tag(version: Version) -> dict[str, str]:
    """The words and the colour of a version's state."""
    state = State(version.state)
    return {"text": state.label, "colour": STATE_COLOURS[state]}


# -- the list --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of the list of agreements."""

    title: str
    href: str
    organisation: str
    state: dict[str, str]
    period: str
    review: str
    review_colour: str
    people: int


def rows(agreements: Iterable[Agreement], *, on: date) -> list[Row]:
    """Agreements as lines: each by the version that binds, else the newest."""
    made = []
    for one in agreements:
        versions = sorted(one.versions.all(), key=lambda version: -version.number)
        governing = [each for each in versions if State(each.state) in rules.GOVERNING]
        version = (governing or versions)[0]
        late = bool(governing) and version.review_on is not None and version.review_on < on
        made.append(
            Row(
                title=one.title,
                href=reverse("agreements:agreement", args=[one.ref]),
                organisation=one.provider.name,
                state=state_tag(version),
                period=period(version),
                review=short_date(version.review_on) if version.review_on else "",
                review_colour=tags.LATE if late else "",
                people=sum(each.ended_at is None for each in one.people.all()),
            )
        )
    return made


def period(version: Version) -> str:
    """``1 Sep 2026 to 31 Aug 2029``."""
    if version.starts_on is None or version.ends_on is None:
        return "Not agreed yet"
    return f"{short_date(version.starts_on)} to {short_date(version.ends_on)}"


# -- one agreement ---------------------------------------------------------------------------------


def task_list(version: Version, content: Content) -> dict[str, Any]:
    """The parts of a version that is being made, each with what it still wants."""
    wanted: dict[str, list[str]] = {}
    for one in missing(content):
        wanted.setdefault(one.section, []).append(one.words)
    items = []
    for section in sections(version.agreement.kind):
        words = wanted.get(section, [])
        item: dict[str, Any] = {
            "title": {"text": SECTIONS[section]},
            "status": {"tag": TO_DO} if words else {"text": "Done"},
        }
        if words:
            item["hint"] = {"text": ". ".join(words)}
        if may_open(section, version):
            item["href"] = part_address(section, version.agreement)
        items.append(item)
    return {"items": items, "idPrefix": "parts"}


def may_open(section: str, version: Version) -> bool:
    """Whether a part can still be written in the state that a version is in."""
    state = State(version.state)
    if section == "signature":
        return state == State.SENT
    if section in ("council", "organisation", "annex", "assurance", "people", "about"):
        return state not in rules.FINAL
    return state == State.DRAFT


def part_address(section: str, agreement: Agreement) -> str:
    """Where a part is written."""
    own = {"purposes": "purposes", "people": "people", "signature": "sign"}
    if section in own:
        return reverse(f"agreements:{own[section]}", args=[agreement.ref])
    return reverse("agreements:part", args=[agreement.ref, section])


def terms(version: Version, *, on: date, to_them: bool = False) -> dict[str, Any]:
    """What a version says, as a summary list; ``to_them`` when the organisation reads it."""
    agreement = version.agreement
    lines = [row("Organisation", agreement.provider.name)]
    if not to_them:
        lines.append(row("Which way", agreement.get_kind_display()))
    lines += [
        row("Period", period(version)),
        row("Review by", _day(version.review_on)),
    ]
    if agreement.kind == Agreement.Kind.PROVIDER:
        lines += [
            row("What it does", agreement.does),
            row("What may be shared", _sentence(wording.columns_in_words(version.columns))),
            row("Time to reach someone", f"{version.term_days} working days"),
            row("They count from", rules.CLOCKS[version.clock]),
            row("Calendar", rules.CALENDARS[version.calendar]),
            row("Updates", rules.FREQUENCIES[version.frequency]),
            row("Files", "Encrypted files allowed" if version.files_allowed else "Portal only"),
            row("Quality assurance", _assurance(version, on)),
        ]
    lines += [
        row("Privacy notices relied on", [str(one) for one in version.notices.all()]),
        row(
            "National Data Opt-Out applied",
            dict(rules.NATIONAL_OPT_OUT).get(version.national_opt_out, ""),
        ),
    ]
    return summary(lines)


def _assurance(version: Version, on: date) -> list[str]:
    given = assurance_of(version)
    lines = [
        {True: "Free to the young person", False: "Not free", None: "Not said whether free"}[
            version.free
        ]
    ]
    if version.programme is not None:
        ends = version.programme.ends_on
        ended = f", ended {short_date(ends)}" if ends else ""
        lines.append(f"{version.programme}{ended}")
    if version.checked_until is not None:
        lines.append(f"{version.checked_how}, until {short_date(version.checked_until)}")
    if not rules.assured(given, on):
        lines.append("It does not count as assured today, so nothing new can be shared")
    return lines


def purposes(version: Version) -> list[list[str]]:
    """A version's purposes with what each rests on, as rows of a table."""
    return [
        [rules.PURPOSES[one.purpose], rules.BASES[one.basis], one.gateway.name]
        for one in version.purposes.select_related("gateway")
    ]


def parties(version: Version) -> list[list[str]]:
    """Both parties side by side, as rows of a table."""
    sides = {one.side: one for one in version.parties.all()}
    both = [sides[Party.Side.AUTHORITY], sides[Party.Side.PROVIDER]]

    def line(words: str, *values: str) -> list[str]:
        return [words, *(value or "–" for value in values)]

    return [
        line(
            "For what the council shares", *(rules.ROLES.get(one.role_of_given, "") for one in both)
        ),
        line(
            "For what is reported back",
            *(rules.ROLES.get(one.role_of_reported, "") for one in both),
        ),
        line("Who answers for the information", *(one.asset_owner for one in both)),
        line("Privacy statement", *(one.privacy_statement for one in both)),
        line(
            "Security standard",
            *(_confirmed(rules.STANDARDS.get(one.standard, ""), one.standard_on) for one in both),
        ),
        line("What shows the standard", *(one.standard_evidence for one in both)),
        line("Retention policy", *(_confirmed("", one.retention_on) for one in both)),
        line("What shows the retention policy", *(one.retention_evidence for one in both)),
        line("Training", *(_confirmed("", one.training_on) for one in both)),
        line("What shows the training", *(one.training_evidence for one in both)),
        line("Signatory", *(_joined(one.signatory, one.signatory_job) for one in both)),
        line("Signed", *(_day(one.signed_on) for one in both)),
    ]


def annex(version: Version) -> tuple[dict[str, Any] | None, str]:
    """Annex A as a summary list, and where its approval stands."""
    found = AnnexA.objects.filter(version=version).select_related("approved_by").first()
    if found is None:
        return None, ""
    contact = f"Yes. {found.contact_details}" if found.contacts_people else "No"
    lines = [
        row("Description of the data", found.description),
        row("Activities", found.activities),
        row("Contact with young people", contact),
        row("Legal basis", found.legal_basis),
    ]
    if found.approved_by is None or found.approved_at is None:
        return summary(lines), "It waits for a second person to approve it."
    return summary(lines), (
        f"Approved by {found.approved_by.name}, {moment_in_words(found.approved_at)}."
    )


def steps(version: Version) -> list[list[str]]:
    """The steps of a version as rows, newest first: when, what, who, why."""
    found: list[Step] = list(version.steps.select_related("by").order_by("-pk"))
    return [
        [
            moment_in_words(one.at),
            State(one.becomes).label,
            one.by.name if one.by else "The service",
            one.why or "–",
        ]
        for one in found
    ]


def reviews(version: Version) -> list[list[str]]:
    """The reviews of a version as rows."""
    found: list[Review] = list(version.reviews.all())
    return [
        [
            moment_in_words(one.opened_at),
            one.get_asked_for_by_display() + (", extraordinary" if one.extraordinary else ""),
            one.why,
            one.get_outcome_display() if one.outcome else "Open",
            one.found or "–",
        ]
        for one in found
    ]


def reminders(version: Version, *, on: date) -> list[str]:
    """What comes near, in sentences: only what the version's days still say."""
    due = {
        Reminder.Kind.REVIEW: version.review_on,
        Reminder.Kind.EXPIRY: version.ends_on,
        Reminder.Kind.ASSURANCE: rules.assured_until(assurance_of(version)),
    }
    words = {
        Reminder.Kind.REVIEW: ("It must be reviewed by {}", "Its review was due on {}"),
        Reminder.Kind.EXPIRY: ("Its last day is {}", "Its last day was {}"),
        Reminder.Kind.ASSURANCE: (
            "Its quality assurance holds until {}",
            "Its quality assurance ended on {}, so nothing new can be shared",
        ),
    }
    found = version.reminders.all()
    return [
        words[Reminder.Kind(one.kind)][one.due_on < on].format(date_in_words(one.due_on))
        for one in found
        if due[Reminder.Kind(one.kind)] == one.due_on
    ]


@dataclass(frozen=True)
class PersonRow:
    """A line of the people who are named."""

    ref: str
    name: str
    job: str
    email: str
    contact: str
    state: dict[str, str]
    is_open: bool
    access: str = ""
    invite: str = ""
    """Words of the button that invites them; empty where there is nothing to press."""


ACCESS = {"seat": "Has access", "offer": "Invited", "": "None yet"}
INVITE = {"seat": "", "offer": "Send the invitation again", "": "Invite"}


def people(agreement: Agreement, *, user: int) -> tuple[list[PersonRow], bool]:
    """Who is named, and whether somebody waits whom this user may approve."""
    named: list[NamedPerson] = list(agreement.people.all())
    waiting = [one for one in named if one.approved_at is None and one.ended_at is None]
    come = here(agreement.provider, agreement.authority, timezone.now())
    return [_person(one, come) for one in named], any(one.added_by_id != user for one in waiting)


def _person(person: NamedPerson, come: dict[str, str]) -> PersonRow:
    stands = come.get(person.email, "")
    is_named = person.ended_at is None and person.approved_at is not None
    if person.ended_at is not None:
        state = {"text": "No longer named", "colour": tags.NONE}
    elif person.approved_at is None:
        state = {"text": "Waiting for approval", "colour": tags.SOON}
    else:
        state = {"text": "Named", "colour": tags.DONE}
    return PersonRow(
        ref=person.ref,
        name=person.name,
        job=person.job,
        email=person.email,
        contact=", ".join(filter(None, (person.email, person.phone))),
        state=state,
        is_open=person.ended_at is None,
        access=ACCESS[stands] if is_named else "–",
        invite=INVITE[stands] if is_named else "",
    )


def _day(on: date | None) -> str:
    return short_date(on) if on else ""


def _confirmed(words: str, on: date | None) -> str:
    if on is None:
        return words and f"{words}, not confirmed yet"
    return f"{words}, confirmed {short_date(on)}" if words else f"Confirmed {short_date(on)}"


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
