"""Merging two records, and undoing it: a change that supersedes and restates (PIA-14, design §4).

Nothing is deleted. The record that goes keeps its facts and its history, is closed as merged, and
leads to the one that stays. Undoing brings both back as they were at the moment before.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Greatest
from guardian.shortcuts import assign_perm

from caseload.actions import facts, sealing
from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.merging import registry
from caseload.merging.models import Merge, Two
from caseload.merging.planning import Kinds, Plan, Statement, believed, plan_merge, read_kind
from caseload.merging.rules import narrower, stricter
from caseload.models import (
    FACT_MODELS,
    OPEN_RESTRICTED,
    Activity,
    Departure,
    RestrictedRecordGrant,
    RestrictionLevel,
    Verification,
    YoungPerson,
)
from caseload.queries.choices import hold_back
from caseload.queries.timeline import RELATED
from ccis.access.references import new_reference, show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.calendar.words import date_in_words, local_date

LOOK_AGAIN = "One of the records was changed meanwhile. Look at what will change again."


def version_of(*people: YoungPerson) -> int:
    """The number of the newest change of some people's facts: what was looked at."""
    newest = 0
    for model in FACT_MODELS:
        found = model._default_manager.filter(person__in=people).aggregate(
            newest=Max(Greatest("recorded", F("superseded"), F("recorded")))
        )
        newest = max(newest, found["newest"] or 0)
    return newest


@transaction.atomic
def merge(
    *,
    stays: YoungPerson,
    goes: YoungPerson,
    by: User,
    at: datetime,
    answers: Mapping[str, int] | None = None,
    seen: int | None = None,
    ref: str = "",
) -> Merge:
    """Merge one record into another, whole.

    ``answers`` say which of two facts is believed, by the key of the plan's questions; ``seen``
    is the ``version_of`` both when the plan was shown; ``ref`` the reference of the pair. Raises
    ``CannotRecord`` where the two may not be merged or a question has no answer, and
    ``ChangedMeanwhile`` when someone was ahead.
    """
    change = open_change(authority=stays.lead_authority, by=by, why="records merged", at=at)
    stays, goes = _lock(stays, goes)
    refuse(stays, goes, by=by)
    newest = version_of(stays, goes)
    if newest > change.pk or seen not in (None, newest):
        raise ChangedMeanwhile(LOOK_AGAIN)
    pair = registry.Pair(stays.pk, goes.pk)
    for notice in registry.notices(pair):
        if notice.stops:
            raise CannotRecord(notice.text)
    sealing.spread(stays, goes, change=change)
    plan = plan_merge(stays, goes, answers)
    for question in plan.unanswered:
        raise CannotRecord("Select which of the two is right", field=question.key)
    _write(plan, stays, change)
    _close(goes, change=change, at=at)
    made = _take_the_stricter(stays, goes)
    moved = {
        handler.model: handler.merge(pair)
        for handler in registry.handlers()
        if handler.merge is not None
    }
    YoungPerson.objects.filter(pk=goes.pk).update(merged_into=stays)
    Two.objects.filter(first__in=(stays, goes), second__in=(stays, goes)).delete()
    merged = Merge.objects.create(
        ref=ref or new_reference(), stays=stays, goes=goes, change=change, moved=moved, **made
    )
    _tell("records merged", merged, change, by=by, at=at)
    return merged


def _lock(*people: YoungPerson) -> list[YoungPerson]:
    """Take both rows, the smaller id first, and read them again as they are now."""
    held = YoungPerson.objects.select_for_update(no_key=True).order_by("pk")
    found = {person.pk: person for person in held.filter(pk__in=[one.pk for one in people])}
    return [found[person.pk] for person in people]


def refuse(stays: YoungPerson, goes: YoungPerson, *, by: User) -> None:
    """Raise ``CannotRecord`` where two records may not be merged at all."""
    if stays.pk == goes.pk:
        raise CannotRecord("This is one record already")
    if stays.merged_into_id or goes.merged_into_id:
        raise CannotRecord("Someone else has merged one of these records meanwhile")
    if stays.lead_authority_id != goes.lead_authority_id:
        raise CannotRecord("The two records are kept by two authorities. Move one of them first")
    if RestrictionLevel.DECEASED in (stays.restriction_level, goes.restriction_level):
        raise CannotRecord("The record of someone who has died is not merged")
    if YoungPerson.objects.visible_to(by).filter(pk__in=(stays.pk, goes.pk)).count() != 2:
        raise CannotRecord("You may not merge these records")
    left = Departure.objects.believed().filter(person__in=(stays, goes), during__upper_inf=True)
    closed = {one.person_id: one for one in left}
    if stays.pk in closed and goes.pk not in closed:
        departure = closed[stays.pk]
        raise CannotRecord(
            f"{show_reference(stays.ref)} is closed: {departure.get_kind_display().lower()}. "
            "Choose the other record to stay, or close that one first",
            field="stays",
        )
    if not sealing.may_merge((stays, goes), user=by):
        raise CannotRecord("These records can be merged only by people who are named for them")


def _write(plan: Plan, stays: YoungPerson, change: Change) -> None:
    for kind in plan.kinds.values():
        _write_kind(kind, stays, change)
    _confirm(plan.verifications, stays, change)


def _write_kind(kind: Kinds, person: YoungPerson, change: Change) -> None:
    facts.supersede(kind.superseded, change=change)
    for statement in kind.stated:
        facts.state(
            kind.model,
            change=change,
            person=person,
            during=statement.during,
            source_row=statement.source_row,
            **statement.values,
        )


def _confirm(made: Iterable[Verification], person: YoungPerson, change: Change) -> None:
    for verification in made:
        verification.person, verification.recorded = person, change
    Verification.objects.bulk_create(made)


def _close(goes: YoungPerson, *, change: Change, at: datetime) -> None:
    """The record that goes is closed as merged from today on (docs/nccis.md §5.3: sent once)."""
    today = local_date(at)
    during = facts.from_day(today)
    for other in facts.overlapping(Departure, person=goes, during=during):
        facts.supersede([other], change=change)
        if other.during.lower is not None and other.during.lower < today:
            said = facts.content(other)
            until = type(during)(other.during.lower, today, "[)")
            facts.state(Departure, change=change, person=goes, during=until, **said)
    facts.state(Departure, change=change, person=goes, during=during, kind=Departure.Kind.MERGED)


# -- privacy -------------------------------------------------------------------------------------


def _take_the_stricter(stays: YoungPerson, goes: YoungPerson) -> dict[str, Any]:
    """Give the record that stays the higher restriction and the fewer grants."""
    before, others = _granted(stays), _granted(goes)
    level = stricter(stays.restriction_level, goes.restriction_level)
    after = narrower(
        before,
        others,
        restricts_one=stays.restriction_level > RestrictionLevel.OPEN,
        restricts_other=goes.restriction_level > RestrictionLevel.OPEN,
    )
    made = {
        "level_before": stays.restriction_level,
        "level_after": level,
        "granted_before": sorted(before),
        "granted_after": sorted(after),
    }
    _restrict(stays, level, after)
    return made


def _grants(person: YoungPerson) -> QuerySet[RestrictedRecordGrant]:
    """Who may open a record. Who may see a sealed identity is another matter, and stays."""
    return RestrictedRecordGrant.objects.filter(
        content_object=person, permission__codename="open_restricted_record"
    )


def _granted(person: YoungPerson) -> frozenset[int]:
    grants = _grants(person)
    return frozenset(grants.values_list("user_id", flat=True))


def _restrict(person: YoungPerson, level: int, granted: frozenset[int]) -> None:
    """Set a restriction, and exactly who may open the record."""
    if person.restriction_level != level:
        person.restriction_level = level
        YoungPerson.objects.filter(pk=person.pk).update(restriction_level=level)
    now = _granted(person)
    withdrawn = _grants(person)
    withdrawn.filter(user__in=now - granted).delete()
    for user in User.objects.filter(pk__in=granted - now):
        assign_perm(OPEN_RESTRICTED, user, person)


# -- apart again ---------------------------------------------------------------------------------

STAYS, GOES, NEITHER = "stays", "goes", "neither"


def recorded_since(merged: Merge) -> list[Any]:
    """Facts believed of the record that stays that were recorded after the merge, oldest first.

    Not what undoing a later merge only brought back: it was believed right after this one.
    """
    undoings = set(Merge.objects.filter(stays=merged.stays).values_list("undone", flat=True))
    found = [
        fact
        for model in FACT_MODELS
        for fact in believed(merged.stays, model)
        if fact.recorded_id > merged.change_id
        and not (fact.recorded_id in undoings and _was_believed(fact, merged.change_id))
    ]
    return sorted(found, key=lambda fact: (fact.recorded_id, key_of(fact)))


def taken_out_since(merged: Merge) -> list[Any]:
    """Facts of the record that stays that were believed after the merge and were taken out since.

    Undoing brings what is told there back, so whoever undoes it should know. Not what was
    corrected or ended: that was recorded since, and has a place to be found.
    """
    found = []
    for model in FACT_MODELS:
        if model is Verification:
            continue
        versions = model._default_manager.filter(person=merged.stays)
        then = versions.as_known(merged.change_id).filter(superseded__isnull=False)
        now = [_says(fact) for fact in versions.believed()]
        replaced = set(versions.values_list("recorded", flat=True))
        found += [
            fact
            for fact in then.select_related(*RELATED.get(model, ()), "recorded")
            if fact.superseded_id not in replaced and _says(fact) not in now
        ]
    hold_back(found)
    return sorted(found, key=lambda fact: (fact.superseded_id, key_of(fact)))


def _was_believed(fact: Any, moment: int) -> bool:
    """Whether the same was said of the same person at a moment."""
    then = type(fact)._default_manager.filter(person=fact.person_id).as_known(moment)
    return any(_says(one) == _says(fact) for one in then)


def _says(fact: Any) -> tuple[Any, ...]:
    if isinstance(fact, Verification):
        return (fact.spell, fact.verified_on)
    return (fact.during, fact.content())


def key_of(fact: Any) -> str:
    """The word by which a form names a fact."""
    return f"{fact._meta.model_name}-{fact.pk}"


@transaction.atomic
def undo(*, merged: Merge, places: Mapping[str, str], by: User, at: datetime) -> Merge:
    """Bring both records back as they were before they were merged.

    ``places`` says for each fact of ``recorded_since``, by its key, which record it is of:
    ``stays``, ``goes`` or ``neither``. Raises ``CannotRecord`` where it was undone before, a
    later merge stands in the way, or a fact has no place.
    """
    authority = merged.stays.lead_authority
    change = open_change(authority=authority, by=by, why="merge undone", at=at)
    stays, goes = _lock(merged.stays, merged.goes)
    merged = Merge.objects.get(pk=merged.pk)
    _refuse_undoing(merged, stays, goes, by=by)
    since = recorded_since(merged)
    for fact in since:
        if places.get(key_of(fact)) not in (STAYS, GOES, NEITHER):
            raise CannotRecord("Select which record this belongs to", field=key_of(fact))
    for person in (stays, goes):
        _restore(person, before=merged.change_id, change=change)
    pair = registry.Pair(stays.pk, goes.pk)
    for handler in registry.handlers():
        if handler.undo is not None and handler.model in merged.moved:
            handler.undo(pair, merged.moved[handler.model])
    YoungPerson.objects.filter(pk=goes.pk).update(merged_into=None)
    _give_back_privacy(merged, stays, goes)
    for fact in since:
        if (place := places[key_of(fact)]) != NEITHER:
            _place(fact, stays if place == STAYS else goes, change)
    Merge.objects.filter(pk=merged.pk).update(undone=change)
    _tell("merge undone", merged, change, by=by, at=at, placed=len(since))
    merged.undone = change
    return merged


def _refuse_undoing(merged: Merge, stays: YoungPerson, goes: YoungPerson, *, by: User) -> None:
    if merged.undone_id is not None:
        raise CannotRecord("This merge has been undone already")
    later = Merge.objects.standing().filter(change__gt=merged.change_id)
    if (later.filter(stays__in=(stays, goes)) | later.filter(goes__in=(stays, goes))).exists():
        raise CannotRecord("One of these records was merged again since. Undo that merge first")
    if not Merge.objects.visible_to(by).filter(pk=merged.pk).exists():
        raise CannotRecord("You may not undo this merge")


def _restore(person: YoungPerson, *, before: int, change: Change) -> None:
    """Believe of someone exactly what was believed before a change."""
    for model in FACT_MODELS:
        versions = model._default_manager.filter(person=person)
        then = list(versions.as_known(before - 1))
        held = {version.pk for version in then}
        facts.supersede(versions.believed().exclude(pk__in=held), change=change)
        again = [version for version in then if version.superseded_id is not None]
        for version in again:
            version.pk, version.recorded, version.superseded = None, change, None
            version._state.adding = True
        model._default_manager.bulk_create(again)


def _give_back_privacy(merged: Merge, stays: YoungPerson, goes: YoungPerson) -> None:
    """Each record has its own restriction again, but for what was decided since."""
    now = _granted(stays)
    withdrawn = frozenset(merged.granted_after) - now
    given = now - frozenset(merged.granted_after)
    level = stays.restriction_level
    if level == merged.level_after:
        level = merged.level_before
    else:
        was_open = goes.restriction_level == RestrictionLevel.OPEN < level
        _restrict(
            goes, stricter(level, goes.restriction_level), now if was_open else _granted(goes)
        )
    _restrict(goes, goes.restriction_level, _granted(goes) - withdrawn)
    before = frozenset(merged.granted_before)
    _restrict(stays, level, (before - withdrawn) | (given if level else frozenset()))


def _place(fact: Any, person: YoungPerson, change: Change) -> None:
    """State something recorded since the merge of one of the two, as the newest that is known."""
    if isinstance(fact, Verification):
        _place_confirmation(fact, person, change)
        return
    kind = read_kind(type(fact), believed(person, type(fact)), [fact], chosen=[fact.pk])
    kind.stated = [_with_row(one, fact) for one in kind.stated]
    _write_kind(kind, person, change)


def _with_row(statement: Statement, fact: Any) -> Statement:
    if fact in statement.of:
        statement.source_row = fact.source_row
    return statement


def _place_confirmation(fact: Verification, person: YoungPerson, change: Change) -> None:
    doing = Activity.objects.believed().filter(person=person)
    same = doing.filter(spell=fact.spell).first() or doing.on(fact.verified_on).first()
    if same is None:
        raise CannotRecord(
            f"They were doing nothing that we know of on {date_in_words(fact.verified_on)}, so "
            "that cannot be confirmed of them",
            field=key_of(fact),
        )
    _confirm(
        [Verification(spell=same.spell, verified_on=fact.verified_on, source_row=fact.source_row)],
        person,
        change,
    )


def _tell(
    verb: str, merged: Merge, change: Change, *, by: User, at: datetime, **details: Any
) -> None:
    trail.record_many(
        verb,
        [merged.stays_id, merged.goes_id],
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=change.authority,
        change=change,
        merge=merged.pk,
        stays=merged.stays_id,
        **details,
    )
