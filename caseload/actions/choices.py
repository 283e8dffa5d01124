"""What goes with a choice: who may make it, and what it brings about (LC-16, LAW-07, PIA-08)."""

from datetime import date
from typing import Any

from caseload.actions import facts
from caseload.errors import CannotRecord
from caseload.models import (
    WITHHELD,
    Consent,
    ConsentAttempt,
    Fact,
    How,
    Particulars,
    Section72,
    Speaker,
    YoungPerson,
)
from caseload.signals import Said, said_about_sharing
from ccis.audit.models import Change
from ccis.calendar.academic import age_on

OWN_FROM = 16
"""Age from which the young person's own word is the one that counts."""

CHANNELS = {How.PHONE: "phone", How.TEXT: "phone", How.EMAIL: "email", How.LETTER: "post"}
"""How we heard, in the words of statements; everything else is in person."""


def refuse(model: type[Fact], person: YoungPerson, *, on: date, values: dict[str, Any]) -> None:
    """Raise ``CannotRecord`` where someone else's word may not count from that day on."""
    if model is Section72:
        _refuse_giver(person, str(values["given_by"]), on)
    if model is Consent and values["answer"] == Consent.Answer.GIVEN:
        _refuse_lifting(person, str(values["said_by"]), on)


def _refuse_giver(person: YoungPerson, given_by: str, on: date) -> None:
    """A parent gives the instruction before 16, the young person from then on (LAW-07)."""
    age = age_of(person, on)
    if age is None:
        return
    if given_by == Section72.GivenBy.PARENT and age >= OWN_FROM:
        raise CannotRecord(
            "From 16 on it is the young person’s own to give. Ask them afresh", field="given_by"
        )
    if given_by == Section72.GivenBy.OWN and age < OWN_FROM:
        raise CannotRecord("Until 16 it is a parent’s to give. Ask a parent", field="given_by")


def _refuse_lifting(person: YoungPerson, said_by: str, on: date) -> None:
    """From 16 on nobody takes back what they refused themselves but they."""
    age = age_of(person, on)
    if said_by == Speaker.OWN or (age is not None and age < OWN_FROM):
        return
    held = Consent.objects.believed().on(on).filter(person=person, answer__in=WITHHELD)
    if held.filter(said_by=Speaker.OWN).exists():
        raise CannotRecord(
            "They said no themselves. From 16 on only they can take that back", field="said_by"
        )


def age_of(person: YoungPerson, on: date) -> int | None:
    """How old someone is on a day, by what we believe; ``None`` when we do not know."""
    born = (
        Particulars.objects.believed()
        .filter(person=person, date_of_birth__isnull=False)
        .order_by("-during")
        .values_list("date_of_birth", flat=True)
        .first()
    )
    return age_on(born, on) if born else None


def follow(fact: Fact, *, change: Change, before: Fact | None = None) -> None:
    """Do what goes with a choice that was just recorded or corrected, in its change.

    An answer to an attempt is the person's choice. Consent withdrawn is a no to sharing: where it
    was the basis sharing ends, and where it was not it is taken as an opt-out (LC-16). A
    correction of ``before`` that answers the same brings about nothing more.
    """
    if before is not None and _answer(before) == _answer(fact):
        return
    if isinstance(fact, ConsentAttempt):
        _take_answer(fact, change)
    if isinstance(fact, Consent) and fact.answer == Consent.Answer.WITHDRAWN:
        _announce(fact, change, says_no=True)


def _answer(fact: Fact) -> tuple[Any, ...]:
    names = ("about", "outcome", "answer", "said_by")
    return tuple(getattr(fact, name, None) for name in names)


def _take_answer(attempt: ConsentAttempt, change: Change) -> None:
    if attempt.outcome == ConsentAttempt.Outcome.NOT_REACHED:
        return
    if attempt.about == ConsentAttempt.About.SHARING:
        refused = attempt.outcome == ConsentAttempt.Outcome.REFUSED
        _announce(attempt, change, says_no=refused)
        return
    on = attempt.starts_on or date.max
    values: dict[str, Any] = {
        "answer": Consent.Answer(attempt.outcome),
        "said_by": attempt.said_by,
        "how": attempt.how,
    }
    refuse(Consent, attempt.person, on=on, values=values)
    facts.begin(Consent, change=change, person=attempt.person, on=on, **values)


def _announce(fact: Consent | ConsentAttempt, change: Change, *, says_no: bool) -> None:
    said = Said(
        person=fact.person_id,
        says_no=says_no,
        said_on=fact.starts_on or date.max,
        said_by=fact.said_by,
        how=CHANNELS.get(How(fact.how), "person") if fact.how else "person",
        source="Consent withdrawn" if isinstance(fact, Consent) else "Asked for consent",
    )
    said_about_sharing.send(sender=type(fact), said=[said], change=change)
