"""The pan-London notification of joiners, leavers and people at risk of dropping out (LDOR-01)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace as altered
from datetime import date

from django.db import connection
from django.db.models import Q

from caseload.intake.directory import Given, Place
from caseload.intake.holdings import Held
from caseload.intake.kinds import homes, reading, shared
from caseload.intake.kinds.base import (
    Column,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    Staged,
    register,
)
from caseload.intake.kinds.starters_leavers import activity_code, destination
from caseload.intake.models import InboundFile
from caseload.intake.planning import (
    NOT_KNOWN,
    CannotPlan,
    HeldActivity,
    Instruction,
    SaidActivity,
    plan_activity,
)
from caseload.intake.rules import IN_PORTAL, OF_SENDERS, READY_OUTCOMES, Arrival, Outcome, Reason
from caseload.models import Activity, Address, ContactPoint, Departure, Identifier, Particulars
from ccis.authorities.dropouts import FIELDS
from ccis.authorities.policy import Policy, policy_of
from ccis.calendar.academic import age_on
from ccis.calendar.words import local_date
from ccis.files.values import (
    BadValue,
    Cell,
    as_text,
    normalise_header,
    parse_date,
    parse_postcode,
)
from providers.models import Provider

JOINER, LEAVER, AT_RISK = "joiner", "leaver", "at_risk"
REASONS = (JOINER, LEAVER, AT_RISK)

MARKED = "yes"
MARKS = frozenset({"x", "y", "yes", "true", "t", "1", "✓", "✔", "joiner", "leaver", "at risk"})
NO_MARKS = frozenset({"n", "no", "false", "f", "0", "-"})

PROVIDER_NUMBER = normalise_header("Provider Number")
OF_ANOTHER = (
    "The provider number above the headings, {number}, is that of {other}. Send your own "
    "workbook, or put your own number there."
)

LIVES_ELSEWHERE = (
    "Lives in the area of authority {code}, by the postcode, and we hold them. Pass the row on, or "
    "accept it if they are still ours, and say why."
)

NO_HOME = "none"
NO_ADDRESS = frozenset({NO_HOME, "nfa", "no fixed abode", "no fixed address"})
WHOLE_POSTCODE = "Give the whole postcode, or the word “none” if they have no address."

YOUNGEST, OLDEST = 16, 19
"""Ages of the people whom providers report."""


def mark(cell: Cell, given: Given) -> object:
    """A mark in a column of reasons: an x, yes or tick, or the day on which it happened."""
    text = as_text(cell).strip().lower()
    if not text or text in NO_MARKS:
        return None
    if text in MARKS:
        return MARKED
    try:
        return parse_date(cell)
    except BadValue:
        raise BadValue("Put an x, the day, or nothing here.", "mark not known") from None


def postcode(cell: Cell, given: Given) -> object:
    """A whole postcode, or ``none`` for no address. One that is not real is mended by its sender,
    where they have a page to do so; else it is to be checked."""
    if as_text(cell).strip().lower() in NO_ADDRESS:
        return NO_HOME
    if given.came_by not in IN_PORTAL:
        return reading.postcode(cell, given)
    try:
        return parse_postcode(cell)
    except BadValue as error:
        raise BadValue(WHOLE_POSTCODE, error.code) from None


def day_marked(read: Read, key: str, given: Given) -> date:
    """The day that a mark gives, or else that of the file."""
    return given.as_at if read[key] == MARKED else date.fromisoformat(read[key])


@register
class Ldor(Kind):
    """Joiners, leavers and people at risk of dropping out, as a provider notifies them."""

    name = "ldor"
    label = "Drop-out notification (LDOR)"
    meaning = (
        "A provider's joiners, leavers and people at risk of dropping out, aged 16 to 19. "
        "It adds nobody. Someone of another authority is sent on to it."
    )
    accepting = (
        "A joiner begins an activity at the provider and ends the one before it.",
        "A leaver's activity there ends. From the next day they are not known, unless the row "
        "says where they went.",
        "Someone at risk of dropping out is confirmed as still there.",
        "The day is the one in the marked column, or else that of the file.",
        "A new ULN, address, phone or email is taken over.",
        "A leaver or someone at risk is to be contacted.",
        "Someone whom we hold and whose postcode is in another area waits: accept the row if "
        "they are still ours, or pass it on.",
        "Someone whom we do not hold and whose postcode is in another area belongs elsewhere: "
        "send the row on to that authority, and say on the row how and when it was sent.",
    )
    passes_on = True
    gives_work = "Contact them about staying in learning, or about what comes next"
    work_where = (LEAVER, AT_RISK)
    work_within = 1
    one_of = (("dfe_number", "ukprn"), REASONS)
    facts = (Activity, Identifier, Particulars, Address, ContactPoint, Departure)
    columns = (
        shared.ULN,
        altered(shared.FAMILY, heading="Family Name", aliases=("Surname", "Last name")),
        altered(shared.GIVEN, heading="First Name", aliases=("Forename", "Given name")),
        shared.BIRTH,
        homes.ADDRESS,
        altered(shared.POSTCODE, heading="Post Code", reads=postcode),
        altered(homes.EMAIL, heading="Contact e-mail", aliases=("Email", "E-mail")),
        altered(homes.PHONE, heading="Phone number", aliases=("Phone", "Telephone")),
        Column(
            JOINER,
            "Joiner",
            "An x or the first day, for someone who joined",
            "07/09/2026",
            reads=mark,
        ),
        Column(LEAVER, "Leaver", "An x or the last day, for someone who left", reads=mark),
        Column(
            AT_RISK,
            "At risk of dropping out",
            "An x, for someone who may leave",
            aliases=("At risk", "Wobbler"),
            reads=mark,
        ),
        Column(
            "destination",
            "Destination if known",
            "What a leaver does since, in words or as an activity code",
            "Apprenticeship",
            aliases=("Destination",),
            reads=destination,
        ),
        Column(
            "dfe_number",
            "DfENo",
            "The provider's DfE number, when the file is not sent as from the provider",
            aliases=("DfE number", "Estab", "LAEstab"),
            reads=reading.dfe_number,
        ),
        Column(
            "ukprn",
            "UKPRN",
            "The provider's UK reference number, when the file is not sent as from the provider",
            aliases=("Provider number", "UK provider reference number"),
            reads=reading.ukprn,
        ),
    )

    def why_refused(self, file: InboundFile, above: Sequence[Sequence[Cell]]) -> str:
        """The number on its face is that of another open provider than its sender."""
        number = _number_on_face(above)
        if not number or file.provider is None:
            return ""
        named = Q(ukprn=number) | Q(dfe_number=number) | Q(urn=number)
        found = list(Provider.objects.filter(named).open_on(local_date(file.received_at)))
        if not found or file.provider in found:
            return ""
        return OF_ANOTHER.format(number=number, other=found[0].name)

    def gather(self, file: InboundFile) -> None:
        """Say whose area each postcode is in, and what this sender has told us before."""
        with connection.cursor() as cursor:
            cursor.execute(WITHOUT_HOME, [file.pk])
            homes.note_homes(file)
            cursor.execute(TOLD_BEFORE, {"file": file.pk, "source": file.source_id})

    def is_taken_by(self, came_by: str, policy: Policy) -> bool:
        """By the ways that the authority keeps open to senders; by its own officers always."""
        return came_by not in OF_SENDERS or came_by in policy.dropouts_ways

    def waits_for_sender(self, file: InboundFile) -> bool:
        """A workbook sent in the portal: nothing is sent until its sender says so (LDOR-02)."""
        return file.came_by == Arrival.PORTAL

    def applies_at_once(self, file: InboundFile) -> bool:
        """What a provider sends in the portal, up to as many people as the authority allows."""
        ready = sum(file.counts.get(outcome, 0) for outcome in READY_OUTCOMES)
        theirs = {*IN_PORTAL, Arrival.PASSED}
        return file.came_by in theirs and ready <= policy_of(file.authority).dropouts_at_once

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """One reason, and an age that providers report."""
        yield from shared.check_birth(read, given)
        yield from not_as_agreed(read, given)
        marked = [reason for reason in REASONS if read.get(reason)]
        if not marked:
            yield Problem(
                JOINER, "no reason", "Mark one: joiner, leaver or at risk of dropping out."
            )
        elif len(marked) > 1:
            yield Problem(
                marked[1],
                "more than one reason",
                "Mark only one: joiner, leaver or at risk of dropping out.",
            )
        for reason in marked:
            if isinstance(read[reason], date) and read[reason] > given.as_at:
                yield Problem(
                    reason,
                    "day to come",
                    "This day is after the day of the file. Accept it if it is right, and say why.",
                    Level.SOFT,
                )
        born = read.get("birth")
        if born and not YOUNGEST <= age_on(born, given.as_at) <= OLDEST:
            yield Problem(
                "birth",
                "not 16 to 19",
                "They are not 16 to 19 by this date of birth. Accept it if it is right, and say "
                "why.",
                Level.SOFT,
            )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """What joining, leaving or staying changes, and how they are reached."""
        place = shared.place_of(read, given)
        if place is None:
            raise NeedsPerson(Reason.PROVIDER_MISSING, "The row does not say at which provider")
        try:
            activity = plan_activity(held.activity, said_of(read, held, place, given))
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None
        return [
            *activity,
            *shared.plan_identifiers(held.identifier, read, given, learn_only=True),
            *shared.plan_address(held.address, homes.address_of(read), given),
            *homes.plan_contacts(held.contactpoint, read, given),
        ]

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """Someone whom we hold and who lives in another area: still ours, or theirs to hear of."""
        if code := homes.other_home(read, given.authority_code):
            yield Problem("", "lives elsewhere", LIVES_ELSEWHERE.format(code=code), Level.SOFT)

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Someone of another authority is sent on; for others a person says who it is."""
        if homes.lives_elsewhere(read, given):
            code = read[homes.HOME]
            where = f"in the area of authority {code}" if code else "outside England"
            return Staged(Outcome.ELSEWHERE, why=f"Lives {where}, by the postcode: to be sent on")
        return super().plan_new(read, given)


def _number_on_face(above: Sequence[Sequence[Cell]]) -> str:
    """The digits beside "Provider Number", above the headings; empty for none."""
    for cells in above:
        said = [text for cell in cells if (text := as_text(cell).strip())]
        if len(said) > 1 and normalise_header(said[0]) == PROVIDER_NUMBER:
            return "".join(filter(str.isdigit, said[1]))
    return ""


def not_as_agreed(read: Read, given: Given) -> Iterable[Problem]:
    """What the authority's own choices have against a row of the sender's own (LDOR-06)."""
    if not given.is_the_senders:
        return
    for reason in REASONS:
        if read.get(reason) and reason not in given.policy.dropouts_reasons:
            yield Problem(
                reason, "reason not taken", "The council does not ask for this. Take the row out."
            )
    for key in given.policy.dropouts_required:
        if not read.get(key) and (key != "destination" or read.get(LEAVER)):
            words = f"Give the {REQUIRED[key]}."
            yield Problem(
                key, f"no {REQUIRED[key]}", WHOLE_POSTCODE if key == "postcode" else words
            )
    for key, find in (("dfe_number", _school), ("ukprn", _training)):
        if given.sender is None or not read.get(key):
            continue
        if find(read[key], given) != given.sender:
            yield Problem(
                key, "another provider", "This is another provider’s number. Take it out."
            )


REQUIRED = dict(FIELDS) | {
    "address": "address",
    "email": "email address",
    "phone": "phone number",
    "destination": "destination",
}


def _school(number: str, given: Given) -> Place | None:
    return given.directory.school(number, given.authority_code)


def _training(number: str, given: Given) -> Place | None:
    return given.directory.training(number, given.authority)


WITHOUT_HOME = f"""
UPDATE intake_inboundrow SET read = read - 'postcode'
WHERE file_id = %s AND outcome = 'undecided' AND read->>'postcode' = '{NO_HOME}'
"""  # noqa: S608 - a word of ours

TOLD_BEFORE = """
UPDATE intake_inboundrow r
SET outcome = 'set-aside', reason = 'same-row', why = 'Told before this month, in the same words'
FROM intake_inboundfile f
WHERE f.id = %(file)s AND r.file_id = f.id AND r.outcome = 'undecided'
  AND md5(r.read::text) IN (
    SELECT md5(o.read::text) FROM intake_inboundrow o
    JOIN intake_inboundfile g ON g.id = o.file_id
    WHERE g.source_id = %(source)s AND g.id < %(file)s AND g.kind = f.kind
      AND date_trunc('month', g.as_at) = date_trunc('month', f.as_at)
      AND g.state NOT IN ('refused', 'set-aside', 'with-sender')
      AND o.outcome NOT IN ('cannot-read', 'set-aside', 'not-used', 'undecided'))
"""


def said_of(read: Read, held: Held, place: Place, given: Given) -> SaidActivity:
    """What a notification says that someone does. Raises ``NeedsPerson`` when it fits nothing."""
    born = _born(read, held)
    if read.get(LEAVER):
        after = read.get("destination", "")
        activities = given.directory.activities
        return SaidActivity(
            code="",
            group="",
            provider=place.pk,
            start=None,
            until=_last_day(read, held, place, given),
            seen_on=given.as_at,
            birth=born,
            after=after,
            after_group=activities[after].group if after in activities else NOT_KNOWN,
        )
    there = _there(held.activity, place, given.as_at)
    if read.get(AT_RISK) and there is None:
        raise NeedsPerson(Reason.CONFLICT, "We do not hold that they learn there now")
    start = there.start if there is not None else day_marked(read, JOINER, given)
    code = there.code if there is not None else activity_code({}, place, born, start)
    return SaidActivity(
        code=code,
        group=given.directory.activities[code].group,
        provider=place.pk,
        start=start,
        until=None,
        seen_on=given.as_at,
        birth=born,
    )


def _last_day(read: Read, held: Held, place: Place, given: Given) -> date:
    """The last day of a leaver. A mark without one leaves the day of the same month that we hold:
    it was told before."""
    if read[LEAVER] == MARKED and _there(held.activity, place, given.as_at) is None:
        month = given.as_at.replace(day=1)
        for activity in reversed(held.activity):
            last = activity.until
            if activity.provider == place.pk and last and month <= last <= given.as_at:
                return last
    return day_marked(read, LEAVER, given)


def _there(held: Sequence[HeldActivity], place: Place, on: date) -> HeldActivity | None:
    """What goes on at the provider on a day, if anything."""
    return next((a for a in held if a.provider == place.pk and a.holds_on(on)), None)


def _born(read: Read, held: Held) -> date | None:
    ours = [version.values["date_of_birth"] for version in held.particulars]
    return next((birth for birth in reversed(ours) if birth), None) or shared.day_of(read, "birth")
