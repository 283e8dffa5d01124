"""What becomes of a text or email, when it is tried again, what it must say: no database, no
clock.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# -- service or promotional ------------------------------------------------------------------------

SERVICE, PROMOTIONAL = "service", "promotional"
KINDS = {SERVICE: "Service", PROMOTIONAL: "Promotional"}
"""LAW-06. Promotional is what advertises: courses, events, open days. Anything else that someone
asked for, or that the law or their choices want them to know, is of service."""

# -- who is left out of a text or email ------------------------------------------------------------

LEFT_OUT = {
    "not-any-more": "Their letter should have stayed: since it was made they may not be written to",
    "no-words": "The letter's version has no words for a text or email",
    "call": "Need a call instead of writing",
    "consent": "Have not agreed to promotional messages",
    "no-contact": "No mobile number or email address of their own that works",
}
"""Why somebody gets a letter without the text or email; the first that holds counts."""

# -- a way to stop ---------------------------------------------------------------------------------

STOP_WORDS = "To stop messages like this: {address}"


def with_way_to_stop(words: str, address: str) -> str:
    """What a promotional message says, with the address at which it is stopped (LAW-06)."""
    return f"{words}\n\n{STOP_WORDS.format(address=address)}" if address else words


# -- tries -----------------------------------------------------------------------------------------

WAITS = timedelta(minutes=2)
"""For so long whoever sends can still say *Stop sending* (pages §3.9)."""

MOST_TRIES = 10
"""Tries of one sending while the service cannot be reached: about a day and a half."""

LONGEST_WAIT = timedelta(hours=6)

DELIVERIES = 3
"""Sendings of one message whose phone is off or whose inbox is full, a day after each other."""

NEXT_DELIVERY = timedelta(days=1)


def next_try(tries: int) -> timedelta:
    """How long to wait after so many tries: a minute, then twice as long each time."""
    return min(timedelta(minutes=2 ** max(tries - 1, 0)), LONGEST_WAIT)


# -- what became of it -----------------------------------------------------------------------------


class Became(StrEnum):
    """What the sending service says of a message, as far as it matters here."""

    UNDER_WAY = "under-way"
    DELIVERED = "delivered"
    NO_SUCH = "no-such"
    NOT_NOW = "not-now"
    FAULT = "fault"


BECAME = {
    "created": Became.UNDER_WAY,
    "sending": Became.UNDER_WAY,
    "pending": Became.UNDER_WAY,
    "sent": Became.UNDER_WAY,
    "delivered": Became.DELIVERED,
    "permanent-failure": Became.NO_SUCH,
    "temporary-failure": Became.NOT_NOW,
    "technical-failure": Became.FAULT,
}
"""GOV.UK Notify's statuses, at docs.notifications.service.gov.uk (delivery statuses)."""

DID_NOT_ARRIVE = {
    Became.NO_SUCH: "There is no such number or address",
    Became.NOT_NOW: "The phone was off, or the inbox full, for days",
    Became.FAULT: "The sending service could not send it",
}


@dataclass(frozen=True)
class Next:
    """What follows from what became of a message."""

    arrived: bool = False
    again: bool = False
    """Sent once more, a day later, as a sending of its own."""
    failed: str = ""
    """It ended there: why, in words."""
    marks_contact: bool = False
    """The number or address is marked on the record (USE-06)."""


def follows(became: Became, *, deliveries: int) -> Next:
    """What to do, after so many sendings of one message.

    Nobody's number is marked for a fault of the service itself.
    """
    if became == Became.DELIVERED:
        return Next(arrived=True)
    if became == Became.UNDER_WAY:
        return Next()
    if became != Became.NO_SUCH and deliveries < DELIVERIES:
        return Next(again=True)
    return Next(failed=DID_NOT_ARRIVE[became], marks_contact=became != Became.FAULT)
