"""Someone's choices as an officer sees them: what stands, and every statement (LC-06)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload.models import WITHHELD, Consent, DoNotSurvey, Section72, YoungPerson
from ccis.govuk.words import plural, short_date
from optout import rules
from optout.models import Statement
from optout.queries import Standing
from optout.telling import Told


def tags(person: YoungPerson, stands: Standing, *, on: date) -> list[dict[str, str]]:
    """Every choice that holds, by its name; purple where it stops something (pages §5.2)."""
    made = []
    if stands.all or stands.some:
        count = "all" if stands.all else len(stands.some)
        made.append({"text": f"Opted out of {count}", "colour": "purple"})
    for consent in Consent.objects.believed().on(on).filter(person=person):
        stops = consent.answer in WITHHELD
        made.append({"text": consent.get_answer_display(), "colour": "purple" if stops else "grey"})
    if DoNotSurvey.objects.believed().on(on).filter(person=person).exists():
        made.append({"text": "Do not survey", "colour": "purple"})
    if Section72.objects.believed().on(on).filter(person=person).exists():
        words = "School told to hold back other information (section 72)"
        made.append({"text": words, "colour": "purple"})
    return made or [{"text": "No choice made", "colour": "grey"}]


def sentences(stands: Standing) -> list[str]:
    """What stands, and what it stops."""
    if stands.all:
        words = ["Their details may not go to any organisation."]
        if stands.but:
            names = ", ".join(one.name for one in stands.but)
            words = [f"Their details may go to no organisation but: {names}."]
        return [*words, "What the monthly return must carry is kept and sent all the same."]
    if stands.some:
        names = ", ".join(one.name for one in stands.some)
        return [f"Their details may not go to: {names}."]
    return ["Nobody has said no, or it was taken back."]


def conflict(statements: list[Statement]) -> str:
    """What to say when statements disagree: which holds, and why (LC-06)."""
    believed = [one for one in statements if one.superseded_id is None]
    if len({one.says for one in believed}) < 2:
        return ""
    if any(one.says == Statement.Says.YES and not one.lifts for one in believed):
        return (
            "Not all say the same. The latest no holds until the young person takes it back: a "
            "yes from a school, another authority, or from someone else once they are 16 does not."
        )
    return "Not all say the same. What the young person said last holds."


def conflicts(person: YoungPerson, stands: Standing, *, on: date) -> list[str]:
    """Where choices about contact and about sharing point different ways: which holds, and why."""
    consents = list(Consent.objects.believed().filter(person=person).order_by("during"))
    now = next((one for one in consents if _holds(one, on)), None)
    found = []
    if now is not None and len({one.said_by for one in consents}) > 1:
        found.append(
            f"Not all say the same about contact. {now.get_answer_display()} holds, since it was "
            f"said last, by {now.get_said_by_display().lower()}."
        )
    if now is not None and now.answer in WITHHELD and not (stands.all or stands.some):
        found.append(
            "They said no to being contacted, and nothing against sharing. The no to contact "
            "holds: no address, phone or email is shared until they say otherwise."
        )
    if now is not None and now.answer == Consent.Answer.GIVEN and stands.all:
        found.append(
            "They let us contact them, and said no to sharing. Both hold: we may ring and write, "
            "and no organisation is told."
        )
    return found


def told_line(told: list[Told]) -> str:
    """When they were last told how their information is used, and by what (PIA-12)."""
    if not told:
        return "Nobody has told them yet how we use their information."
    last = told[0]
    times = f" They were told {plural(len(told), 'time', 'times')}." if len(told) > 1 else ""
    return f"Last told how we use their information: {short_date(last.on)}, {last.by}.{times}"


def to_ask(person: YoungPerson, born: date | None, *, on: date) -> str:
    """That an instruction of a parent is to be asked for afresh at 16 (LAW-07)."""
    if born is None:
        return ""
    parents = Section72.objects.believed().on(on).filter(person=person, given_by="parent")
    if not parents.exists():
        return ""
    day = born.replace(year=born.year + rules.OWN_WORD_FROM)
    if day > on:
        return (
            "A parent gave the section 72 instruction. Ask the young person afresh at 16, on "
            f"{short_date(day)}."
        )
    return (
        "A parent gave the section 72 instruction, and the young person is 16 or more: it is "
        "theirs to give now. Ask them, and record what they say or end it. It holds until then."
    )


def _holds(fact: Consent, on: date) -> bool:
    return (fact.starts_on or on) <= on and (fact.ends_on is None or fact.ends_on >= on)


def timeline_items(
    person: YoungPerson, statements: list[Statement], *, may_edit: bool
) -> list[dict[str, Any]]:
    """Every statement, newest first, those taken out struck through."""
    places = {one.pk: place for place, one in enumerate(as_recorded(statements), start=1)}
    return [
        _item(person, statement, places[statement.pk], may_edit=may_edit)
        for statement in statements
    ]


def as_recorded(statements: list[Statement]) -> list[Statement]:
    """Statements in the order in which their pages are numbered: one that is recorded while a
    page is open gives no other another number.
    """
    return sorted(statements, key=lambda one: one.pk)


def _item(
    person: YoungPerson, statement: Statement, place: int, *, may_edit: bool
) -> dict[str, Any]:
    whom = statement.provider.name if statement.provider else "all organisations"
    verb = "said no to" if statement.says == Statement.Says.NO else "said yes to"
    out = statement.superseded
    by = statement.recorded.by
    may_take_out = may_edit and out is None
    return {
        "year": str(statement.said_on.year),
        "date": statement.said_on,
        "sentence": f"{statement.get_said_by_display()} {verb} {whom}",
        "note": _note(statement),
        "who": f"Recorded by {by.name}" if by else "Recorded by the service",
        "source": ", ".join(filter(None, (statement.get_channel_display(), statement.source))),
        "corrected": (
            f"Taken out on {short_date(out.at)}"
            f"{f' by {out.by.name}' if out.by else ''}: {out.source}"
            if out
            else ""
        ),
        "href": reverse("optout:person-take-out", args=[person.ref, place]) if may_take_out else "",
    }


def _note(statement: Statement) -> str:
    if statement.says == Statement.Says.YES and not statement.lifts:
        return "Takes back no earlier no"
    return "Gives way to the young person's own yes" if statement.yields else ""


def codes_line(usable_until: list[date]) -> str:
    """How many codes work, and until when."""
    if not usable_until:
        return "No personal code works."
    count = plural(len(usable_until), "personal code works", "personal codes work")
    return f"{count}, the last until {short_date(max(usable_until))}."
