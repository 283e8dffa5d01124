"""The steps of an agreement, each whole: what it says, what it announces, what is published."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words, local_date
from ccis.files import storage
from optout.letters.actions import templates
from optout.letters.queries import current_list
from providers.models import Provider
from sharing.agreements import rules
from sharing.agreements.actions.making import lock
from sharing.agreements.actions.registers import current_wording
from sharing.agreements.completeness import stands_in_the_way
from sharing.agreements.errors import CannotDo
from sharing.agreements.models import Agreement, Party, Review, Step, Version
from sharing.agreements.queries import content_of, governing_version, terms_in_force
from sharing.agreements.rules import State
from sharing.agreements.signals import agreements_ended, terms_changed

MOST_BYTES = 20 * 1024 * 1024
PDF_MARK = b"%PDF-"

# -- until it is in force --------------------------------------------------------------------------


@transaction.atomic
def send(version: Version, *, by: User, at: datetime) -> None:
    """Say that a draft was sent to be signed: from now on what it says stays.

    Raises ``CannotDo`` with what is missing.
    """
    _hold(version)
    _nothing_missing(version, State.SENT, at)
    version.wording = current_wording(version.agreement.authority, version.agreement.kind, at=at)
    version.save(update_fields=["wording"])
    _step(version, State.SENT, by=by, at=at)


@transaction.atomic
def take_back(version: Version, *, by: User, at: datetime, why: str) -> None:
    """Take back what was sent, to change it before anyone signs."""
    _hold(version)
    _step(version, State.DRAFT, by=by, at=at, why=why)


@dataclass(frozen=True)
class Signatures:
    """When each side signed."""

    council: date
    organisation: date


@transaction.atomic
def sign(version: Version, *, copy: bytes, signatures: Signatures, by: User, at: datetime) -> None:
    """Keep the signed copy, encrypted, with its hash. Raises ``CannotDo`` for what is no PDF."""
    _hold(version)
    check_copy(copy)
    for side, day in (
        (Party.Side.AUTHORITY, signatures.council),
        (Party.Side.PROVIDER, signatures.organisation),
    ):
        version.parties.filter(side=side).update(signed_on=day)
    kept = storage.store(copy)
    version.signed_id, version.signed_sha256, version.signed_size = kept.id, kept.sha256, kept.size
    version.signed_kind = "pdf"
    try:
        _step(version, State.SIGNED, by=by, at=at)
    except BaseException:
        storage.discard(kept.id)
        raise


def check_copy(copy: bytes) -> None:
    """Raise ``CannotDo`` for what is no PDF of a size to keep."""
    if not copy.startswith(PDF_MARK):
        raise CannotDo("This is not a PDF. Send the signed copy as a PDF", field="copy")
    if len(copy) > MOST_BYTES:
        raise CannotDo("This file is larger than 20 MB", field="copy")


@transaction.atomic
def put_in_force(version: Version, *, by: User, at: datetime) -> None:
    """Put a signed version in force; it takes the place of the one before, if there is one.

    Raises ``CannotDo`` with what is missing, and where the one before would end before this starts.
    """
    _hold(version)
    _nothing_missing(version, State.IN_FORCE, at)
    agreement = version.agreement
    before = governing_version(agreement)
    if before is not None:
        if version.starts_on is not None and version.starts_on > local_date(at):
            raise CannotDo(
                f"It starts on {date_in_words(version.starts_on)}, and version {before.number} "
                "holds until then. Put it in force on that day"
            )
        _step(before, State.ENDED, by=by, at=at, why=f"Version {version.number} took its place")
    _step(version, State.IN_FORCE, by=by, at=at)
    if before is not None:
        terms_changed.send(Agreement, agreements=frozenset({agreement.pk}), by=by, at=at)
    publish_list(agreement.authority, by=by, at=at, why=f"{agreement.title} came into force")


# -- while it is in force --------------------------------------------------------------------------


@transaction.atomic
def ask_for_review(
    version: Version, *, asked_for_by: str, extraordinary: bool, why: str, by: User, at: datetime
) -> Review:
    """Open a review, which either side may ask for at any time (LC-20). It stays in force."""
    _hold(version)
    _step(version, State.UNDER_REVIEW, by=by, at=at, why=why)
    return Review.objects.create(
        version=version,
        asked_for_by=asked_for_by,
        extraordinary=extraordinary,
        why=why,
        opened_by=by,
        opened_at=at,
    )


@transaction.atomic
def close_review(
    version: Version,
    *,
    outcome: str,
    found: str,
    held_on: date,
    next_on: date | None,
    by: User,
    at: datetime,
) -> None:
    """Say what a review came to, and by when the next is due.

    An outcome of *ended* ends the agreement. Raises ``CannotDo`` for days that cannot be, and when
    none is open.
    """
    _hold(version)
    review = _open_review(version)
    if review is None or version.state != State.UNDER_REVIEW:
        raise CannotDo("No review is open")
    if held_on > local_date(at):
        raise CannotDo("The day that it was held must be today or earlier", field="held_on")
    review.outcome, review.found, review.held_on = outcome, found, held_on
    review.closed_by, review.closed_at = by, at
    review.save(update_fields=["outcome", "found", "held_on", "closed_by", "closed_at"])
    if outcome == Review.Outcome.ENDED:
        end(version, by=by, at=at, why=found)
        return
    latest = rules.latest_review(held_on, version.review_years)
    if next_on is None or next_on > latest:
        raise CannotDo("The next review is due sooner than that", field="next_on")
    if next_on <= held_on:
        raise CannotDo("The next review must be after this one was held", field="next_on")
    version.reviewed_on, version.review_on = held_on, next_on
    version.save(update_fields=["reviewed_on", "review_on"])
    _step(version, State.IN_FORCE, by=by, at=at, why=found)


@transaction.atomic
def suspend(version: Version, *, by: User, at: datetime, why: str) -> None:
    """Suspend an agreement: access ends with this moment, until it is lifted."""
    _stop(version, State.SUSPENDED, by=by, at=at, why=why)


@transaction.atomic
def record_breach(version: Version, *, by: User, at: datetime, why: str) -> None:
    """Record that an agreement was breached: access ends with this moment (LC-20)."""
    _stop(version, State.BREACHED, by=by, at=at, why=why)


@transaction.atomic
def lift(version: Version, *, by: User, at: datetime, why: str) -> None:
    """Put an agreement in force again after it was suspended or breached. What left stays gone.

    A review that was open when it stopped goes on.
    """
    _hold(version)
    if version.state not in (State.SUSPENDED, State.BREACHED):
        raise CannotDo("It is neither suspended nor breached")
    _nothing_missing(version, State.IN_FORCE, at)
    again = State.UNDER_REVIEW if _open_review(version) else State.IN_FORCE
    _step(version, again, by=by, at=at, why=why)
    agreement = version.agreement
    publish_list(agreement.authority, by=by, at=at, why=f"{agreement.title} is in force again")


@transaction.atomic
def end(version: Version, *, by: User, at: datetime, why: str) -> None:
    """End an agreement for good, or withdraw a version that never came into force."""
    _stop(version, State.ENDED, by=by, at=at, why=why)


def expire(*, on: date, at: datetime) -> int:
    """Say of every agreement whose last day has gone that it expired. Gives how many.

    Nothing waits for it: what it allowed ended with the day itself.
    """
    over = Version.objects.filter(state__in=sorted(rules.GOVERNING), ends_on__lt=on).select_related(
        "agreement__authority"
    )
    expired = 0
    for version in over:
        with transaction.atomic():
            _hold(version)
            if State(version.state) in rules.GOVERNING:
                _stop(version, State.EXPIRED, by=None, at=at, why="Its last day has gone")
                expired += 1
    return expired


# -- the published list ----------------------------------------------------------------------------


@transaction.atomic
def publish_list(authority: Authority, *, by: User | None, at: datetime, why: str) -> None:
    """Publish who is shared with, where that is not what the newest list says (LC-14)."""
    terms = terms_in_force(authority, on=local_date(at))
    providers = {one.provider for one in terms}
    newest = current_list(authority)
    listed = set(newest.listed.values_list("provider", flat=True)) if newest else set()
    if providers == listed:
        return
    templates.publish_list(
        authority,
        providers=Provider.objects.filter(pk__in=providers).order_by("name"),
        why=why[:200],
        after=newest.version if newest else 0,
        by=by,
        at=at,
    )


def publish_lists(*, at: datetime) -> None:
    """The same for every authority with agreements: one may have begun or run out by the day."""
    for authority in Authority.objects.filter(
        pk__in=Agreement.objects.values("authority").distinct()
    ):
        publish_list(authority, by=None, at=at, why="By the days of the agreements")


# -- what all of them do ---------------------------------------------------------------------------


def _hold(version: Version) -> None:
    lock(version.agreement)
    version.refresh_from_db()


def _open_review(version: Version) -> Review | None:
    return version.reviews.filter(closed_at=None).first()


def _nothing_missing(version: Version, step: State, at: datetime) -> None:
    wants = stands_in_the_way(content_of(version, on=local_date(at)), step)
    if wants:
        raise CannotDo("\n".join(one.words for one in wants))


def _stop(version: Version, state: State, *, by: User | None, at: datetime, why: str) -> None:
    _hold(version)
    bound = State(version.state) in rules.GOVERNING
    _step(version, state, by=by, at=at, why=why)
    if not bound:
        return
    agreement = version.agreement
    agreements_ended.send(
        Agreement, agreements=frozenset({agreement.pk}), why=state.value, by=by, at=at
    )
    publish_list(agreement.authority, by=by, at=at, why=f"{agreement.title}: {state.label.lower()}")


def _step(version: Version, state: State, *, by: User | None, at: datetime, why: str = "") -> None:
    """Take a step, if it is a lawful one, with its line. The database refuses any other too."""
    was = version.state
    if not rules.may_step(was, state):
        raise CannotDo(
            f"It is {State(was).label.lower()} by now, so that cannot be done. Look at it again"
        )
    version.state, version.state_since = state.value, at
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        raise CannotDo("Something that it needs is not there. Look at it again") from error
    Step.objects.create(version=version, was=was, becomes=state.value, by=by, at=at, why=why)
    agreement = version.agreement
    trail.record(
        f"agreement {state.label.lower()}",
        by=by,
        at=at,
        authority=agreement.authority,
        subject=agreement,
        version=version.number,
        was=was,
    )
