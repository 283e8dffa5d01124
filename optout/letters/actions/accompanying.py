"""The texts and emails that go with the letters of a batch, once they are posted (LC-01).

Who is left out of them is counted by reason; the letter goes anyway.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from ccis.files import storage
from optout.letters import texts
from optout.letters.actions.making import letter_values, letter_words
from optout.letters.choosing import Chosen, names_of
from optout.letters.models import Batch, Letter, Part, Version
from optout.outbox.actions.writing import write
from optout.outbox.models import Outgoing
from optout.outbox.queries import Reach, reach
from optout.outbox.rules import PROMOTIONAL


def preview(chosen: Iterable[Chosen], *, also_by: str, on: date) -> tuple[int, dict[str, int]]:
    """How many of a plan would be sent a text or email too, and how many not, by reason."""
    by_version: dict[int, list[int]] = {}
    for one in chosen:
        by_version.setdefault(one.version, []).append(one.person)
    versions = Version.objects.in_bulk(list(by_version))
    found = [
        _reached(people, versions[version], also_by=also_by, on=on)
        for version, people in by_version.items()
    ]
    left_out: Counter[str] = Counter()
    for reached in found:
        left_out.update(reached.counts)
    return sum(len(reached.at) for reached in found), dict(left_out)


def _reached(people: Collection[int], version: Version, *, also_by: str, on: date) -> Reach:
    """Who is reached how; nobody by what the version has no words for."""
    if also_by == texts.EITHER and not (version.text and version.email_subject):
        also_by = texts.TEXT if version.text else texts.EMAIL
    if not (version.text if also_by == texts.TEXT else version.email_subject):
        return Reach(left_out={"no-words": list(people)})
    return reach(people, way=also_by, promotional=version.kind == PROMOTIONAL, on=on)


def write_with_letters(
    *, people: frozenset[int], batch: Batch, not_any_more: frozenset[int] = frozenset(), **_: Any
) -> None:
    """Put what goes with the letters of a batch into the outbox, as they are posted.

    A letter that should have stayed cannot be called back; nothing follows it.
    """
    if not batch.also_by:
        return
    at = timezone.now()
    on = timezone.localdate(at)
    went = batch.letters.filter(person__in=people, skipped="", outgoing=None)
    letters = list(went.exclude(person__in=not_any_more).select_related("version"))
    names = names_of(people, on)
    left_out = Counter({"not-any-more": len(not_any_more)} if not_any_more else {})
    rows: list[Outgoing] = []
    for version in {one.version for one in letters}:
        theirs = {one.person_id: one for one in letters if one.version_id == version.pk}
        found = _reached(theirs, version, also_by=batch.also_by, on=on)
        left_out.update(found.counts)
        rows += [
            _outgoing(batch, theirs[person], point, names.get(person, ""), at)
            for person, point in found.at.items()
        ]
    write(rows)
    Batch.objects.filter(pk=batch.pk).update(also_left_out=dict(left_out))


def _outgoing(batch: Batch, letter: Letter, point: Any, name: str, at: datetime) -> Outgoing:
    version = letter.version
    by = Outgoing.By.EMAIL if point.kind == "email" else Outgoing.By.TEXT
    values = {**letter_values(batch, version, name=name), "code": texts.CODE}
    if by == Outgoing.By.TEXT:
        words = texts.fill(version.text, values)
    else:
        said = letter_words(batch, version, to=[], name=name, code="")
        words = texts.as_email(said.pieces, code_label=version.code_said or "Your code:")
    return Outgoing(
        authority=batch.authority,
        person_id=letter.person_id,
        letter=letter,
        by=by,
        kind=version.kind,
        contact_point=point,
        to=point.value,
        subject=texts.fill(version.email_subject, values) if by == Outgoing.By.EMAIL else "",
        words=words,
        site=version.web_address,
        made_at=at,
        made_by=batch.posted_by,
    )


def codes_in(messages: Collection[int]) -> dict[int, str]:
    """The personal code of each of some messages, by id, from the sealed words of its letter.

    None of one whose file was destroyed: its words then name no code.
    """
    letters = Letter.objects.filter(outgoing__in=messages, part__isnull=False, place__isnull=False)
    by_part: dict[int, list[tuple[int, int]]] = {}
    for message, part_id, place in letters.values_list("outgoing", "part", "place"):
        by_part.setdefault(part_id, []).append((message, place or 0))
    found = {}
    for part in Part.objects.filter(pk__in=by_part):
        try:
            words = json.loads(storage.read_stored(part.words_id))
        except storage.CannotOpenStored:
            continue
        found.update({message: words[place]["code"] for message, place in by_part[part.pk]})
    return found
