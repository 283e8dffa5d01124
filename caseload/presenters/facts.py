"""Facts in words: one line for a story, a few for a summary (pages §3.3 and §5.1)."""

from datetime import date
from functools import singledispatch
from typing import Any

from django.urls import reverse

from caseload.forms.parts import Part
from caseload.models import (
    Activity,
    Address,
    Attendance,
    Characteristic,
    Consent,
    ConsentAttempt,
    ConsentOverride,
    ContactNeed,
    ContactPoint,
    Departure,
    DoNotSurvey,
    Enrolment,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    NoticeGiven,
    Particulars,
    RiskIndicators,
    Section72,
    SendProvision,
    YoungPerson,
)
from caseload.models.facts import Fact
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words, local_date, moment_in_words, short_date

HELD_BACK = "held back: they do not consent to being contacted"
"""In the place of an address, phone number or email (PIA-08)."""

OUTSIDE_ENGLAND = "a place outside England"


def address_lines(address: Address) -> list[str]:
    """An address line by line, or that it is held back."""
    return [HELD_BACK] if address.is_held_back else address.lines


@singledispatch
def value_of(fact: Any) -> str:
    """What a fact says, in one line."""
    return str(fact)


@value_of.register
def _(fact: Name) -> str:
    return " ".join(filter(None, (fact.given, fact.middle, fact.family)))


@value_of.register
def _(fact: Particulars) -> str:
    born = f"born {date_in_words(fact.date_of_birth)}" if fact.date_of_birth else ""
    gender = fact.gender.label.lower() if fact.gender else ""
    ethnicity = fact.ethnicity.label if fact.ethnicity else ""
    return ", ".join(filter(None, (born, gender, ethnicity))) or "nothing yet"


@value_of.register
def _(fact: Identifier) -> str:
    return f"{fact.kind.label} {fact.value}"


@value_of.register
def _(fact: Address) -> str:
    return ", ".join(address_lines(fact))


@value_of.register
def _(fact: ContactPoint) -> str:
    if fact.is_held_back:
        return HELD_BACK
    whose = "" if fact.whose == ContactPoint.Whose.OWN else f" ({fact.get_whose_display().lower()})"
    note = f", {fact.note}" if fact.note else ""
    return f"{fact.value}{whose}{note}"


@value_of.register
def _(fact: Activity) -> str:
    return ", ".join(filter(None, (fact.code.label, where(fact), fact.course)))


@value_of.register
def _(fact: Characteristic) -> str:
    return fact.code.label


@value_of.register
def _(fact: SendProvision) -> str:
    return f"{fact.get_provision_display()}{f', need {fact.need}' if fact.need else ''}"


@value_of.register
def _(fact: Section72) -> str:
    if fact.given_by == Section72.GivenBy.PARENT:
        return "given by a parent; to be asked of the young person afresh from 16"
    return "given by the young person"


@value_of.register
def _(fact: DoNotSurvey) -> str:
    return f"do not survey, {_said(fact.get_said_by_display(), fact.get_how_display())}"


@value_of.register
def _(fact: Consent) -> str:
    said = _said(fact.get_said_by_display(), fact.get_how_display())
    return f"{fact.get_answer_display().lower()}, {said}"


@value_of.register
def _(fact: ConsentAttempt) -> str:
    outcome, by = fact.get_outcome_display().lower(), fact.get_said_by_display().lower()
    answer = f"{outcome} by {by}" if by else outcome
    return (
        f"{fact.get_about_display().lower()}: {answer}; asked {fact.get_how_display().lower()} "
        f"by {fact.asked_by}"
    )


@value_of.register
def _(fact: NoticeGiven) -> str:
    how, whom = fact.get_how_display().lower(), fact.get_given_to_display().lower()
    return f"{fact.notice}, {how}, to {whom}"


@value_of.register
def _(fact: ConsentOverride) -> str:
    return (
        f"{fact.get_ground_display().lower()}, {fact.law}: {fact.reason}. "
        f"Decided by {fact.decided_by}"
    )


def _said(by: str, how: str) -> str:
    """``said by a parent, by phone``."""
    return ", ".join(filter(None, (f"said by {by.lower()}", how.lower())))


@value_of.register
def _(fact: Attendance) -> str:
    share = "" if fact.percent is None else f" ({fact.percent:.1f}%)"
    parts = [
        f"{fact.provider.name}: attended {fact.attended} of {fact.possible} sessions{share}",
        f"authorised absence {fact.authorised}",
        f"unauthorised absence {fact.unauthorised}",
        f"suspended or excluded {fact.suspended}" if fact.suspended else "",
        f"not clear {fact.unclear}" if fact.unclear else "",
    ]
    return ", ".join(filter(None, parts))


@value_of.register
def _(fact: RiskIndicators) -> str:
    parts = [
        f"risk judged {fact.get_judgement_display().lower()}" if fact.judgement else "",
        f"because: {fact.get_judged_because_display()}" if fact.judged_because else "",
        f"attendance {fact.attendance_percent}%" if fact.attendance_percent is not None else "",
        f"suspensions and exclusions {fact.exclusions}" if fact.exclusions else "",
        *fact.signs,
        fact.comment,
        f"confirmed by {fact.confirmed_by}" if fact.confirmed_by else "",
    ]
    return ", ".join(filter(None, parts)) or "none of the signs"


@value_of.register
def _(fact: ContactNeed) -> str:
    said = [fact.get_format_display(), f"in {fact.get_language_display()}"]
    if fact.needs_interpreter:
        said.append("with an interpreter")
    return ", ".join([*said, *filter(None, [fact.note])])


@value_of.register
def _(fact: LevelOfNeed) -> str:
    return fact.code.label


@value_of.register
def _(fact: Guarantee) -> str:
    return f"{fact.get_for_year_display()}: {fact.status.label}"


@value_of.register
def _(fact: IntendedDestination) -> str:
    return fact.code.label


@value_of.register
def _(fact: Enrolment) -> str:
    if fact.provider is not None:
        place = fact.provider.name
    elif fact.authority is not None:
        place = f"a school in {fact.authority.name}"
    else:
        place = "not known" if fact.outside_code == "004" else OUTSIDE_ENGLAND
    return f"{place}{f', Year {fact.year_group}' if fact.year_group else ''}"


@value_of.register
def _(fact: Departure) -> str:
    words = fact.get_kind_display()
    if fact.kind == Departure.Kind.TRANSFERRED:
        return f"{words}: {authority_named(fact.to_code)}"
    return f"{words} (code {fact.to_code})" if fact.to_code else words


def authority_named(code: str) -> str:
    """An authority's name by its code, or the code."""
    name = Authority.objects.filter(code=code).values_list("name", flat=True).first()
    return name or code


def where(activity: Activity) -> str:
    """The place of an activity: from the directory, or as it was written."""
    return activity.provider.name if activity.provider else activity.establishment_name


# -- as a sentence of the story -----------------------------------------------------------------


@singledispatch
def sentence(fact: Any) -> str:
    """A fact as a sentence that begins with a verb."""
    return f"Recorded {fact._meta.verbose_name}: {value_of(fact)}"


@sentence.register
def _(fact: Name) -> str:
    kind = {"legal": "name", "known-as": "the name they go by", "former": "a former name"}
    return f"Recorded {kind[fact.kind]}: {value_of(fact)}"


@sentence.register
def _(fact: Particulars) -> str:
    return f"Recorded particulars: {value_of(fact)}"


@sentence.register
def _(fact: Identifier) -> str:
    return f"Recorded {fact.kind.label}: {fact.value}"


@sentence.register
def _(fact: Address) -> str:
    if fact.is_held_back:
        return f"Recorded an address, {HELD_BACK}"
    verb = {"home": "Moved in at", "letters": "Asked for letters at", "term": "In term time at"}
    return f"{verb[fact.kind]} {value_of(fact)}"


@sentence.register
def _(fact: ContactPoint) -> str:
    if fact.is_held_back:
        return f"Recorded a way to reach them, {HELD_BACK}"
    return f"Gave {fact.get_kind_display().lower()}: {value_of(fact)}"


@sentence.register
def _(fact: Activity) -> str:
    return f"Began: {value_of(fact)}"


@sentence.register
def _(fact: Enrolment) -> str:
    return f"Went to {value_of(fact)}"


@sentence.register
def _(fact: SendProvision) -> str:
    return f"Recorded: {value_of(fact)}"


@sentence.register
def _(fact: Departure) -> str:
    return value_of(fact)


# -- when, who and whence ------------------------------------------------------------------------


def days(fact: Fact, *, from_birth: date | None = None) -> str:
    """When a fact held: ``1 Sep 2024 to 22 Nov 2026``, ``since 1 Sep 2024``."""
    start, end = fact.starts_on, fact.ends_on
    if start is not None and from_birth is not None and start <= from_birth:
        start = None
    if start and start == end:
        return short_date(start)
    if start and end:
        return f"{short_date(start)} to {short_date(end)}"
    if end:
        return f"until {short_date(end)}"
    return f"since {short_date(start)}" if start else ""


def who(change: Change) -> str:
    """The officer who made a change, or the service."""
    return change.by.name if change.by else ""


def source(change: Change, source_row: int | None) -> str:
    """Where a fact came from: ``from Kestrel College file, row 88``."""
    if source_row is not None:
        return f"from {change.source or 'a'} file, row {source_row}"
    if change.file_ref:
        return f"from {change.source or 'a'} file"
    return f"told by {change.source}" if change.source else ""


def whence(fact: Any) -> str:
    """Who recorded a fact, when, and from where."""
    parts = (
        f"Recorded {short_date(local_date(fact.recorded.at))}",
        f"by {who(fact.recorded)}" if who(fact.recorded) else "",
        source(fact.recorded, fact.source_row),
    )
    return " ".join(filter(None, parts))


def corrected(change: Change) -> str:
    """``Corrected on 3 November 2026 at 2:30pm by Priya Nair``."""
    by = f" by {who(change)}" if who(change) else ""
    return f"Corrected on {moment_in_words(change.at)}{by}"


# -- where it stands -----------------------------------------------------------------------------


def part_address(part: Part, person: YoungPerson) -> str:
    """The page on which a part is shown."""
    return reverse(f"caseload:{part.slug}", args=[person.ref])


def take_out_address(part: Part, person: YoungPerson, place: int) -> str:
    """The page that takes one fact out of the record."""
    return reverse(f"caseload:{part.slug}-take-out", args=[person.ref, place])
