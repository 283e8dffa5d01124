"""What letters have to do with corrections: whom they were sent to, and that one was not theirs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from caseload.models import Address, Fact, YoungPerson
from ccis.accounts.models import User
from ccis.calendar.words import local_date
from optout.letters.actions.returned import mark_returned
from optout.letters.models import Letter
from optout.models import Correction
from optout.recipients import Recipient, register_sent_to
from optout.signals import corrections_made

NOT_THEIRS = "Someone there said that the letter is not for them"


def listen_to_corrections() -> None:
    """Name the letters that went to an address, and hear when one was not theirs."""
    register_sent_to(letters_to)
    corrections_made.connect(give_no_notice, dispatch_uid="letters.corrections_made")


def letters_to(person: YoungPerson, versions: Sequence[Fact]) -> list[Recipient]:
    """The letters that went to an address that proved wrong: whoever lives there was sent them."""
    lines = {tuple(one.lines) for one in versions if isinstance(one, Address)}
    return [
        Recipient(
            who="Whoever opened our letter there",
            how="A letter to the young person at this address",
            sent_on=letter.posted_on,
            told="It was addressed to the young person",
            is_the_person=True,
        )
        for letter in _posted(person)
        if letter.posted_on is not None and tuple(letter.address.lines) in lines
    ]


def give_no_notice(corrections: frozenset[int], by: User, at: datetime, **_: Any) -> None:
    """Take as come back every letter to an address of which it was said, and found, that it is
    not theirs: it gave no notice, and no other goes there (LC-23, USE-06).
    """
    not_theirs = Correction.objects.says_not_theirs().filter(pk__in=corrections)
    for correction in not_theirs.select_related("request__person"):
        person = correction.request.person
        address = Address.objects.filter(pk=correction.version or 0).first()
        if person is None or address is None:
            continue
        for letter in _posted(person):
            if letter.returned_on is None and letter.address.lines == address.lines:
                mark_returned(letter, on=local_date(at), why=NOT_THEIRS, by=by, at=at)


def _posted(person: YoungPerson) -> list[Letter]:
    letters = Letter.objects.posted().filter(person=person)
    return list(letters.select_related("batch", "address").order_by("pk"))
