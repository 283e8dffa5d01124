"""Making the letters of a batch: in parts, each safe to do again, so that a killed worker loses one
part at most (LC-02).

Each part is sealed away as data first, with its codes, and set as a PDF after. A worker that comes
later finds the data, so nobody ever gets two codes or two letters of one batch.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date
from ccis.files import storage
from optout.actions import codes
from optout.errors import CannotDo
from optout.letters import choosing, printing, rules
from optout.letters.models import Batch, BatchState, Letter, Part, Version
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
    if not batch.parts.exists():
        _look_again(batch, now())
    while _write_part(batch, now()):
        _save(batch, beat_at=now())
    if not batch.parts.exists():
        raise CannotDo("Nobody is left to write to. Withdraw the batch")
    for part in batch.parts.filter(pdf_id=""):
        _set_part(batch, part)
        _save(batch, beat_at=now())
    _join(batch, now())


def _look_again(batch: Batch, at: datetime) -> None:
    """Leave out whoever may not be written to any more since the batch was planned."""
    on = local_date(at)
    waiting = batch.letters.filter(skipped="")
    people = list(waiting.values_list("person", flat=True))
    with transaction.atomic():
        for why, stopped in choosing.stops(people, user=batch.planned_by, on=on):
            batch.letters.filter(person__in=stopped, skipped="").update(skipped=why)
        here = choosing.addresses_of(people, on)
        moved = [
            letter.pk
            for letter in batch.letters.filter(skipped="").select_related("address")
            if letter.person_id not in here or here[letter.person_id].lines != letter.address.lines
        ]
        batch.letters.filter(pk__in=moved).update(skipped="address")


@transaction.atomic
def _write_part(batch: Batch, at: datetime) -> bool:
    """Seal the words of the next part away, with their codes; says whether there was one."""
    waiting = (
        batch.letters.filter(skipped="", part=None)
        .select_related("version", "address", "person__lead_authority")
        .order_by("version__language", "person")
    )
    letters = list(waiting[:PART])
    letters = [one for one in letters if one.version.language == letters[0].version.language]
    if not letters:
        return False
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


@dataclass(frozen=True)
class Words:
    """One letter, filled."""

    to: list[str]
    pieces: list[rules.Piece]
    date: str
    code: str
    square_address: str


def letter_words(batch: Batch, version: Version, *, to: list[str], name: str, code: str) -> Words:
    """What a letter of a batch says. ``name`` is first and family name, a line each."""
    given, _, family = name.partition("\n")
    site = version.web_address.rstrip("/")
    host = site.split("://", 1)[-1]
    values = {
        "first name": given or family,
        "full name": f"{given} {family}".strip(),
        "date": date_in_words(batch.dated_on),
        "sharing date": date_in_words(batch.sharing_from),
        "columns": rules.columns_in_words(version.columns),
        "code": show_code(code),
        "choices address": f"{host}/choices",
        "list address": f"{host}/who-we-share-with",
        "privacy address": f"{host}/privacy",
        "phone": version.phone,
        "email": version.email,
        "council": version.sender.splitlines()[0],
        "team": version.team,
        "signed by": version.signed_by,
    }
    return Words(
        to=[values["full name"], *to],
        pieces=rules.filled(rules.pieces_of(version.body), values),
        date=values["date"],
        code=values["code"],
        square_address=f"{site}/choices/{code}/",
    )


def _letter(version: Version, words: Words, *, size: int) -> dict[str, Any]:
    """One letter as ``letter.typ`` reads it."""
    return {
        "to": words.to,
        "from": version.sender.splitlines(),
        "date": words.date,
        "code_label": "Your code:",
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


@transaction.atomic
def download(batch: Batch, *, by: User, at: datetime) -> bytes:
    """All letters as one PDF, with a line in the trail that it left (USE-07).

    Raises ``CannotDo`` when there is none.
    """
    if not batch.stored_id or batch.state == BatchState.WITHDRAWN:
        raise CannotDo("There is no file of these letters")
    trail.record(
        "letters downloaded",
        by=by,
        at=at,
        authority=batch.authority,
        subject=batch,
        batch=batch.ref,
        letters=batch.letters.filter(skipped="").count(),
        sha256=batch.sha256,
    )
    return _read(batch.stored_id)


@transaction.atomic
def download_one(letter: Letter, *, by: User, at: datetime) -> bytes:
    """One letter as a PDF of its own, set again from its sealed words.

    Raises ``CannotDo`` when it was not made.
    """
    part = letter.part
    if part is None or letter.place is None or letter.batch.state == BatchState.WITHDRAWN:
        raise CannotDo("There is no file of this letter")
    trail.record(
        "letter downloaded",
        by=by,
        at=at,
        authority=letter.batch.authority,
        subject=letter.person,
        batch=letter.batch.ref,
    )
    words = json.loads(_read(part.words_id))
    return _set(letter.batch, [words[letter.place]], part.language)


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
