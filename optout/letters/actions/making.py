"""Making the letters of a batch: in parts, each safe to do again, so that a killed worker loses one
part at most (LC-02).

Each part is sealed away as data first, with its codes, and set as a PDF after. A worker that comes
later finds the data, so nobody ever gets two codes or two letters of one batch.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from caseload.models import YoungPerson
from caseload.queries.choices import contact_withheld
from ccis.access.references import show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date
from ccis.files import storage
from ccis.leaving.actions import Content, leaves
from optout.actions import codes
from optout.errors import CannotDo
from optout.letters import choosing, printing, rules
from optout.letters.models import Batch, BatchState, Letter, Part, Version
from optout.letters.queries import sealed_since
from optout.rules import show_code

Clock = Callable[[], datetime]

PART = 250
"""Letters of a part: about 165 MB of memory and a few seconds to set."""

LOCK_CLASS = 71_006
"""First key of the advisory lock of a batch; the second is its id."""


def make(*, batch_id: int, now: Clock) -> Batch:
    """Make a batch's letters to the end, or carry on; does nothing when another worker does.

    What fails leaves it stopped, with words fit for its page, and is raised.
    """
    batches = Batch.objects.select_related(
        "authority", "template", "provider_list", "planned_by", "approved_by"
    )
    batch = batches.get(pk=batch_id)
    with _alone(batch) as ours:
        batch.refresh_from_db(from_queryset=batches)
        if not ours or batch.state != BatchState.MAKING:
            return batch
        try:
            _make(batch, now)
        except Exception as error:
            _save(batch, state=BatchState.STOPPED, stopped_because=_said(error))
            raise
    return batch


def _said(error: Exception) -> str:
    """Why it stopped, in words that hold nothing of any letter."""
    if isinstance(error, CannotDo):
        return error.message[:200]
    if isinstance(error, printing.CannotPrint):
        return str(error)[:200]
    return "Something went wrong on our side"


def _make(batch: Batch, now: Clock) -> None:
    while _write_part(batch, now()):
        _save(batch, beat_at=now())
    if not batch.parts.exists():
        raise CannotDo("Nobody is left to write to. Withdraw the batch")
    for part in batch.parts.filter(pdf_id=""):
        _set_part(batch, part)
        _save(batch, beat_at=now())
    _join(batch, now())


@transaction.atomic
def _write_part(batch: Batch, at: datetime) -> bool:
    """Seal the words of the next part away, with their codes; says whether there was one.

    Whoever may not be written to any more since the plan is left out first.
    """
    waiting = (
        batch.letters.filter(skipped="", part=None)
        .select_related("version", "address", "person__lead_authority")
        .order_by("version__language", "person")
    )
    letters = list(waiting[:PART])
    letters = [one for one in letters if one.version.language == letters[0].version.language]
    if not letters:
        return False
    letters = _who_may_be_sent(batch, letters, local_date(at))
    if not letters:
        return True
    people = [one.person_id for one in letters]
    made = codes.make_many(people, authority=batch.authority, by=batch.approved_by, at=at)
    names = choosing.names_of(people, local_date(at))
    words = [
        _letter(
            letter.version,
            letter_words(
                batch,
                letter.version,
                to=letter.address.lines,
                name=names.get(letter.person_id, ""),
                code=made[letter.person_id][1],
            ),
            reference=letter.ref,
            size=rules.SIZES[letter.format],
        )
        for letter in letters
    ]
    stored = storage.store(json.dumps(words).encode())
    try:
        part = Part.objects.create(
            batch=batch,
            number=batch.parts.count() + 1,
            language=letters[0].version.language,
            words_id=stored.id,
            letters=len(letters),
        )
        for place, letter in enumerate(letters):
            letter.part, letter.place = part, place
            letter.code_id = made[letter.person_id][0]
        Letter.objects.bulk_update(letters, ["part", "place", "code"])
    except Exception:
        storage.discard(stored.id)
        raise
    return True


def _who_may_be_sent(batch: Batch, letters: list[Letter], on: date) -> list[Letter]:
    stopped = choosing.no_longer(batch, letters, on=on)
    for why in set(stopped.values()):
        people = [person for person, reason in stopped.items() if reason == why]
        batch.letters.filter(person__in=people, skipped="").update(skipped=why)
    return [letter for letter in letters if letter.person_id not in stopped]


@dataclass(frozen=True)
class Words:
    """One letter, filled."""

    to: list[str]
    pieces: list[rules.Piece]
    date: str
    code: str
    square_address: str


def letter_values(batch: Batch, version: Version, *, name: str) -> dict[str, str]:
    """What takes the place of what stands in braces, but for the code. ``name`` is first and
    family name, a line each.
    """
    given, _, family = name.partition("\n")
    host = version.web_address.rstrip("/").split("://", 1)[-1]
    return {
        "first name": given or family,
        "full name": f"{given} {family}".strip(),
        "date": rules.day_in(version.language, batch.dated_on),
        "sharing date": rules.day_in(version.language, batch.sharing_from),
        "columns": version.columns_said or rules.columns_in_words(version.columns),
        "choices address": f"{host}/choices",
        "list address": f"{host}/who-we-share-with",
        "privacy address": f"{host}/privacy",
        "phone": version.phone,
        "email": version.email,
        "council": version.sender.splitlines()[0],
        "team": version.team,
        "signed by": version.signed_by,
    }


def letter_words(batch: Batch, version: Version, *, to: list[str], name: str, code: str) -> Words:
    """What a letter of a batch says. ``name`` is first and family name, a line each."""
    values = {**letter_values(batch, version, name=name), "code": show_code(code)}
    site = version.web_address.rstrip("/")
    return Words(
        to=[values["full name"], *to],
        pieces=rules.filled(rules.pieces_of(version.body), values),
        date=values["date"],
        code=values["code"],
        square_address=f"{site}/choices/{code}/",
    )


def _letter(version: Version, words: Words, *, reference: str, size: int) -> dict[str, Any]:
    """One letter as ``letter.typ`` reads it."""
    return {
        "to": words.to,
        "from": version.sender.splitlines(),
        "date": words.date,
        "reference": f"Ref {show_reference(reference)}",
        "code_label": version.code_said or "Your code:",
        "code": words.code,
        "square": printing.square(words.square_address),
        "square_says": "A square to point a phone at, which opens your choices",
        "size": size,
        "pieces": [_drawn(piece) for piece in words.pieces],
    }


def _drawn(piece: rules.Piece) -> dict[str, Any]:
    def runs(some: tuple[rules.Run, ...]) -> list[dict[str, Any]]:
        return [{"text": run.text, "bold": run.bold} for run in some]

    return {
        "kind": piece.kind,
        "runs": runs(piece.runs),
        "items": [runs(item) for item in piece.items],
    }


def _set_part(batch: Batch, part: Part) -> None:
    words = json.loads(storage.read_stored(part.words_id))
    stored = storage.store(_set(batch, words, part.language))
    Part.objects.filter(pk=part.pk).update(pdf_id=stored.id)


def _set(batch: Batch, words: list[dict[str, Any]], language: str) -> bytes:
    return printing.set_letters(
        words,
        title=f"Letters {batch.ref}",
        sender=batch.authority.title,
        language=language,
    )


def _join(batch: Batch, at: datetime) -> None:
    from optout.letters.joining import join  # a large library, which only this needs

    parts = (storage.read_stored(part.pdf_id) for part in batch.parts.order_by("number"))
    stored = storage.store(join(parts))
    letters = batch.letters.filter(skipped="").count()
    with transaction.atomic():
        _save(
            batch,
            state=BatchState.PRINTED,
            stored_id=stored.id,
            sha256=stored.sha256,
            size=stored.size,
            beat_at=at,
        )
        trail.record(
            "letters printed",
            by=batch.approved_by,
            at=at,
            authority=batch.authority,
            subject=batch,
            batch=batch.ref,
            letters=letters,
            sha256=stored.sha256,
        )


# -- what leaves -----------------------------------------------------------------------------------


def may_open_file(batch: Batch, user: User) -> str:
    """Why the file of all letters is closed to a user; nothing when it is open.

    It shows where everyone in it lives, so it is for those who may see all of them, and for nobody
    once somebody's identity in it was sealed (PIA-07, LAW-10).
    """
    people = batch.letters.filter(part__isnull=False).values("person")
    if YoungPerson.objects.filter(pk__in=people).exclude(pk__in=YoungPerson.objects.open_to(user)):
        return (
            "There is someone in this file whose record you may not open. Ask someone who may, or "
            "withdraw the batch and plan it again"
        )
    if batch.approved_at and sealed_since(people, batch.approved_at):
        return (
            "An identity in this file is sealed by now. Withdraw the batch and plan it again, or "
            "ask your information governance lead"
        )
    return ""


@transaction.atomic
def download(batch: Batch, *, by: User, at: datetime, reason: str) -> bytes:
    """All letters as one PDF, with a line in the trail that it left and why (USE-07).

    Raises ``CannotDo`` when there is none, when it is closed to whoever asks, or without a reason.
    """
    if not batch.stored_id or batch.state == BatchState.WITHDRAWN:
        raise CannotDo("There is no file of these letters")
    if not reason.strip():
        raise CannotDo("Say why you need the file", field="reason")
    closed = may_open_file(batch, by)
    if closed:
        raise CannotDo(closed)
    people = batch.letters.filter(part__isnull=False).count()
    leaves(
        "letters",
        Content(batch.sha256, batch.size or 0),
        authority=batch.authority,
        by=by,
        at=at,
        why=reason,
        of=batch.ref,
        people=people,
    )
    trail.record(
        "letters downloaded",
        by=by,
        at=at,
        authority=batch.authority,
        subject=batch,
        batch=batch.ref,
        letters=people,
        sha256=batch.sha256,
        reason=reason.strip()[:200],
    )
    return _read(batch.stored_id)


@transaction.atomic
def download_one(letter: Letter, *, by: User, at: datetime, reason: str) -> bytes:
    """One letter as a PDF of its own, set again from its sealed words, with its line in the trail.

    Raises ``CannotDo`` when it was not made, when a name in it was sealed since, when they do not
    consent to being contacted by now, or without a reason.
    """
    part, batch = letter.part, letter.batch
    if part is None or letter.place is None or batch.state == BatchState.WITHDRAWN:
        raise CannotDo("There is no file of this letter")
    if not reason.strip():
        raise CannotDo("Say why you need the file", field="reason")
    if batch.approved_at and sealed_since([letter.person_id], batch.approved_at):
        raise CannotDo("The identity in this letter is sealed by now")
    if contact_withheld([letter.person_id], local_date(at)):
        raise CannotDo("They do not consent to being contacted, so the address on it is held back")
    words = json.loads(_read(part.words_id))
    content = _set(batch, [words[letter.place]], part.language)
    left = leaves(
        "letter",
        Content.of(content),
        authority=batch.authority,
        by=by,
        at=at,
        why=reason,
        of=batch.ref,
        people=1,
    )
    trail.record(
        "letter downloaded",
        by=by,
        at=at,
        authority=batch.authority,
        subject=letter.person,
        batch=batch.ref,
        sha256=left.sha256,
        reason=reason.strip()[:200],
    )
    return content


def _read(stored_id: str) -> bytes:
    try:
        return storage.read_stored(stored_id)
    except storage.CannotOpenStored as error:
        raise CannotDo("The file is not kept any more") from error


def _save(batch: Batch, **values: Any) -> None:
    for name, value in values.items():
        setattr(batch, name, value)
    Batch.objects.filter(pk=batch.pk).update(**values)


@contextmanager
def _alone(batch: Batch) -> Iterator[bool]:
    """Hold the lock of one batch; says whether we got it. It goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, batch.pk])
        (got,) = cursor.fetchone()
    try:
        yield bool(got)
    finally:
        if got and connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, batch.pk])
