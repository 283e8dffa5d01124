"""Asking an organisation to destroy, taking its word, and certifying it (LC-04, LC-18)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from ccis.accounts.models import User
from ccis.audit import published, trail
from ccis.calendar.words import date_in_words, local_date
from sharing.actions import life
from sharing.actions.locks import hold_people
from sharing.destruction import asking, certificates
from sharing.destruction.models import Chase, Confirmation
from sharing.errors import CannotShare
from sharing.files import actions as files
from sharing.models import Disclosure, EndedBecause, SharedList

ON_THEIR_WORD = (
    "That the organisation's own copies are destroyed rests on its word, given as stated here. "
    "The council cannot look into its systems."
)
IN_BACKUPS = (
    "The keys of the files are destroyed, so no copy of a file opens again, in a backup either. "
    "Rows of the council's database last in its backups until the last of these is overwritten, "
    "on {until} at the latest; a backup that is restored is shown to nobody before these rows are "
    "destroyed in it again."
)


# -- asking ----------------------------------------------------------------------------------------


@transaction.atomic
def chase(shared: SharedList, *, by: User | None, at: datetime) -> Chase:
    """Tell the named individuals of a list that there is something to do; nobody is named to them.

    The email goes once this is there to stay. Raises ``CannotShare`` when nothing is to be
    confirmed, or they were asked today already and nothing has ended since.
    """
    shared = _locked(shared)
    newest = _newest(shared, at)
    if newest is None:
        raise CannotShare("Nothing is to be confirmed")
    return asking.ask(Chase, shared, verb="destruction asked for", by=by, at=at, since=newest)


def chase_those_late(*, at: datetime) -> int:
    """Ask whoever has not confirmed, and was not asked for five working days or about the newest.

    Says how many.
    """
    over = Disclosure.objects.to_confirm(at).filter(on_list__isnull=False)
    asked = 0
    for shared in SharedList.objects.filter(pk__in=over.values("on_list")).order_by("pk"):
        if asking.is_to_ask_again(Chase, shared, at=at, since=_newest(shared, at)):
            with suppress(CannotShare):  # asked by hand today, or confirmed meanwhile
                chase(shared, by=None, at=at)
                asked += 1
    return asked


# -- what they say ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """What an organisation said: who, when, by which way, what it destroyed and how."""

    said_by: str
    said_on: date
    how: str
    what: str


Confirmed = Callable[[frozenset[int], Confirmation], None]
_when_confirmed: list[Confirmed] = []


def when_confirmed(told: Confirmed) -> Confirmed:
    """Have whoever waits for a confirmation told, inside its transaction, by ids of disclosures."""
    if told not in _when_confirmed:
        _when_confirmed.append(told)
    return told


@transaction.atomic
def confirm(
    shared: SharedList, word: Word, *, by: User, at: datetime, seen: datetime | None = None
) -> Confirmation:
    """Keep an organisation's word for all of a list that had ended by its day, and certify it.

    What we hold ourselves of them is destroyed first: rows, and the keys of files that they are in.
    What ended after that day, or after the moment at which whoever gives the word saw how much
    there was, goes on waiting. Raises ``CannotShare`` when nothing is to be confirmed, or nothing
    had ended by that day.
    """
    shared = _locked(shared)
    until = at if seen is None else min(seen, at)
    people = list(waiting(shared, until).values_list("person_id", flat=True))
    hold_people(people)
    over = list(waiting(shared, until).order_by("pk"))
    if not over:
        raise CannotShare("Nothing is to be confirmed")
    gone = [one for one in over if local_date(one.ends_at) <= word.said_on]
    if not gone or word.said_on > local_date(at):
        raise CannotShare("Enter a day between the end of the sharing and today", field="said_on")
    key = _key()
    life.purge(at=at)
    files.destroy_stale(at=at)
    ours = Disclosure.objects.filter(pk__in=[one.pk for one in gone])
    life.confirm_destroyed(ours, authority=shared.authority, by=by, at=at)
    made = Confirmation(
        on_list=shared,
        said_by=word.said_by,
        said_on=word.said_on,
        how=word.how,
        what=word.what,
        recorded_by=by,
        recorded_at=at,
    )
    signed = certificates.sign(_states(made, list(ours.order_by("pk"))), key)
    made.certificate, made.signature, made.key = signed.text, signed.signature, signed.key
    made.save()
    made.disclosures.set(gone)
    trail.record(
        "destruction certified",
        by=by,
        at=at,
        authority=shared.authority,
        subject=made,
        list=shared.ref,
        people=len(gone),
    )
    for told in _when_confirmed:
        told(frozenset(one.pk for one in gone), made)
    return made


def _key() -> Ed25519PrivateKey:
    try:
        return published.signing_key(make=True)
    except published.NoSigningKey as error:
        raise CannotShare("The key that signs certificates is not there") from error


def _states(made: Confirmation, gone: list[Disclosure]) -> dict[str, object]:
    """What a certificate says: references and times, and no young person's name."""
    shared = made.on_list
    held = shared.files.filter(rows__in=gone).distinct().order_by("pk")
    return {
        "certificate": made.ref,
        "council": shared.authority.title,
        "organisation": shared.provider.name,
        "list": shared.ref,
        "purpose": shared.purpose,
        "columns": shared.columns,
        "people": [
            {
                "disclosure": one.ref,
                "released": _moment(one.released_at),
                "ended": _moment(one.ends_at),
                "because": one.ended_because or EndedBecause.TERM.value,
                "rows_destroyed": _moment(one.purged_at),
            }
            for one in gone
        ],
        "files": [
            {
                "file": file.ref,
                "copy": file.mark,
                "sha256": file.sha256,
                "keys_destroyed": _moment(file.destroyed_at),
                "downloads": file.downloads.count(),
            }
            for file in held
        ],
        "confirmed": {
            "by": made.said_by,
            "on": made.said_on.isoformat(),
            "how": made.how,
            "what": made.what,
            "recorded": _moment(made.recorded_at),
        },
        "rests_on_their_word": ON_THEIR_WORD,
        "in_backups": IN_BACKUPS.format(until=date_in_words(_out_of_backups(made, gone))),
    }


def _out_of_backups(made: Confirmation, gone: list[Disclosure]) -> date:
    """The day by which no backup holds these rows any more (design §6)."""
    newest = max((one.purged_at or made.recorded_at for one in gone), default=made.recorded_at)
    return local_date(newest) + timedelta(days=settings.CCIS_BACKUP_DAYS)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def waiting(shared: SharedList, at: datetime) -> QuerySet[Disclosure]:
    """What has ended of a list, and the organisation has not confirmed."""
    over: QuerySet[Disclosure] = Disclosure.objects.to_confirm(at)
    return over.filter(on_list=shared)


def _newest(shared: SharedList, at: datetime) -> datetime | None:
    """When the last of what is to be confirmed ended."""
    newest: datetime | None = waiting(shared, at).aggregate(newest=Max("ends_at"))["newest"]
    return newest


def _locked(shared: SharedList) -> SharedList:
    held = SharedList.objects.select_for_update(of=("self",))
    return held.select_related("authority", "provider").get(pk=shared.pk)
