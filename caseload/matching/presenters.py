"""A row and who it may be, in words: side by side, step by step (pages §3.8, §4.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz.distance import Indel

from caseload.intake.models import InboundRow
from caseload.intake.presenters import files as file_presenter
from caseload.intake.presenters import rows as row_presenter
from caseload.intake.rules import Reason
from caseload.matching.models import Candidate
from caseload.matching.rules import Against, MatchRule
from caseload.matching.scoring import explain
from caseload.queries.summaries import Summary
from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, short_date
from ccis.govuk.words import date_and_time

VERY_LIKELY, POSSIBLE = 0.95, 0.5
ADDRESS_LINES = ("line_1", "line_2", "line_3", "line_4")
ALIKE = 0.4
"""Values less alike than this are lit whole: single letters would say nothing."""


@dataclass(frozen=True)
class Offer:
    """Someone whom a row may be about: found by a rule or by the score, and seen by the user."""

    summary: Summary
    found: Mapping[str, Any]
    """As ``InboundRow.candidates`` keeps it: ``{person, rule, against}``."""
    scored: Candidate | None = None

    @property
    def reference(self) -> str:
        """As it is shown."""
        return show_reference(self.summary.person.ref)

    @property
    def against(self) -> list[str]:
        """What is held and speaks against it, in words."""
        return [Against(one).label for one in self.found["against"]]

    @property
    def tag(self) -> dict[str, str]:
        """How likely it is, in words; of a rule, which one."""
        if self.scored is None:
            return {"text": MatchRule(self.found["rule"]).label.capitalize(), "colour": "blue"}
        return likelihood(self.scored.probability)

    @property
    def household(self) -> bool:
        """Whether they may rather be a twin, a brother or a sister of who is meant."""
        steps = self.scored.steps if self.scored else []
        return any(step["field"] == "household" and step["bits"] < 0 for step in steps)


def likelihood(probability: float) -> dict[str, str]:
    """A probability in words with its number, as a tag."""
    if probability >= VERY_LIKELY:
        words, colour = "Very likely", "blue"
    elif probability >= POSSIBLE:
        words, colour = "Possible", "yellow"
    else:
        words, colour = "Unlikely", "grey"
    return {"text": f"{words} ({in_hundredths(probability)})", "colour": colour}


def in_hundredths(probability: float) -> str:
    """``0.97``; never 1.00 or 0.00, which nothing is."""
    return f"{min(max(probability, 0.01), 0.99):.2f}"


# -- the list ------------------------------------------------------------------------------------


def list_row(row: InboundRow, words: str) -> dict[str, Any]:
    """A waiting row as a row of the list; ``words`` are the filters in force, for the address."""
    born = row.read.get("birth")
    likely: float | None = getattr(row, "how_likely", None)
    return {
        "href": address(row, words=words),
        "number": row.number,
        "name": row_presenter.name_in(row.read),
        "born": short_date(date.fromisoformat(born)) if born else "",
        "file": file_presenter.title(row.file),
        "received": date_and_time(row.file.received_at),
        "why": Reason(row.reason).label.capitalize(),
        "tag": likelihood(likely) if likely is not None else None,
    }


def address(row: InboundRow, name: str = "match", words: str = "") -> str:
    """The address of a waiting row's page, or of what one does there."""
    kwargs = {"ref": row.file.ref, "number": row.number}
    return reverse(f"matching:{name}", kwargs=kwargs) + (f"?{words}" if words else "")


# -- side by side --------------------------------------------------------------------------------


def compared(
    row: InboundRow, offer: Offer, numbers: Mapping[str, str], contacts: Sequence[str]
) -> list[dict[str, Any]]:
    """The row beside one person, field by field, what differs lit (pages §3.8).

    ``numbers`` are the person's UPN and ULN, ``contacts`` their own phone numbers and emails.
    """
    read, summary = row.read, offer.summary
    said = {step["field"]: step["words"] for step in (offer.scored.steps if offer.scored else [])}
    activity, name = summary.activity, summary.name
    fields: list[tuple[str, str, str, str]] = [
        ("family", "Family name", _text(read, "family"), name.family if name else ""),
        ("given", "First name", _text(read, "given"), name.given if name else ""),
        ("", "Known as", _known_as(read), summary.known_as_words),
        (
            "birth",
            "Date of birth",
            row_presenter.in_words(read.get("birth")),
            date_in_words(summary.date_of_birth) if summary.date_of_birth else "",
        ),
        ("postcode", "Postcode", _text(read, "postcode"), _home(summary, "postcode")),
        ("address", "Address", _lines(read), _home(summary, *ADDRESS_LINES)),
        ("phone", "Phone", _text(read, "phone"), _among(read.get("phone"), contacts)),
        ("email", "Email", _text(read, "email"), _among(read.get("email"), contacts)),
        (
            "school",
            "School or college",
            row.file.provider.name if row.file.provider else "",
            activity.provider.name if activity and activity.provider else "",
        ),
        ("upn", "UPN", _text(read, "upn"), numbers.get("upn", "")),
        ("uln", "ULN", _text(read, "uln"), numbers.get("uln", "")),
    ]
    rows = [_line(label, here, there, said.get(key, "")) for key, label, here, there in fields]
    doing = activity.code.label if activity else ""
    if doing:
        rows.append(_line("Doing now", "", doing, ""))
    return [line for line in rows if line]


def _line(label: str, here: str, there: str, words: str) -> dict[str, Any]:
    if not here and not there:
        return {}
    agree = row_presenter.agreement(here, there)
    same = agree == row_presenter.SAME
    if here and there and not same and words and words != row_presenter.SAME:
        agree = words
    values = [here, there] if same or not here or not there else list(lit(here, there))
    return {"field": label, "values": values, "agree": agree, "differs": not same}


def lit(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Two values with the characters that differ marked; wholly, where little is alike."""
    if Indel.normalized_similarity(one.casefold(), other.casefold()) < ALIKE:
        return _marked([(one, True)]), _marked([(other, True)])
    steps = Indel.opcodes(one, other)
    here = [(one[s.src_start : s.src_end], s.tag != "equal") for s in steps]
    there = [(other[s.dest_start : s.dest_end], s.tag != "equal") for s in steps]
    return _marked(here), _marked(there)


def _marked(parts: Sequence[tuple[str, bool]]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark><strong>{}</strong></mark>", text) if differs else text,)
            for text, differs in parts
            if text
        ),
    ) or mark_safe("")


def name_of(row: InboundRow) -> str:
    """The name in a row, as in running text."""
    parts = [_text(row.read, "given"), _text(row.read, "family")]
    return " ".join(part for part in parts if part) or "Name not read"


def _text(read: Mapping[str, Any], key: str) -> str:
    return str(read.get(key) or "")


def _known_as(read: Mapping[str, Any]) -> str:
    return " ".join(str(read[key]) for key in ("known_given", "known_family") if read.get(key))


def _lines(read: Mapping[str, Any]) -> str:
    return ", ".join(str(read[key]) for key in ADDRESS_LINES if read.get(key))


def _home(summary: Summary, *names: str) -> str:
    home = summary.home
    if home is not None and home.is_held_back:
        return "Held back"
    return ", ".join(filter(None, (getattr(home, name) for name in names))) if home else ""


def _among(said: Any, contacts: Sequence[str]) -> str:
    """The person's contact point that a row has too, else their first of the same sort."""
    if not said:
        return ""
    alike = [one for one in contacts if ("@" in one) == ("@" in str(said))]
    return str(said) if said in alike else next(iter(alike), "")


# -- step by step --------------------------------------------------------------------------------


def waterfall(candidate: Candidate) -> list[dict[str, str]]:
    """The reckoning, step by step: what was seen, what it says, and how likely it is then."""
    return [
        {
            "step": step.called or ("At first" if step.field == "start" else "All in all"),
            "words": step.words,
            "says": "" if step.field == "start" else weight_in_words(step.bits),
            "then": in_words(step.probability),
        }
        for step in explain(candidate.steps)
    ]


def in_words(probability: float) -> str:
    """How likely something is, as ``97 in 100`` or ``1 in 40,000``."""
    if probability >= 0.995:
        return "more than 99 in 100"
    if probability >= 0.01:
        return f"{round(probability * 100)} in 100"
    return f"1 in {_round(1 / max(probability, 1e-9)):,}"


def weight_in_words(bits: float) -> str:
    """What a weight in bits says: how many times likelier, or less likely."""
    if abs(bits) < 0.15:
        return "Says next to nothing"
    times = 2.0 ** min(abs(bits), 30.0)
    said = f"{times:.1f}" if times < 9.95 else f"{_round(times):,}"
    return f"{said} times {'likelier' if bits > 0 else 'less likely'}"


def _round(value: float) -> int:
    """To two figures."""
    whole = round(value)
    step = int(10 ** max(0, len(str(whole)) - 2))
    return round(whole / step) * step


# -- others --------------------------------------------------------------------------------------


def other_line(offer: Offer, href: str) -> dict[str, Any]:
    """Another person whom the row may be about, with a link to compare with them."""
    return {
        "href": href,
        "reference": offer.reference,
        "name": offer.summary.full_name,
        "tag": offer.tag,
        "against": offer.against,
    }


def warnings(offer: Offer, others: Sequence[Summary], rivals: Sequence[int]) -> list[str]:
    """What to look at twice before answering, as sentences.

    ``others`` are people who may be of the same family, ``rivals`` the numbers of other rows of
    the file that are about this person.
    """
    said = []
    if offer.against:
        said.append(f"Something we hold disagrees: {'; '.join(offer.against)}.")
    born = offer.summary.date_of_birth
    twins = [one for one in others if born and one.date_of_birth == born]
    if twins:
        refs = " and ".join(show_reference(one.person.ref) for one in twins)
        said.append(
            f"{offer.reference} and {refs} were born on one day and share a family name: they "
            "may be twins. Compare the first names."
        )
    elif offer.household:
        said.append("This may be a twin, a brother or a sister. Compare the first names.")
    if rivals:
        rows = ", ".join(map(str, rivals[:10]))
        one = len(rivals) == 1
        said.append(
            f"{'Row' if one else 'Rows'} {rows} of this file {'is' if one else 'are'} "
            "about this person too."
        )
    return said


def relative_line(summary: Summary) -> dict[str, str]:
    """Someone of the same home and family name as the person compared."""
    born = summary.date_of_birth
    return {
        "reference": show_reference(summary.person.ref),
        "name": summary.full_name,
        "href": reverse("caseload:person", kwargs={"ref": summary.person.ref}),
        "born": f"born {date_in_words(born)}" if born else "date of birth not known",
    }
