"""Requests as officers see them: what was said, its clock, and the words of an answer."""

from datetime import date
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, local_date
from ccis.calendar.working_days import BankHolidaysNotKnown, working_days_between
from ccis.govuk.summary import row, summary
from ccis.govuk.words import clock_date, date_and_time, plural
from optout.forms.officers import PARTS_OF_IDENTITY
from optout.forms.public import DOINGS, REACHES, WRONGS
from optout.models import Channel, Message, Request
from optout.queries import goes_by_itself
from optout.rules import REGULATOR_PAGE
from providers.models import Provider

STATE_COLOURS = {
    Request.State.NEW: "yellow",
    Request.State.IN_HAND: "blue",
    Request.State.WAITING: "teal",
    Request.State.ANSWERED: "green",
}


def state_tag(request: Request) -> dict[str, str]:
    """The state as a tag (pages §5.2)."""
    state = Request.State(request.state)
    return {"text": state.label, "colour": STATE_COLOURS[state]}


def clock_tag(request: Request, on: date) -> dict[str, str]:
    """How a request stands with its clock (pages §3.10)."""
    if request.state == Request.State.ANSWERED:
        return {"text": "Answered", "colour": "grey"}
    if on > request.due_on:
        return {"text": f"Late by {_days(request, request.due_on, on)}", "colour": "red"}
    if on == request.due_on:
        return {"text": "Ends today", "colour": "orange"}
    soon = request.kind != Request.Kind.COMPLAINT or (request.due_on - on).days <= 3
    return {"text": "Ends soon" if soon else "On time", "colour": "yellow" if soon else "grey"}


def clock(request: Request, on: date, made: list[Message]) -> dict[str, Any]:
    """The clock of a request: text first, then when it ends, then why it runs.

    ``made`` are its messages; those that were sent are what the person was told.
    """
    if request.answered_at is not None:
        day = date_in_words(local_date(request.answered_at))
        return {"left": f"Answered on {day}", "ends": "", "tag": clock_tag(request, on)}
    late = on > request.due_on
    left = (
        f"Late by {_days(request, request.due_on, on)}"
        if late
        else "To be dealt with today"
        if on == request.due_on
        else f"{_days(request, on, request.due_on)} left"
    )
    why = "A request is answered by the end of the next working day."
    if request.state == Request.State.WAITING:
        why = "The organisation is asked to say that it has deleted what it had."
    if request.kind == Request.Kind.COMPLAINT:
        why = _why_complaint(made)
    ends = f"at the end of {clock_date(request.due_on)} {request.due_on.year}"
    return {"left": left, "ends": ends, "why": why, "tag": clock_tag(request, on)}


def _why_complaint(made: list[Message]) -> str:
    told = [local_date(one.sent_at) for one in made if one.sent_at and not one.failed_at]
    if not told:
        return "A complaint is acknowledged within 30 days."
    return (
        f"Last told on {date_in_words(max(told))}. The outcome is given without undue delay, and "
        "until then they hear how it stands within 30 days."
    )


def _days(request: Request, start: date, end: date) -> str:
    """Working days; of a complaint, whose clock is the law's, every day."""
    if request.kind == Request.Kind.COMPLAINT:
        return plural((end - start).days, "day")
    try:
        return plural(working_days_between(start, end), "working day")
    except BankHolidaysNotKnown:
        return plural((end - start).days, "day")


def line(request: Request, on: date, *, name: str) -> dict[str, Any]:
    """One request as a row of the queue."""
    return {
        "reference": show_reference(request.ref),
        "href": reverse("optout:request", args=[request.ref]),
        "kind": request.get_kind_display(),
        "channel": request.get_channel_display(),
        "who": name or claimed_name(request) or "not said",
        "is_matched": request.person_id is not None,
        "received": date_and_time(request.received_at),
        "state": state_tag(request),
        "clock": clock_tag(request, on),
        "due": "" if request.state == Request.State.ANSWERED else clock_date(request.due_on),
    }


def claimed_name(request: Request) -> str:
    """The name that they gave."""
    return f"{request.given} {request.family}".strip()


def said(request: Request, organisations: list[Provider]) -> list[str]:
    """What was asked, in words, as it was said."""
    words = [request.get_kind_display()]
    if request.kind in (Request.Kind.OPT_OUT, Request.Kind.SHARE):
        names = ", ".join(one.name for one in organisations)
        words[0] += f": {names}" if "providers" in request.said else ": all organisations"
    choice = request.said.get("choice")
    for named in (WRONGS, DOINGS, REACHES):
        if choice in named:
            words.append(str(named[choice]))
            break
    if request.said.get("words"):
        words.append(f"“{request.said['words']}”")
    return words


def details(request: Request, organisations: list[Provider]) -> dict[str, Any]:
    """Everything that was said, and how it came."""
    born = request.date_of_birth
    rows = [
        row("What they want", said(request, organisations)),
        row("Came by", f"{request.get_channel_display()}, {date_and_time(request.received_at)}"),
    ]
    if request.entered_by:
        rows.append(row("Entered by", request.entered_by.name))
    if request.by_code:
        rows.append(row("Who they are", "They used their own personal code"))
    else:
        rows += [
            row("Name they gave", claimed_name(request)),
            row("Date of birth they gave", date_in_words(born) if born else ""),
            row("Postcode they gave", request.postcode),
        ]
    if request.speaker != Request.Speaker.OWN or request.speaker_name:
        asked_by = f"{request.get_speaker_display()}, {request.speaker_name}".rstrip(", ")
        rows.append(row("Asked by", asked_by))
    if request.speaker != Request.Speaker.OWN:
        rows.append(row("What shows that they may", request.proof))
    if request.lacks_capacity:
        rows.append(row("Capacity", "A lack of capacity is recorded"))
    if request.entered_by:
        agreed = [PARTS_OF_IDENTITY[part] for part in request.identity if part in PARTS_OF_IDENTITY]
        rows.append(row("Agreed when asked", agreed or "Nothing was asked"))
    to = request.answer_to or "the one on record"
    rows.append(row("Wants the answer", f"{request.get_answer_by_display()}, {to}"))
    return summary(rows)


def is_to_send(message: Message) -> bool:
    """Whether an officer still has to send it, and say so."""
    is_unsent = message.sent_at is None and message.failed_at is None
    return is_unsent and not goes_by_itself(message)


def _where_it_stands(message: Message) -> dict[str, str]:
    if message.failed_at and getattr(message, "outgoing", None) and message.outgoing.is_stopped:
        return {"text": "Stopped", "colour": "purple"}
    if message.failed_at:
        return {"text": "Did not arrive", "colour": "red"}
    if message.sent_at:
        return {}
    if goes_by_itself(message):
        return {"text": "Being sent", "colour": "blue"}
    return {"text": "To send", "colour": "yellow"}


def messages_of(messages: list[Message]) -> list[dict[str, Any]]:
    """What was answered, and what is still to be sent."""
    return [
        {
            "kind": message.get_kind_display(),
            "by": message.get_by_display(),
            "to": message.to or ("" if message.by == Message.By.SCREEN else "as on record"),
            "words": message.words.split("\n\n"),
            "when": date_and_time(message.sent_at) if message.sent_at else "",
            "tag": _where_it_stands(message),
        }
        for message in messages
    ]


STOPPED = (
    "We have stopped. We will not give your details to {whom}. If one already has them, we will "
    "tell it to stop and to delete them, and we will tell you when it says that it has.\n\n"
    "The law says that we must keep a record of young people aged 16 and 17 here and what they "
    "are doing, so we keep yours."
)
COMPLAIN = (
    "If you are not content with this, tell us. You can also complain to the Information "
    f"Commissioner, at {REGULATOR_PAGE}."
)
REGULATOR = (
    "If you are not content with this, you can complain to the Information Commissioner: "
    f"{REGULATOR_PAGE}, 0303 123 1113, or Wycliffe House, Water Lane, Wilmslow, Cheshire SK9 5AF."
)
"""The Commissioner's own page "Contact us" (ico.org.uk/global/contact-us), November 2026."""


def taken_words(request: Request) -> str:
    """What an officer hears when a request is taken; on the phone they pass it on."""
    words = f"Request {show_reference(request.ref)} taken"
    if request.channel in (Channel.PHONE, Channel.IN_PERSON):
        words += f". Tell them this reference, and that we answer by {clock_date(request.due_on)}"
    return words


def acknowledgement(request: Request) -> str:
    """What tells someone that we have what they asked; it names nobody (LC-03, LAW-03)."""
    by = date_in_words(request.due_on)
    words = (
        f"Thank you. We have got what you asked. We will answer by the end of {by}."
        if request.kind != Request.Kind.COMPLAINT
        else "We have your complaint, and someone is looking into it. We will tell you how it "
        "stands, and what we decide."
    )
    return f"{words}\n\n{COMPLAIN}\n\nReference {show_reference(request.ref)}"


def progress_words(request: Request) -> str:
    """Words to begin with when someone hears how their complaint stands."""
    return (
        "We are still looking into your complaint.\n\nWhat we have done so far: \n\n"
        f"What comes next: \n\nReference {show_reference(request.ref)}"
    )


def suggested_words(request: Request, organisations: list[Provider]) -> str:
    """Words to begin an answer with: what was done, the reference, and how to complain (LAW-03)."""
    if request.kind == Request.Kind.OPT_OUT:
        some = "providers" in request.said
        whom = ", ".join(one.name for one in organisations) if some else "any organisation"
        begin = STOPPED.format(whom=whom)
    elif request.kind == Request.Kind.SHARE:
        begin = "We have noted that we may share your details again. You can change your mind."
    elif request.kind == Request.Kind.COMPLAINT:
        begin = "We have looked into your complaint.\n\nWhat we found: \n\nWhat we have done: "
    else:
        begin = "Thank you. "
    where = REGULATOR if request.kind == Request.Kind.COMPLAINT else COMPLAIN
    return f"{begin}\n\n{where}\n\nReference {show_reference(request.ref)}"


def outcomes(request: Request) -> list[tuple[str, str]]:
    """What can have been done with a request."""
    kinds = Request.Outcome
    if request.kind in (Request.Kind.OPT_OUT, Request.Kind.SHARE):
        allowed = [kinds.DONE] if request.person_id else [kinds.NOBODY, kinds.DECLINED]
    elif request.person_id:
        allowed = [kinds.DONE, kinds.DECLINED]
    else:
        allowed = [kinds.DONE, kinds.DECLINED, kinds.NOBODY]
    if request.kind == Request.Kind.OPT_OUT and not request.person_id:
        allowed = [kinds.NOBODY]
    if request.kind == Request.Kind.COMPLAINT:
        return [(kinds.DONE, "We agreed, and put it right"), (kinds.DECLINED, "We did not agree")]
    return [(one.value, one.label) for one in allowed]
