"""Reads about the people who work for one authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from ccis.accounts.actions.leftovers import grants_of_authority
from ccis.accounts.models import Invitation, Membership, SignIn, User
from ccis.accounts.signals import SIGN_IN_FAILED, SIGNED_IN
from ccis.audit.models import TrailEntry
from ccis.authorities.models import Authority

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def staff_of(authority: Authority) -> QuerySet[User]:
    """Everyone who has, had or will have a role for an authority, with their roles for it.

    Their roles stand in ``roles_here``, the oldest first.
    """
    here = Membership.objects.filter(authority=authority)
    return User.objects.filter(Exists(here.filter(user=OuterRef("pk")))).prefetch_related(
        Prefetch("memberships", queryset=here.order_by("pk"), to_attr="roles_here")
    )


def with_a_role(authority: Authority, on: date, role: str = "", *, user: str = "pk") -> Exists:
    """Condition on users: they have a role (this one, if named) for an authority on a day.

    ``user`` names the column of the user's id, where the condition is on something of theirs.
    """
    current = Membership.objects.filter(authority=authority, user=OuterRef(user)).current(on)
    return Exists(current.filter(role=role) if role else current)


def coming(authority: Authority, on: date) -> Exists:
    """Condition on users: a role of theirs begins after a day."""
    here = Membership.objects.filter(authority=authority, user=OuterRef("pk"), starts_on__gt=on)
    return Exists(here.not_over(on))


def unused_since(moment: datetime) -> Q:
    """Condition on users: nobody has signed in since a moment, though they could have."""
    return Q(last_login__lt=moment) | Q(last_login=None, date_joined__lt=moment)


def waiting_invitations(authority: Authority) -> list[Invitation]:
    """Invitations that nobody has accepted, the newest first; those too old among them."""
    waiting = Invitation.objects.filter(authority=authority).waiting()
    return list(waiting.select_related("invited_by").order_by("-sent_at", "-pk"))


def has_role_elsewhere(user: User, authority: Authority, on: date) -> bool:
    """Whether someone has a role for another authority on a day."""
    return user.memberships.current(on).exclude(authority=authority).exists()


def is_looked_after(user: User, authority: Authority, on: date) -> bool:
    """Whether an authority's administrator may act on someone's account itself, besides roles.

    While they have a role there, or one to come; of those who left, while no other has one.
    """
    roles = user.memberships.not_over(on)
    return roles.filter(authority=authority).exists() or not roles.exists()


def factors_of(user: User) -> list[Authenticator]:
    """Second factors and recovery codes, the oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))


def sign_in_counts(user: User, *, since: datetime) -> tuple[int, int]:
    """How often someone has signed in, and tried with a wrong password, since a moment."""
    verbs = list(
        TrailEntry.objects.filter(
            subject_kind=user._meta.label_lower,
            subject_id=user.pk,
            verb__in=(SIGNED_IN, SIGN_IN_FAILED),
            at__gte=since,
        ).values_list("verb", flat=True)
    )
    return verbs.count(SIGNED_IN), verbs.count(SIGN_IN_FAILED)


# -- accounts to look at again (USE-09) ------------------------------------------------------------


def unused(authority: Authority, *, at: datetime, on: date, days: int) -> list[User]:
    """People with a role today who have not signed in for so many days, the longest first."""
    there = staff_of(authority).filter(with_a_role(authority, on), is_active=True)
    found = there.filter(unused_since(at - timedelta(days=days)))
    return sorted(found, key=lambda user: user.last_login or user.date_joined)


def about_to_end(authority: Authority, *, on: date, days: int) -> list[Membership]:
    """Roles that end within so many days, the soonest first."""
    ending = Membership.objects.filter(authority=authority).current(on)
    found = ending.filter(ends_on__lte=on + timedelta(days=days)).select_related("user")
    followed = Membership.objects.filter(
        authority=authority, user=OuterRef("user"), starts_on=OuterRef("ends_on")
    )
    return list(found.exclude(Exists(followed)).order_by("ends_on", "user__name"))


def without_second_factor(authority: Authority, *, on: date) -> list[User]:
    """People with a role today who have no app and no passkey."""
    theirs = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    there = staff_of(authority).filter(with_a_role(authority, on), is_active=True)
    return list(there.exclude(Exists(theirs)).order_by("name", "pk"))


@dataclass(frozen=True)
class AtOnce:
    """Two sessions of one account that were used at the same time from different addresses."""

    user: User
    times: int
    began: datetime
    ended: datetime
    browsers: tuple[str, str]


def in_two_places(authority: Authority, *, on: date, since: datetime) -> list[AtOnce]:
    """People with a role today whose account was used from two addresses at once since a moment.

    One entry for each: how often, and the latest time with its browsers; the most often first.
    """
    other = SignIn.objects.filter(
        user=OuterRef("user"),
        pk__lt=OuterRef("pk"),
        began_at__lte=OuterRef("seen_at"),
        seen_at__gte=OuterRef("began_at"),
    ).exclude(address=OuterRef("address"))
    people = User.objects.filter(with_a_role(authority, on))
    later = SignIn.objects.filter(Exists(other), user__in=people, seen_at__gte=since)
    found: dict[int, list[SignIn]] = {}
    for sign_in in later.select_related("user").order_by("-began_at"):
        found.setdefault(sign_in.user_id, []).append(sign_in)
    return sorted((_at_once(ones) for ones in found.values()), key=lambda one: -one.times)


def _at_once(sign_ins: Sequence[SignIn]) -> AtOnce:
    latest = sign_ins[0]
    earlier = (
        SignIn.objects.filter(
            user=latest.user,
            pk__lt=latest.pk,
            began_at__lte=latest.seen_at,
            seen_at__gte=latest.began_at,
        )
        .exclude(address=latest.address)
        .latest("pk")
    )
    return AtOnce(
        user=latest.user,
        times=len(sign_ins),
        began=latest.began_at,
        ended=min(latest.seen_at, earlier.seen_at),
        browsers=(earlier.browser, latest.browser),
    )


def leftover_grants(authority: Authority, *, on: date) -> list[tuple[User, int]]:
    """People without a role today who still hold leave for single records of the authority.

    Leave without a role opens nothing; it would again if a role were given.
    """
    counted: dict[int, int] = {}
    for grants in grants_of_authority(authority):
        gone = grants.exclude(with_a_role(authority, on, user="user"))
        for user_id, count in gone.values_list("user_id").annotate(Count("pk")):
            counted[user_id] = counted.get(user_id, 0) + count
    people = User.objects.filter(pk__in=counted).order_by("name", "pk")
    return [(user, counted[user.pk]) for user in people]
