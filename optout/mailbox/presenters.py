"""Messages of the drop box as officers see them."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.working_days import BankHolidaysNotKnown, working_days_between
from ccis.govuk.summary import row, summary
from ccis.govuk.words import clock_date, date_and_time, plural
from optout.mailbox.models import Mail, Mailbox, Trouble
from optout.mailbox.queries import Count
from optout.models import Request

COLOURS = {
    Mail.State.WAITING: "yellow",
    Mail.State.HELD: "orange",
    Mail.State.BOUNCE: "grey",
    Mail.State.AUTOMATIC: "grey",
    Mail.State.REQUEST: "green",
    Mail.State.NOT_REQUEST: "grey",
}
SHORT = {Mail.State.HELD: "Held back", Mail.State.BOUNCE: "Not delivered"}
"""Where the name of a state is longer than a tag."""

UNREAD = {
    Mail.Unread.TOO_LARGE: "This message is too large to take in, so only its heading is here.",
    Mail.Unread.NOT_READABLE: "We could not make sense of this message.",
}
MENDS = {
    Trouble.SETTINGS: "Look at MAILBOXES in the settings.",
    Trouble.UNREACHABLE: "Look whether the server is up and may be reached from here.",
    Trouble.CERTIFICATE: "Look at the certificate of the mail server, and its name in MAILBOXES.",
    Trouble.REFUSED: "Look at the name and the password in MAILBOXES.",
    Trouble.FOLDER: "Look at the folder in MAILBOXES.",
    Trouble.MOVING: (
        "Let this service make a folder and move messages. Until then each stays where it is, and "
        "is taken in once all the same."
    ),
    Trouble.STUCK: "Read them in the mailbox, and tell whoever runs this service.",
    Trouble.OTHER: "Tell whoever runs this service.",
}


def state_tag(mail: Mail) -> dict[str, str]:
    """The state as a tag."""
    state = Mail.State(mail.state)
    return {"text": SHORT.get(state, str(state.label)), "colour": COLOURS[state]}


def clock_tag(mail: Mail, on: date) -> dict[str, str] | None:
    """How a message that waits stands with its clock (pages §3.10)."""
    if mail.state != Mail.State.WAITING:
        return None
    if on > mail.due_on:
        return {"text": f"Late by {_days(mail.due_on, on)}", "colour": "red"}
    if on == mail.due_on:
        return {"text": "Ends today", "colour": "orange"}
    return {"text": "Ends soon", "colour": "yellow"}


def _days(start: date, end: date) -> str:
    try:
        return plural(working_days_between(start, end), "working day")
    except BankHolidaysNotKnown:
        return plural((end - start).days, "day")


def line(mail: Mail, on: date) -> dict[str, Any]:
    """One message as a row of the list."""
    return {
        "href": reverse("mailbox:mail", args=[mail.ref]),
        "reference": show_reference(mail.ref),
        "from": mail.sender_name or mail.sender or "not said",
        "subject": mail.subject or ("destroyed" if mail.emptied_at else "none"),
        "received": date_and_time(mail.received_at),
        "state": state_tag(mail),
        "due": clock_date(mail.due_on) if mail.state == Mail.State.WAITING else "",
        "clock": clock_tag(mail, on),
    }


def sentence(found: Count) -> str:
    """``4 messages to read, 1 late.``"""
    return f"{plural(found.waiting, 'message')} to read, {found.late} late."


def details(mail: Mail) -> dict[str, Any]:
    """Whom it came from, when, and what became of it."""
    who = f"{mail.sender_name}, {mail.sender}".strip(", ") or "not said"
    rows = [row("From", who), row("Received", date_and_time(mail.received_at))]
    if mail.answer_to and mail.answer_to != mail.sender:
        rows.append(row("Asks for answers at", mail.answer_to))
    rows.append(row("Subject", mail.subject or "none"))
    if mail.left_out:
        rows.append(row("Attachments", [*mail.left_out, LEFT_OUT]))
    if mail.state == Mail.State.WAITING:
        rows.append(row("To be read by", f"the end of {clock_date(mail.due_on)}"))
    if mail.settled_by and mail.settled_at:
        what = Mail.State(mail.state).label
        rows.append(row(what, f"{mail.settled_by.name}, {date_and_time(mail.settled_at)}"))
    if mail.why:
        rows.append(row("Why", mail.why))
    return summary(rows)


LEFT_OUT = "Attachments are not taken in. Look at them in the mailbox, among what was taken in."


def notes(mail: Mail) -> list[str]:
    """What a reader must know of a message besides its words."""
    found = []
    if mail.unread:
        found.append(f"{UNREAD[Mail.Unread(mail.unread)]} Read it in the mailbox.")
    if mail.is_cut:
        found.append("It is longer than we take in. Read the rest in the mailbox.")
    if mail.emptied_at:
        found.append(f"Its words were destroyed on {date_and_time(mail.emptied_at)}.")
    return found


def suggested(mail: Mail, *, most: int) -> dict[str, str]:
    """What the form of a request begins with: who wrote, and what they said."""
    given, _, family = mail.sender_name.partition(" ")
    words = "\n\n".join(part for part in (mail.subject, mail.text) if part)
    return {
        "given": given[:100],
        "family": family[:100],
        "words": words[:most],
        "answer_by": Request.Answer.EMAIL if mail.answer_to else "",
        "answer_to": mail.answer_to,
    }


def box_words(authority: Authority, box: Mailbox | None, *, is_set: bool) -> list[str]:
    """How the mailbox itself stands, and what to mend."""
    if not is_set:
        return [
            f"No mailbox is set for {authority.title}, so nothing is taken in. Set MAILBOXES to "
            f"{authority.code}=imaps://user:password@mail.server/INBOX and start the service "
            "again; docs/how-to/read-the-drop-box.md says how. Until then enter emails by hand.",
        ]
    if box is None:
        return ["The mailbox has not been read yet. It is read every minute."]
    if box.trouble:
        trouble = Trouble(box.trouble)
        since = date_and_time(box.trouble_since) if box.trouble_since else ""
        return [f"Something is wrong with the mailbox since {since}: {_lower(trouble.label)}. "
                f"{MENDS[trouble]}", *_last(box.looked_at)]  # fmt: skip
    return _last(box.looked_at)


def _last(looked_at: datetime | None) -> list[str]:
    return [f"Last read: {date_and_time(looked_at)}."] if looked_at else []


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
