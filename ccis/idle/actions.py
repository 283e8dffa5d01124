"""Holding what was typed, giving it back, and forgetting it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.http import QueryDict

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.files import storage
from ccis.idle.models import HeldForm
from ccis.idle.rules import may_be_kept

MOST_BYTES = 256 * 1024
"""Of one form, as it is stored; a longer one is not kept, and its person is told."""
MOST_FORMS = 20
"""Of one person at a time: beyond it the oldest goes."""

FORM_KEPT = "unsent form kept"
FORM_OFFERED = "unsent form offered again"
FORM_FORGOTTEN = "unsent form forgotten"

Typed = dict[str, list[str]]
"""What was typed, by the name of its field, in the order of the page."""


def kept_for() -> timedelta:
    """How long what was typed is kept."""
    return timedelta(minutes=settings.CCIS_KEPT_MINUTES)


def typed_in(data: QueryDict) -> Typed:
    """What may be kept of a form: no token, password or code, and no file."""
    return {
        name: [str(value) for value in values] for name, values in data.lists() if may_be_kept(name)
    }


@transaction.atomic
def hold(*, person: int, page: str, action: str, data: QueryDict, at: datetime) -> HeldForm | None:
    """Keep what someone typed for half an hour, in place of what was kept of the same form.

    ``None`` when there is nothing to keep, or more than we keep.
    """
    typed = typed_in(data)
    content = json.dumps(typed).encode()
    if not any(value.strip() for values in typed.values() for value in values):
        return None
    if len(content) > MOST_BYTES:
        return None
    user = User.objects.get(pk=person)
    stored = storage.store(content)
    try:
        held = _row(user, page, action, stored.id, at)
    except Exception:
        storage.discard(stored.id)
        raise
    theirs = HeldForm.objects.visible_to(user).exclude(pk=held.pk)
    _remove(theirs.filter(page=page, action=action))
    _remove(theirs.order_by("-held_at", "-pk")[MOST_FORMS - 1 :])
    trail.record(FORM_KEPT, by=user, at=at, authority=None, subject=held, fields=len(typed))
    return held


def _row(person: User, page: str, action: str, stored: str, at: datetime) -> HeldForm:
    return HeldForm.objects.create(
        person=person, page=page, action=action, stored=stored, held_at=at, until=at + kept_for()
    )


def give_back(held: HeldForm, *, by: User, at: datetime) -> Typed:
    """What was typed, for its person to see again; it stays kept until sent or forgotten.

    Raises ``CannotOpenStored`` when its time is over.
    """
    if held.person_id != by.pk:
        raise ValueError("That form is another person's")
    typed: Typed = json.loads(storage.read_stored(held.stored))
    trail.record(FORM_OFFERED, by=by, at=at, authority=None, subject=held)
    return typed


@transaction.atomic
def forget(forms: Iterable[HeldForm], *, by: User, at: datetime) -> None:
    """Forget forms because they were sent, or because their person wants it."""
    for held in forms:
        trail.record(FORM_FORGOTTEN, by=by, at=at, authority=None, subject=held)
        _remove([held])


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Forget every form whose time is over; return how many. Run each minute by beat."""
    return _remove(HeldForm.objects.filter(until__lte=at).order_by("pk"))


def _remove(forms: Iterable[HeldForm]) -> int:
    """Delete rows, and once that is certain the key and content of each."""
    going = list(forms)
    HeldForm.objects.filter(pk__in=[held.pk for held in going]).delete()
    for held in going:
        transaction.on_commit(partial(storage.discard, held.stored))
    return len(going)
