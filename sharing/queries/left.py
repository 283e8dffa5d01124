"""Every file that left, and its counts (USE-07)."""

from dataclasses import dataclass

from django.db.models import Count

from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.leaving.kinds import Kind, kinds
from ccis.leaving.models import LeftFile, LeftFileQuerySet


def left_files(authority: Authority, user: User) -> LeftFileQuerySet:
    """Every file of an authority that left, with who took it."""
    seen: LeftFileQuerySet = LeftFile.objects.visible_to(user)
    return seen.filter(authority=authority).select_related("by")


@dataclass(frozen=True)
class OfKind:
    """How many files of one kind left."""

    kind: Kind
    count: int


def counts_by_kind(authority: Authority, user: User) -> list[OfKind]:
    """How many of each kind that there is; they add up to all."""
    found = left_files(authority, user).order_by().values_list("kind").annotate(Count("pk"))
    counted = dict(found)
    return [OfKind(kind, counted[kind.name]) for kind in kinds() if kind.name in counted]
