"""Taking what an organisation says became of someone, and all that it does (LC-09, LC-18, LC-19).

Answers are written as a set, with what they do, in one transaction: the sharing ends or goes on,
the organisation is barred, work is opened. What was confirmed goes to the record through intake
(``feeding``), never straight.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from caseload.actions.tasks import Wanted, open_tasks
from caseload.models import Task, YoungPerson
from ccis.access.references import show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from ccis.calendar.working_days import add_working_days
from optout.actions import choices
from optout.models import Channel, Statement
from sharing.actions import life
from sharing.actions.locks import hold_agreement, hold_people
from sharing.errors import CannotShare
from sharing.models import Disclosure, EndedBecause
from sharing.outcomes import rules, tasks
from sharing.outcomes.errors import AnsweredMeanwhile
from sharing.outcomes.models import Answer
from sharing.outcomes.queries import latest_answers
from sharing.outcomes.rules import Said

PERSON = YoungPerson._meta.label_lower
WORK_WITHIN = 5
"""Working days for an officer to see to what an answer asks for."""

FIND_DETAILS = "{organisation} says that their details are wrong. Find out the right ones"
ASK_THEM = "They asked {organisation} not to contact them. Ask whether we may share with any other"


@dataclass(frozen=True)
class Given:
    """What is said of one disclosure, and the number of the last answer that the teller has seen.

    ``seen`` is 0 where there was none, ``None`` where nobody looked. ``mark`` is of the copy of
    the list that it came back in, empty on screen.
    """

    disclosure: int
    said: Said
    seen: int | None = None
    mark: str = ""


@transaction.atomic
def record(
    disclosure: Disclosure,
    *,
    outcome: str,
    where: str = "",
    since: object = None,
    doing: str = "",
    notes: str = "",
    seen: int | None,
    by: User,
    at: datetime,
) -> Answer:
    """Take what a named individual says became of someone on a list, with all that it does.

    Raises ``CannotShare`` with the field to mend, and ``AnsweredMeanwhile`` when a colleague said
    something since ``seen``, the number of the answer that was on the page (0: there was none).
    """
    said = Said(outcome, where.strip(), since, doing, notes.strip())  # type: ignore[arg-type]
    taken = record_many(
        [Given(disclosure.pk, said, seen)],
        authority=disclosure.authority,
        channel=Channel.WEB,
        by=by,
        at=at,
    )
    if error := taken.refused.get(disclosure.pk):
        raise error
    return taken.answers[0]


@dataclass(frozen=True)
class Taken:
    """What became of a set: the answers that were taken, and by disclosure why one was not."""

    answers: list[Answer]
    refused: Mapping[int, CannotShare]


@transaction.atomic
def record_many(
    given: Sequence[Given],
    *,
    authority: Authority,
    channel: Channel,
    by: User,
    at: datetime,
) -> Taken:
    """Take what is said of several disclosures of one authority, as a set.

    What cannot be taken is given back with the reason and stops no other. Of whom more than one
    thing is said, none is taken.
    """
    listed = Disclosure.objects.filter(
        pk__in=[one.disclosure for one in given], authority=authority, kind=Disclosure.Kind.LIST
    )
    people = set()
    for person, agreement in listed.values_list("person", "version__agreement").order_by():
        people.add(person)
        if agreement is not None:
            hold_agreement(agreement)
    change = open_change(authority=authority, by=by, why="outcome given", at=at)
    hold_people(people)
    held = {
        one.pk: one
        for one in listed.live(at)
        .select_for_update(of=("self",), no_key=True)
        .select_related("provider", "version", "person", "on_list")
        .order_by("pk")
    }
    last = latest_answers(held)
    refused: dict[int, CannotShare] = {}
    good: list[Answer] = []
    often = Counter(one.disclosure for one in given)
    for one in given:
        before = last.get(one.disclosure)
        error = _refusal(one, held, before, at)
        if often[one.disclosure] > 1:
            error = CannotShare(rules.TWICE)
        if error is not None:
            refused[one.disclosure] = error
            continue
        good.append(_answer(one, before.number if before else 0, change=change))
    answers = Answer.objects.bulk_create(good)
    _take_effect(answers, held, channel=channel, change=change)
    return Taken(answers, refused)


def _refusal(
    one: Given, held: Mapping[int, Disclosure], before: Answer | None, at: datetime
) -> CannotShare | None:
    if one.disclosure not in held:
        return CannotShare(rules.OVER)
    wrong = rules.wrong_with(one.said, today=local_date(at))
    if wrong:
        return CannotShare(wrong[0].message, field=wrong[0].field)
    if one.seen is not None and before is not None and before.number != one.seen:
        return AnsweredMeanwhile(rules.CHANGED, latest=before)
    return None


def _answer(one: Given, number: int, *, change: Change) -> Answer:
    said = one.said
    if change.by is None:
        raise ValueError("somebody gives an answer")
    return Answer(
        disclosure_id=one.disclosure,
        number=number + 1,
        outcome=said.outcome,
        where=said.where,
        since=said.since,
        doing=said.doing,
        notes=said.notes,
        tries=said.tries,
        mark=one.mark,
        at=change.at,
        by=change.by,
        by_name=change.by.name,
        change=change,
    )


# -- what it does ----------------------------------------------------------------------------------


def _take_effect(
    answers: Sequence[Answer],
    held: Mapping[int, Disclosure],
    *,
    channel: Channel,
    change: Change,
) -> None:
    said: dict[str, list[Disclosure]] = defaultdict(list)
    for answer in answers:
        said[answer.outcome].append(held[answer.disclosure_id])
    for outcome, disclosures in said.items():
        trail.record_many(
            "outcome given",
            [one.person_id for one in disclosures],
            kind=PERSON,
            by=change.by,
            at=change.at,
            authority=change.authority,
            change=change,
            outcome=outcome,
        )
    life.engage([one for one in said[rules.ENGAGED] if one.engaged_at is None], at=change.at)
    for because in (
        EndedBecause.NOT_REACHED,
        EndedBecause.REFUSED,
        EndedBecause.WRONG_DETAILS,
    ):
        ended = [one.pk for one in said[because.value]]
        life.end(Disclosure.objects.filter(pk__in=ended), because=because, change=change)
    for one in said[rules.NO_CONTACT]:
        _bar(one, channel=channel, change=change)
    _open_work(said, change)
    if said[rules.CONFIRMED]:  # what is lost here, beat finds
        transaction.on_commit(partial(tasks.hand_over, tasks.feed_the_record))


def _bar(disclosure: Disclosure, *, channel: Channel, change: Change) -> None:
    """The person's own no to this organisation, which ends what is live (LC-04)."""
    provider = disclosure.provider
    on_list = show_reference(disclosure.on_list.ref) if disclosure.on_list else ""
    choices.record(
        person=disclosure.person,
        says=Statement.Says.NO,
        providers=[provider],
        said_on=local_date(change.at),
        said_by=Statement.SaidBy.OWN,
        channel=channel,
        by=change.by,
        at=change.at,
        source=f"{provider.name[:150]}, of its list {on_list}",
    )


def _open_work(said: Mapping[str, list[Disclosure]], change: Change) -> None:
    due_on = add_working_days(local_date(change.at), WORK_WITHIN)
    wanted = [
        Wanted(
            person=one.person_id,
            what=words.format(organisation=one.provider.name[:100]),
            due_on=due_on,
            kind=kind,
        )
        for outcome, kind, words in (
            (rules.WRONG_DETAILS, Task.Kind.MEND, FIND_DETAILS),
            (rules.NO_CONTACT, Task.Kind.CONTACT, ASK_THEM),
        )
        for one in said.get(outcome, [])
    ]
    open_tasks(wanted, change=change)
