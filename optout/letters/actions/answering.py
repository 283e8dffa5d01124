"""Printing what is to be posted of a request, one letter at a time (LC-03)."""

from datetime import datetime

from ccis.access.references import show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date
from ccis.leaving.actions import Content, leaves
from optout.errors import CannotDo
from optout.letters import printing, rules
from optout.letters.choosing import addresses_of, names_of
from optout.letters.models import Version
from optout.models import Message, Request


def print_answers(request: Request, *, by: User, at: datetime) -> bytes:
    """The letters of a request that wait to be posted, as one PDF, with a line in the trail.

    They go to the address that was given, or to the one on record. Raises ``CannotDo`` when there
    is none to print, no address to print on it, or characters that we cannot set.
    """
    waiting = list(request.messages.to_send().filter(by=Message.By.LETTER))
    if not waiting:
        raise CannotDo("There is no letter to print")
    on = local_date(at)
    name, record = _who(request, at)
    sender = _sender(request)
    letters = []
    for message in waiting:
        to = [line.strip() for line in message.to.replace(",", "\n").splitlines() if line.strip()]
        to = to or record
        if not to:
            raise CannotDo("There is no address to send a letter to. Tell them another way")
        if printing.missing(f"{name}{message.words}{''.join(to)}"):
            raise CannotDo("There are characters in it that we cannot print")
        letters.append(
            {
                "to": [name, *to] if name else to,
                "from": sender,
                "date": date_in_words(on),
                "reference": f"Ref {show_reference(request.ref)}",
                "code_label": "",
                "code": "",
                "square": "",
                "square_says": "",
                "size": rules.SIZES[rules.STANDARD],
                "pieces": [
                    {"kind": "paragraph", "runs": [{"text": text, "bold": False}], "items": []}
                    for text in message.words.split("\n\n")
                ],
            }
        )
    try:
        content = printing.set_letters(
            letters, title=f"Letter {request.ref}", sender=request.authority.title, language="en"
        )
    except printing.CannotPrint as error:
        raise CannotDo(str(error)) from error
    leaves(
        "answer",
        Content.of(content),
        authority=request.authority,
        by=by,
        at=at,
        why="To post what a young person asked for",
        of=request.ref,
        people=1,
    )
    trail.record(
        "answer printed",
        by=by,
        at=at,
        authority=request.authority,
        subject=request.person or request,
        request=request.ref,
        letters=len(letters),
    )
    return content


def _who(request: Request, at: datetime) -> tuple[str, list[str]]:
    """The name and the lines on record of whoever a request is from, as far as we know them."""
    said = f"{request.given} {request.family}".strip()
    if request.person_id is None:
        return said, []
    on = local_date(at)
    address = addresses_of([request.person_id], on).get(request.person_id)
    name = names_of([request.person_id], on).get(request.person_id, "").replace("\n", " ").strip()
    return name or said, address.lines if address else []


def _sender(request: Request) -> list[str]:
    """The council's name and address, as its newest letter has them; its name where none has."""
    versions = Version.objects.filter(template__authority=request.authority)
    newest = versions.order_by("-published_at", "-pk").first()
    return newest.sender.splitlines() if newest else [request.authority.title]
