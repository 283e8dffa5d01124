"""A message as it lies in a mailbox, made into what we keep of it. It never raises."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from optout.mailbox import rules
from optout.mailbox.plain import plain_text, tidy

MOST_TEXT = 20_000
"""Characters of a message that are taken in."""

MOST_PARTS = 100
MOST_LEFT_OUT = 20
UNNAMED = "one without a name"


@dataclass(frozen=True)
class Letter:
    """What is kept of a message."""

    mark: str
    """By what the same message is known again, on whichever server it lies."""
    sort: str = rules.LETTER
    sender: str = ""
    sender_name: str = ""
    answer_to: str = ""
    subject: str = ""
    text: str = ""
    is_cut: bool = False
    left_out: list[str] = field(default_factory=list)
    is_readable: bool = True


def read(content: bytes) -> Letter:
    """What a message says, its attachments named and left out. It never raises."""
    raw = hashlib.sha256(content).hexdigest()
    try:
        # The newer policies raise at headers that are wrong; this one gives them as they are.
        return _read(message_from_bytes(content, policy=policy.compat32))
    except Exception:  # whatever someone sends must not stop what others sent
        return Letter(mark=raw, is_readable=False)


def _read(message: Message) -> Letter:
    headers = {name.lower(): _words(message, name) for name in message}
    sender_name, sender = _person(headers.get("from", ""))
    _, answer_to = _person(headers.get("reply-to", ""))
    text, left_out = _body(message)
    letter = Letter(
        mark="",
        sort=rules.sort_of(headers, sender=sender),
        sender=sender,
        sender_name=sender_name,
        answer_to=answer_to or sender,
        subject=headers.get("subject", "")[:300],
        text=text[:MOST_TEXT],
        is_cut=len(text) > MOST_TEXT,
        left_out=left_out[:MOST_LEFT_OUT],
    )
    return replace(letter, mark=_mark(headers, letter, text))


def _mark(headers: dict[str, str], letter: Letter, text: str) -> str:
    """By its own words and not by its way to us: delivered twice it is one.

    The id alone would do for honest senders; a second message under the id of the first is
    another message all the same.
    """
    said = (headers.get("message-id", ""), headers.get("date", ""), letter.sender, letter.subject)
    return hashlib.sha256("\0".join((*said, text, *letter.left_out)).encode()).hexdigest()


def _words(message: Message, name: str) -> str:
    return _line(str(message.get(name, "")))


def _line(value: str) -> str:
    """A heading decoded, on one line."""
    with suppress(ValueError, LookupError, UnicodeError):
        value = str(make_header(decode_header(value)))
    return " ".join(tidy(value).split())


def _person(header: str) -> tuple[str, str]:
    """Name and address of the first that a header names."""
    name, address = next(iter(getaddresses([header])), ("", ""))
    address = address if "@" in address and " " not in address else ""
    return name[:200], address[:254]


def _body(message: Message) -> tuple[str, list[str]]:
    """The words, plain ones before HTML, and the names of what is attached."""
    plain: list[str] = []
    html: list[str] = []
    left_out: list[str] = []
    for part in _parts(message):
        kind = part.get_content_type()
        is_attached = part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_attached:
            plain.append(_decoded(part))
        elif kind == "text/html" and not is_attached:
            html.append(_decoded(part))
        elif not part.is_multipart() or kind.startswith("message/"):
            left_out.append(_name(part))
    words = tidy("\n\n".join(plain))
    return words or "\n\n".join(plain_text(one) for one in html), left_out


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message that are its own, and not those of a message within it."""
    waiting, count = [message], 0
    while waiting and count < MOST_PARTS:
        part, count = waiting.pop(0), count + 1
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting[:0] = [one for one in inside if isinstance(one, Message)]
        else:
            yield part


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def _name(part: Message) -> str:
    return _line(part.get_filename() or "")[:100] or UNNAMED
