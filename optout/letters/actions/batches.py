"""A batch of letters: planned, approved by a second person, posted, or given up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from ccis.files import storage
from optout.errors import CannotDo
from optout.letters.choosing import Choice, Rule, choose, no_longer
from optout.letters.models import Batch, BatchState, Letter, Template
from optout.letters.queries import current_list, days_after, newest_versions, sealed_since
from optout.letters.signals import letters_posted
from optout.models import PersonalCode

PERSON = "caseload.youngperson"

FILES_KEPT = timedelta(days=30)
"""After posting, time to print a letter again; then the codes in its file are nobody's business."""


def look(*, authority: Authority, rule: Rule, template: Template, user: User, on: date) -> Choice:
    """Whom a batch would go to. Raises ``CannotDo`` when it cannot be planned at all."""
    listed = current_list(authority)
    if listed is None:
        raise CannotDo("Publish the list of organisations first: the letter points to it")
    versions = newest_versions(template)
    if not versions:
        raise CannotDo("This template has no published version", field="template")
    if policy_of(authority).consent_first and not all(v.asks_consent for v in versions.values()):
        raise CannotDo(
            "The policy is to ask for consent first, and this template does not ask for it",
            field="template",
        )
    return choose(
        authority=authority,
        rule=rule,
        template=template,
        provider_list=listed,
        user=user,
        on=on,
    )


@transaction.atomic
def plan(
    *,
    authority: Authority,
    rule: Rule,
    template: Template,
    dated_on: date,
    also_by: str = "",
    by: User,
    at: datetime,
) -> Batch:
    """Choose the people of a batch, for a second person to approve. Raises ``CannotDo``.

    ``also_by`` is one of ``texts.ALSO_BY``: the text or email that goes with each letter.
    """
    today = local_date(at)
    if dated_on < today:
        raise CannotDo("The date must be today or later", field="dated_on")
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    choice = look(authority=authority, rule=rule, template=template, user=by, on=today)
    if not choice.chosen:
        raise CannotDo("There is nobody to write to")
    listed = current_list(authority)
    if listed is None:  # look would have refused
        raise CannotDo("Publish the list of organisations first")
    days = policy_of(authority).notice_working_days
    batch = Batch.objects.create(
        authority=authority,
        template=template,
        provider_list=listed,
        rule=rule.as_json(),
        left_out=choice.counts,
        also_by=also_by,
        dated_on=dated_on,
        sharing_from=days_after(dated_on, days) + timedelta(days=1),
        planned_by=by,
        planned_at=at,
    )
    Letter.objects.bulk_create(
        Letter(
            batch=batch,
            person_id=one.person,
            address_id=one.address,
            version_id=one.version,
            format=one.format,
        )
        for one in choice.chosen
    )
    _line(batch, "letters planned", by=by, at=at, letters=len(choice.chosen))
    return batch


@transaction.atomic
def approve(batch: Batch, *, by: User, at: datetime) -> None:
    """Let a batch be made. A worker does it: ``tasks.make_batch``.

    Raises ``CannotDo`` for whoever planned it, when it does not wait for approval, and when the
    list or the template has a new version since (LC-23).
    """
    batch = _lock(batch)
    if batch.state != BatchState.WAITING:
        raise CannotDo("This batch does not wait for approval")
    if batch.planned_by == by:
        raise CannotDo("You prepared this, so someone else must approve it")
    changed = what_changed(batch)
    if changed:
        raise CannotDo(changed)
    if policy_of(batch.authority).consent_first and not _asks_consent(batch):
        raise CannotDo(
            "The policy is to ask for consent first by now, and these letters do not ask for it"
        )
    if batch.dated_on < local_date(at):
        raise CannotDo("The date on the letters is over. Withdraw the batch and plan it again")
    batch.state, batch.approved_by, batch.approved_at, batch.beat_at = (
        BatchState.MAKING,
        by,
        at,
        at,
    )
    batch.save(update_fields=["state", "approved_by", "approved_at", "beat_at"])
    _line(batch, "letters approved", by=by, at=at)


def _asks_consent(batch: Batch) -> bool:
    return not batch.letters.filter(version__asks_consent=False).exists()


def what_changed(batch: Batch) -> str:
    """What of a waiting batch is not the newest any more, in words; nothing when all is."""
    listed = current_list(batch.authority)
    if listed is not None and listed.pk != batch.provider_list_id:
        return (
            f"The list of organisations has changed since: version {listed.version} is published, "
            f"and these letters point to version {batch.provider_list.version}. Withdraw the batch "
            "and plan it again"
        )
    newest = {version.pk for version in newest_versions(batch.template).values()}
    used = set(batch.letters.values_list("version", flat=True).distinct())
    if used - newest:
        return "The template has a new version since. Withdraw the batch and plan it again"
    return ""


@transaction.atomic
def withdraw(batch: Batch, *, by: User, at: datetime) -> None:
    """Give a batch up before it is posted. Raises ``CannotDo`` when it is posted already."""
    batch = _lock(batch)
    if batch.state not in (BatchState.WAITING, BatchState.STOPPED, BatchState.PRINTED):
        raise CannotDo("This batch can no longer be withdrawn")
    batch.state = BatchState.WITHDRAWN
    batch.save(update_fields=["state"])
    PersonalCode.objects.filter(pk__in=batch.letters.values("code")).update(ended_at=at)
    _line(batch, "letters withdrawn", by=by, at=at)
    transaction.on_commit(partial(destroy_files, batch))


def destroy_files(batch: Batch) -> None:
    """Destroy the keys of all that was made of a batch; doing it again changes nothing.

    What each letter said stays known by its version.
    """
    for part in batch.parts.all():
        for stored in filter(None, (part.words_id, part.pdf_id)):
            storage.discard(stored)
    if batch.stored_id:
        storage.discard(batch.stored_id)
    Batch.objects.filter(pk=batch.pk).update(stored_id="")


def destroy_old_files(*, on: date, at: datetime) -> int:
    """Destroy the files of batches posted long enough ago, and of those given up where a worker
    was stopped before it did; says of how many. Done by beat.
    """
    old = Batch.objects.filter(posted_on__lt=on - FILES_KEPT).exclude(stored_id="")
    given_up = Batch.objects.filter(state=BatchState.WITHDRAWN).prefetch_related("parts")
    batches = [
        *old.select_related("authority"),
        *(one for one in given_up.select_related("authority") if _is_left(one)),
    ]
    for batch in batches:
        destroy_files(batch)
        _line(batch, "letters' files destroyed", by=None, at=at)
    return len(batches)


def _is_left(batch: Batch) -> bool:
    """Whether any file of a batch can still be read."""
    files = [name for part in batch.parts.all() for name in (part.words_id, part.pdf_id) if name]
    return bool(batch.stored_id) or not all(map(storage.is_destroyed, files))


@transaction.atomic
def carry_on(batch: Batch, *, by: User, at: datetime) -> None:
    """Let a batch that has stopped go on. Raises ``CannotDo`` when it has not stopped."""
    batch = _lock(batch)
    if batch.state != BatchState.STOPPED:
        raise CannotDo("Only a batch that has stopped can carry on")
    batch.state, batch.stopped_because, batch.beat_at = BatchState.MAKING, "", at
    batch.save(update_fields=["state", "stopped_because", "beat_at"])
    _line(batch, "letters carry on", by=by, at=at)


@transaction.atomic
def mark_posted(
    batch: Batch, *, on: date, by: User, at: datetime, taken_out: bool | None = None
) -> int:
    """Record that the letters went out on a day; from then on each has its notice (LC-01).

    ``taken_out`` says whether the letters of ``to_take_out`` stayed here; it must be said where
    there are any. Gives the number of letters that went. Raises ``CannotDo`` when they are not
    printed, and for a day before they were approved or after today.
    """
    batch = _lock(batch)
    if batch.state != BatchState.PRINTED or batch.approved_at is None:
        raise CannotDo("Only letters that are printed can be posted")
    if not local_date(batch.approved_at) <= on <= local_date(at):
        raise CannotDo("The day must lie between the day of the approval and today", field="on")
    out = to_take_out(batch, on=local_date(at))
    if out and taken_out is None:
        raise CannotDo(
            "Since the letters were made, some may not be sent any more. Say whether you took "
            "them out",
            field="taken_out",
        )
    if out and taken_out:
        _take_out(batch, out, by=by, at=at)
    batch.state, batch.posted_on, batch.posted_by = BatchState.POSTED, on, by
    batch.save(update_fields=["state", "posted_on", "posted_by"])
    people = list(batch.letters.filter(skipped="").values_list("person", flat=True))
    trail.record_many(
        "letter posted",
        people,
        kind=PERSON,
        by=by,
        at=at,
        authority=batch.authority,
        batch=batch.ref,
    )
    letters_posted.send(
        sender=Batch,
        people=frozenset(people),
        batch=batch,
        not_any_more=frozenset(one.letter.person_id for one in out),
    )
    return len(people)


@dataclass(frozen=True)
class TakeOut:
    """A printed letter that may not be sent any more: which it is in the file, and why."""

    letter: Letter
    number: int
    why: str


def to_take_out(batch: Batch, *, on: date) -> list[TakeOut]:
    """The letters of a printed batch that may not be sent any more, in the order of the file."""
    letters = list(
        batch.letters.filter(skipped="", part__isnull=False)
        .select_related("address", "person")
        .order_by("part__number", "place")
    )
    stopped = no_longer(batch, letters, on=on)
    if batch.approved_at is not None:
        sealed = sealed_since([one.person_id for one in letters], batch.approved_at)
        stopped |= dict.fromkeys(sealed, "sealed")
    return [
        TakeOut(letter, number, stopped[letter.person_id])
        for number, letter in enumerate(letters, start=1)
        if letter.person_id in stopped
    ]


def _take_out(batch: Batch, out: list[TakeOut], *, by: User, at: datetime) -> None:
    for why in {one.why for one in out}:
        letters = batch.letters.filter(pk__in=[one.letter.pk for one in out if one.why == why])
        letters.update(skipped=why)
    codes = PersonalCode.objects.filter(pk__in=[one.letter.code_id for one in out])
    codes.update(ended_at=at)
    trail.record_many(
        "letter taken out",
        [one.letter.person_id for one in out],
        kind=PERSON,
        by=by,
        at=at,
        authority=batch.authority,
        batch=batch.ref,
    )


def _lock(batch: Batch) -> Batch:
    locked = Batch.objects.select_for_update(of=("self",))
    return locked.select_related("authority", "template", "provider_list", "planned_by").get(
        pk=batch.pk
    )


def _line(
    batch: Batch, verb: str, *, by: User | None, at: datetime, letters: int | None = None
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=batch.authority,
        subject=batch,
        batch=batch.ref,
        letters=letters,
    )
