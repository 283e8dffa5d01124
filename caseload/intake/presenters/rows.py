"""One row: as sent, as read, beside the record, and what would change (pages §3.8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from django.urls import reverse

from caseload.intake.directory import Directory
from caseload.intake.holdings import FACTS, columns_of
from caseload.intake.kinds import kind_named
from caseload.intake.kinds.base import Level
from caseload.intake.kinds.homes import HOME
from caseload.intake.kinds.shared import fold
from caseload.intake.models import InboundRow
from caseload.intake.rules import Outcome, Reason
from caseload.matching.rules import Against, MatchRule
from caseload.models import (
    NEED_TO_KNOW,
    Departure,
    Identifier,
    Section72,
    SendProvision,
    Verification,
)
from caseload.presenters.facts import value_of
from caseload.presenters.results import postcode_of
from caseload.queries.choices import hold_back
from caseload.queries.summaries import Summary
from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words, local_date, short_date
from ccis.files.reading import column_letter
from ccis.files.values import as_text

LEVELS = {Level.HARD: "Must mend", Level.SOFT: "Please check", Level.NOTE: "To know"}
LEVEL_COLOURS = {Level.HARD: "red", Level.SOFT: "yellow", Level.NOTE: "grey"}

OUTCOME_COLOURS = {
    Outcome.CANNOT_READ: "red",
    Outcome.NEEDS_PERSON: "yellow",
    Outcome.ASK_SCHOOL: "teal",
    Outcome.LOOK_AGAIN: "orange",
    Outcome.WILL_CHANGE: "blue",
    Outcome.WILL_ADD: "blue",
    Outcome.CHANGED: "green",
    Outcome.ADDED: "green",
    Outcome.UNCHANGED: "green",
    Outcome.SENT_ON: "green",
}


def outcome_tag(row: InboundRow) -> dict[str, str]:
    """Where the row stands, as a tag."""
    outcome = Outcome(row.outcome)
    words = "Waits" if outcome == Outcome.WAITS else outcome.label
    return {"text": words, "colour": OUTCOME_COLOURS.get(outcome, "grey")}


def name_in(read: Mapping[str, Any]) -> str:
    """The name in a row, family name first."""
    parts = [read.get("family"), read.get("given")]
    return ", ".join(part for part in parts if part) or "Name not read"


def list_row(row: InboundRow) -> dict[str, Any]:
    """A row of the file as a row of the list."""
    born = row.read.get("birth")
    return {
        "number": row.number,
        "href": reverse("intake:row", kwargs={"ref": row.file.ref, "number": row.number}),
        "name": name_in(row.read),
        "born": short_date(date.fromisoformat(born)) if born else "",
        "tag": outcome_tag(row),
        "reason": Reason(row.reason).label if row.reason else "",
        "why": why(row),
    }


def why(row: InboundRow) -> str:
    """Why the row stands where it does; of one that cannot be read, what must be mended."""
    if row.outcome == Outcome.CANNOT_READ:
        hard = [p for p in row.problems if p["level"] == Level.HARD]
        return " ".join(cell_and_message(problem) for problem in hard)
    return row.why


def cell_and_message(problem: Mapping[str, Any]) -> str:
    """``Column I (DoB): give a real date``."""
    if not problem["letter"]:
        return str(problem["message"])
    message = str(problem["message"])
    return f"Column {problem['letter']} ({problem['heading']}): {message}"


# -- as sent -------------------------------------------------------------------------------------


HELD_BACK = "Held back"
"""Shown in place of what only those with a need may see (ISA-01)."""


def is_sensitive(row: InboundRow, key: str, heading: str = "") -> bool:
    """Whether a column of the row's kind holds special category data; one that we do not know
    does where it is of a field under that ``heading``."""
    kind = kind_named(row.file.kind)
    return kind.column(key).sensitive if key else bool(kind.field_of(heading))


Names: TypeAlias = Mapping[int, str]
"""Of whoever accepted something, by their id."""


def as_sent(row: InboundRow, *, sensitive: bool, names: Names) -> list[dict[str, Any]]:
    """Every cell with its column, what was read of it, and what is wrong with it.

    Special category data is held back unless ``sensitive``.
    """
    kind = kind_named(row.file.kind)
    keys = {int(position): key for position, key in row.file.columns.items()}
    shown = []
    for position, cell in enumerate(row.sent):
        heading = row.file.header[position] if position < len(row.file.header) else ""
        key = keys.get(position, "")
        problems = [p for p in row.problems if p["position"] == position]
        if not as_text(cell) and not problems:
            continue
        hidden = not sensitive and is_sensitive(row, key, heading)
        shown.append(
            {
                "letter": column_letter(position),
                "heading": heading,
                "sent": HELD_BACK if hidden else as_text(cell),
                "read": _as_read(row, key, hidden=hidden),
                "ours": kind.column(key).heading if key else "",
                "problems": [problem_line(problem, names) for problem in problems],
            }
        )
    return shown


def _as_read(row: InboundRow, key: str, *, hidden: bool) -> str:
    if not key:
        return "not used"
    return HELD_BACK if hidden else in_words(row.read.get(key))


def whole_row_problems(row: InboundRow, names: Names) -> list[dict[str, Any]]:
    """Problems of the row as a whole."""
    return [problem_line(one, names) for one in row.problems if one["position"] is None]


def problem_line(problem: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A problem with its tag, and why, by whom and when it was accepted if it was."""
    level = Level(problem["level"])
    accepted = problem.get("accepted")
    return {
        "message": problem["message"],
        "tag": {"text": "Accepted", "colour": "green"}
        if accepted
        else {"text": LEVELS[level], "colour": LEVEL_COLOURS[level]},
        "accepted": _accepted_in_words(accepted, names) if accepted else "",
    }


def _accepted_in_words(accepted: Mapping[str, Any], names: Names) -> str:
    on = short_date(local_date(datetime.fromisoformat(accepted["at"])))
    return f"{accepted['why']} ({names.get(accepted['by'], 'someone')}, {on})"


def in_words(value: Any) -> str:
    """A value as read, dates in words."""
    if value is None or value == "":
        return ""
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date_in_words(date.fromisoformat(text))
        except ValueError:
            return text
    return text


# -- beside the record ---------------------------------------------------------------------------


def compared(
    row: InboundRow, summaries: Sequence[Summary], numbers: Mapping[int, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The row beside each of some people, field by field; ``numbers`` are their UPN and ULN."""
    read = row.read
    fields: list[tuple[str, str, list[str]]] = [
        (
            "Family name",
            read.get("family", ""),
            [s.name.family if s.name else "" for s in summaries],
        ),
        ("First name", read.get("given", ""), [s.name.given if s.name else "" for s in summaries]),
        (
            "Date of birth",
            in_words(read.get("birth")),
            [date_in_words(s.date_of_birth) if s.date_of_birth else "" for s in summaries],
        ),
        (
            "Postcode",
            read.get("postcode", ""),
            [postcode_of(s) for s in summaries],
        ),
        ("UPN", read.get("upn", ""), [_number(numbers, s, "upn") for s in summaries]),
        ("ULN", read.get("uln", ""), [_number(numbers, s, "uln") for s in summaries]),
    ]
    rows = []
    for label, ours, theirs in fields:
        if not ours and not any(theirs):
            continue
        agree = [agreement(ours, one) for one in theirs]
        rows.append(
            {
                "field": label,
                "values": [ours, *theirs],
                "agree": " | ".join(agree),
                "differs": any(word != SAME for word in agree),
            }
        )
    doing = [s.activity.code.label if s.activity else "" for s in summaries]
    if any(doing):
        rows.append(
            {
                "field": "Doing now",
                "values": ["", *doing],
                "agree": "For information",
                "differs": True,
            }
        )
    return rows


def _number(numbers: Mapping[int, Mapping[str, str]], summary: Summary, kind: str) -> str:
    return numbers.get(summary.person.pk, {}).get(kind, "")


SAME = "Same"


def agreement(one: str, other: str) -> str:
    """In words, how two values agree."""
    if one == other:
        return SAME
    if not one:
        return "Only on record"
    if not other:
        return "Only in the file"
    if fold(one) == fold(other):
        return "Same but for capitals, accents or hyphens"
    return "Different"


def identifiers_of(people: Sequence[int]) -> dict[int, dict[str, str]]:
    """The newest UPN and ULN of some people."""
    found: dict[int, dict[str, str]] = {}
    held = Identifier.objects.believed().filter(person__in=people, kind__in=["upn", "uln"])
    for person, kind, value in held.order_by("during").values_list("person", "kind_id", "value"):
        found.setdefault(person, {})[kind] = value
    return found


def candidate_line(candidate: Mapping[str, Any], summary: Summary) -> dict[str, Any]:
    """A person whom the row may be about, how found, and what speaks against it."""
    return {
        "reference": show_reference(summary.person.ref),
        "name": summary.full_name,
        "href": reverse("caseload:person", kwargs={"ref": summary.person.ref}),
        "rule": MatchRule(candidate["rule"]).label,
        "against": [Against(one).label for one in candidate["against"]],
    }


def send_to(row: InboundRow) -> dict[str, Any]:
    """The authority that a row is to be sent on to, and whom there: the contacts of its unit."""
    authority = Authority.objects.filter(code=row.read.get(HOME, "")).first()
    if authority is None:
        return {}
    units = authority.sub_regions.order_by("name")
    return {
        "name": authority.title,
        "code": authority.code,
        "contacts": [
            ", ".join(part for part in (unit.name, unit.contact_name, unit.contact_email) if part)
            for unit in units
        ],
    }


def family_line(row: InboundRow, summary: Summary) -> dict[str, str]:
    """Someone at the row's postcode, who may be of the same family."""
    ours = fold(summary.name.family) if summary.name else ""
    same = bool(ours) and ours == fold(row.read.get("family", ""))
    return {
        "reference": show_reference(summary.person.ref),
        "name": summary.full_name,
        "href": reverse("caseload:person", kwargs={"ref": summary.person.ref}),
        "agrees": "same postcode and family name" if same else "same postcode",
    }


# -- what would change ---------------------------------------------------------------------------

FACT_LABELS = {
    "activity": "What they do",
    "address": "Home address",
    "attendance": "Attendance",
    "characteristic": "Circumstances",
    "departure": "Left",
    "enrolment": "School",
    "guarantee": "September Guarantee",
    "identifier": "Number",
    "intendeddestination": "Intended destination",
    "levelofneed": "Level of need",
    "name": "Name",
    "particulars": "Personal details",
    "riskindicators": "Risk indicators",
    "contactpoint": "Phone or email",
    "section72": "Section 72 instruction",
    "sendprovision": "SEND support",
    "verification": "Confirmed",
}


SENSITIVE_FACTS = frozenset({"particulars", *(str(one._meta.model_name) for one in NEED_TO_KNOW)})


def proposals(row: InboundRow, directory: Directory, *, sensitive: bool) -> list[dict[str, str]]:
    """What accepting the row writes, or wrote: what it is about, what was, what becomes.

    Special category data is held back unless ``sensitive``.
    """
    was = _superseded(row.proposal)
    return [
        _proposal(step, was, directory)
        if sensitive or step["fact"] not in SENSITIVE_FACTS
        else {"label": FACT_LABELS[step["fact"]], "was": HELD_BACK, "becomes": HELD_BACK}
        for step in row.proposal
    ]


def _superseded(steps: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for fact in {step["fact"] for step in steps}:
        ids = [
            step[key]
            for step in steps
            for key in ("supersedes", "was")
            if step["fact"] == fact and step.get(key)
        ]
        for version in FACTS[fact]._default_manager.filter(pk__in=ids):
            found[fact, version.pk] = version
    hold_back(found.values())
    return found


def _proposal(
    step: Mapping[str, Any], was: Mapping[tuple[str, int], Any], directory: Directory
) -> dict[str, str]:
    fact = step["fact"]
    if fact == Verification._meta.model_name:
        seen = in_words(step["values"]["verified_on"])
        return {"label": FACT_LABELS[fact], "was": "", "becomes": f"Seen to go on, {seen}"}
    before = was.get((fact, step.get("supersedes") or step.get("was") or 0))
    held = _values_of(before) if before is not None else {}
    kept = held if step.get("keep") else {}
    said = {**kept, **step.get("values", {})}
    becomes = _sentence(fact, said, directory) if "from" in step else "No longer held"
    held_before = _sentence(fact, held, directory) if before else ""
    if getattr(before, "is_held_back", False):
        held_before = HELD_BACK
        becomes = HELD_BACK if kept else becomes
    return {
        "label": FACT_LABELS.get(fact, fact),
        "was": _with_days(held_before, _days(before)) if before else "",
        "becomes": _with_days(becomes, (step.get("from"), step.get("until"))),
    }


def _values_of(version: Any) -> dict[str, Any]:
    return {
        field.column: getattr(version, field.attname) for field in version._meta.concrete_fields
    }


def _days(version: Any) -> tuple[str | None, str | None]:
    starts, ends = version.starts_on, version.ends_on
    return (starts.isoformat() if starts else None, ends.isoformat() if ends else None)


def _with_days(words: str, days: tuple[str | None, str | None]) -> str:
    start, end = days
    if start is None:
        return words
    since = short_date(date.fromisoformat(start))
    if end is None:
        return f"{words}, from {since}"
    return f"{words}, {since} to {short_date(date.fromisoformat(end))}"


def _sentence(fact: str, values: Mapping[str, Any], directory: Directory) -> str:
    """The values of a version as words."""
    match fact:
        case "activity":
            activity = directory.activities.get(values.get("code_id", ""))
            parts = [activity.label if activity else values.get("code_id", "")]
            parts += [_place(values, directory), values.get("course", "")]
            return ", ".join(str(part) for part in parts if part)
        case "enrolment":
            year = values.get("year_group")
            where = _place(values, directory) or "A school outside the area"
            return f"{where}, Year {year}" if year else where
        case "identifier":
            return f"{str(values.get('kind_id', '')).upper()} {values.get('value', '')}"
        case "name":
            names = (values.get("given"), values.get("middle"), values.get("family"))
            words = " ".join(str(name) for name in names if name)
            kind = {"known-as": " (known as)", "former": " (former)"}.get(
                values.get("kind", ""), ""
            )
            return words + kind
        case "contactpoint":
            return ", ".join(str(values[key]) for key in ("value", "note") if values.get(key))
        case "attendance" | "riskindicators":
            return value_of(_told(FACTS[fact], values))
        case "section72":
            return f"Given by {Section72.GivenBy(values['given_by']).label.lower()}"
        case "sendprovision":
            return str(SendProvision.Provision(values["provision"]).label)
        case "particulars":
            said = (
                in_words(values.get("date_of_birth")),
                values.get("gender_id"),
                values.get("ethnicity_id"),
            )
            return ", ".join(str(one) for one in said if one)
        case "characteristic" | "levelofneed" | "intendeddestination":
            return f"Code {values.get('code_id', '')}"
        case "guarantee":
            return f"Year {values.get('for_year', '')}: {values.get('status_id', '')}"
        case "departure":
            kind = str(Departure.Kind(values["kind"]).label)
            return " ".join(part for part in (kind, str(values.get("to_code", ""))) if part)
    lines = ("line_1", "line_2", "line_3", "line_4", "town", "county", "postcode")
    return ", ".join(str(values[line]) for line in lines if values.get(line))


def _told(model: type[Any], values: Mapping[str, Any]) -> Any:
    """A fact that says these values, and is not held."""
    said = {column: values.get(column) for column in columns_of(model)}
    return model(**{column: value for column, value in said.items() if value is not None})


def _place(values: Mapping[str, Any], directory: Directory) -> str:
    place = directory.by_id.get(values.get("provider_id") or 0)
    return place.name if place else str(values.get("establishment_name") or "")
