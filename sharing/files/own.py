"""A workbook that a named individual has made of a list of their own, to fill in (LC-11).

It is a file like any other: encrypted, its passphrase shown once to somebody else, here a colleague
who may open the same list. Where there is none, the council makes it and says the passphrase.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ccis.accounts.models import User
from providers.portal.models import Seat
from sharing.errors import CannotShare
from sharing.files import actions
from sharing.files.models import FileState, SecureFile
from sharing.models import Disclosure, SharedList
from sharing.queries.opening import lists_of


def lists_with_people(seat: Seat, at: datetime) -> QuerySet[SharedList]:
    """The lists that somebody may open where they sit, as long as there is anyone on them."""
    live = Disclosure.objects.live(at).values("on_list")
    lists = lists_of(seat).filter(pk__in=live).order_by("pk")
    return lists.select_related("authority", "provider", "version")


def why_none(lists: Iterable[SharedList]) -> str:
    """Why no file may be made of any of these lists, in words; empty where one of some may."""
    why = ""
    for shared in lists:
        if not (why := actions.why_no_files(shared)):
            return ""
    return why and f"{why}, so there is no workbook to download."


def colleagues(shared: SharedList, user: User) -> list[User]:
    """Who else may open a list, and so may be shown the passphrase."""
    return [one for one in actions.whom(shared) if one != user]


@transaction.atomic
def ask(shared: SharedList, *, told_to: User, by: User, at: datetime) -> SecureFile:
    """Have a workbook of a list made for whoever asks, in place of the one that they asked for.

    Raises ``CannotShare`` for the same reasons as any file, and while the one before is being made.
    """
    SharedList.objects.select_for_update(of=("self",), no_key=True).get(pk=shared.pk)
    mine = shared.files.filter(asked_by=by, for_user=by)
    before = list(mine.exclude(state=FileState.DESTROYED))
    if any(one.state == FileState.MAKING for one in before):
        raise CannotShare("Your workbook is being made already")
    form = SecureFile.Form.WORKBOOK.value
    file = actions.ask(shared, form=form, for_user=by, told_to=told_to, by=by, at=at)
    for one in before:
        actions.destroy(one, by=by, at=at)
    return file
