"""Reading what was disclosed, as the portal's own login and as nobody stronger (docs/adr/0053).

What comes back are plain values: a row of the database would ask for more, by a login that may not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from ccis.access.database import PORTAL, acting_as
from ccis.access.references import show_reference
from sharing.models import DisclosedRow
from sharing.outcomes.models import Answer, Attempt


@dataclass(frozen=True)
class Try:
    """One time that somebody was tried."""

    ref: str
    how: str
    result: str
    tried_on: date
    at: datetime
    by_id: int
    by_name: str
    undone_at: datetime | None


@dataclass(frozen=True)
class Given:
    """The last that was said of someone; ``number`` counts what was said so far."""

    number: int
    outcome: str
    where: str
    since: date | None
    doing: str
    notes: str
    at: datetime
    by_id: int
    by_name: str


@dataclass(frozen=True)
class Row:
    """One person on a list, as the organisation may know them."""

    ref: str
    disclosure: int
    on_list: int
    values: dict[str, Any]
    ends_at: datetime
    tries: tuple[Try, ...] = field(default=())
    answer: Given | None = None

    @property
    def called(self) -> str:
        """Their name; empty while they say that it is wrong, which withholds it (LAW-08)."""
        return str(self.values.get("name", ""))

    @property
    def name(self) -> str:
        """What stands for them on a page, which can be pressed and read out in any case."""
        return self.called or f"Name not shown · {show_reference(self.ref)}"


@contextmanager
def reading(token: str) -> Iterator[str]:
    """Inside, what the holder of a token may read is there; gives the connection to read with.

    The token is said inside a transaction and taken back in any case. Where the connection is that
    of the fixtures, as in tests, it takes on the portal's role. Raises ``ImproperlyConfigured``
    where the login is not the portal's: a stronger one would read everybody.
    """
    alias = settings.PORTAL_DATABASE
    login: AbstractContextManager[Any] = transaction.atomic(using=alias)
    if alias == DEFAULT_DB_ALIAS and settings.CCIS_TAKE_ROLE:
        login = acting_as(PORTAL)
    with login:
        if _say(alias, token) != PORTAL:
            raise ImproperlyConfigured("DATABASE_PORTAL_URL does not sign in as ccis_portal")
        try:
            yield alias
        finally:
            with suppress(DatabaseError):  # what failed is rolled back, and this with it
                _say(alias, "")


def _say(alias: str, token: str) -> str:
    """Tell the database who asks; gives the login that asks."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT set_config('ccis.portal_token', %s, true), current_user", [token])
        return str(cursor.fetchone()[1])


def rows_on(alias: str, lists: Collection[int]) -> list[Row]:
    """Everyone on some lists, what ends first in front."""
    return [_row(one) for one in _in_order(alias, lists)]


def ref_after(alias: str, lists: Collection[int], row: Row) -> str | None:
    """Who follows somebody in the order of ``rows_on``; ``None`` after the last."""
    later = Q(ends_at__gt=row.ends_at) | Q(ends_at=row.ends_at) & (
        Q(called__gt=row.called) | Q(called=row.called, ref__gt=row.ref)
    )
    return _in_order(alias, lists).filter(later).values_list("ref", flat=True).first()


def _in_order(alias: str, lists: Collection[int]) -> QuerySet[DisclosedRow]:
    found = DisclosedRow.objects.using(alias).filter(on_list_id__in=lists)
    called = Coalesce(KeyTextTransform("name", "values"), Value(""), output_field=TextField())
    return found.annotate(called=called).order_by("ends_at", "called", "ref")


def row_named(alias: str, lists: Collection[int], ref: str) -> Row | None:
    """One person, with all that was said of them; ``None`` where they are not on these lists."""
    one = DisclosedRow.objects.using(alias).filter(on_list_id__in=lists, ref=ref).first()
    return with_what_was_said(alias, [_row(one)])[0] if one is not None else None


def with_what_was_said(alias: str, rows: Collection[Row]) -> list[Row]:
    """Rows with their tries, the newest first, and the last answer of each."""
    asked = [row.disclosure for row in rows]
    tries: dict[int, list[Try]] = defaultdict(list)
    attempts = Attempt.objects.using(alias).filter(disclosure_id__in=asked)
    for one in attempts.order_by("-tried_on", "-id"):
        tries[one.disclosure_id].append(
            Try(**{name: getattr(one, name) for name in Try.__dataclass_fields__})
        )
    answers = Answer.objects.using(alias).filter(disclosure_id__in=asked).that_count()
    given = {
        one.disclosure_id: Given(
            **{name: getattr(one, name) for name in Given.__dataclass_fields__}
        )
        for one in answers
    }
    return [
        Row(
            ref=row.ref,
            disclosure=row.disclosure,
            on_list=row.on_list,
            values=row.values,
            ends_at=row.ends_at,
            tries=tuple(tries[row.disclosure]),
            answer=given.get(row.disclosure),
        )
        for row in rows
    ]


def _row(one: DisclosedRow) -> Row:
    return Row(
        ref=one.ref,
        disclosure=one.disclosure_id,
        on_list=one.on_list_id or 0,
        values=one.values,
        ends_at=one.ends_at,
    )
