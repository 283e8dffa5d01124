"""What was said of people on lists, and whose next word is due or late (LC-19)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import DateField, Max, OuterRef, Subquery

from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from sharing.models import Disclosure, DisclosureQuerySet
from sharing.outcomes.models import Answer, AnswerQuerySet, Attempt
from sharing.outcomes.rules import next_word


def latest_answers(disclosures: Collection[int]) -> dict[int, Answer]:
    """The answer that counts of each of some disclosures, by its id."""
    return by_disclosure(Answer.objects.filter(disclosure__in=disclosures))


def by_disclosure(answers: AnswerQuerySet) -> dict[int, Answer]:
    """Of some answers those that count, by disclosure."""
    return {one.disclosure_id: one for one in answers.that_count()}


def answers_of(disclosure: Disclosure) -> list[Answer]:
    """Every answer about one disclosure, newest first."""
    return list(disclosure.answers.order_by("-number"))


def attempts_of(disclosures: Collection[int]) -> dict[int, list[Attempt]]:
    """The attempts that were not taken back, newest first, by disclosure."""
    found: dict[int, list[Attempt]] = {pk: [] for pk in disclosures}
    standing = Attempt.objects.standing().filter(disclosure__in=disclosures)
    for attempt in standing.order_by("-tried_on", "-pk"):
        found[attempt.disclosure_id].append(attempt)
    return found


@dataclass(frozen=True)
class Due:
    """A word that an organisation owes about someone: by the end of a day."""

    disclosure: int
    on_list: int
    provider: int
    due_on: date

    def is_late(self, on: date) -> bool:
        """Whether the day is over."""
        return self.due_on < on


def updates_due(disclosures: DisclosureQuerySet, *, at: datetime) -> list[Due]:
    """When the next word about each of some disclosures is due, soonest first.

    Of those that are live, on a list that was received, under an agreement. Its frequency counts
    from the last word that was heard of them. Whose days end sooner owes none.
    """
    answered = Answer.objects.filter(disclosure=OuterRef("pk")).order_by("-number").values("at")
    tried = (
        Attempt.objects.standing()
        .filter(disclosure=OuterRef("pk"))
        .order_by()
        .values("disclosure")
        .annotate(last=Max("tried_on"))
        .values("last")
    )
    live = disclosures.live(at).filter(
        kind=Disclosure.Kind.LIST, received_at__isnull=False, version__isnull=False
    )
    rows = live.order_by().values_list(
        "pk",
        "on_list",
        "provider",
        "version__frequency",
        "ends_at",
        "received_at",
        "engaged_at",
        Subquery(answered[:1]),
        Subquery(tried, output_field=DateField()),
    )
    found = []
    for pk, on_list, provider, often, ends_at, received_at, engaged_at, answered_at, tried in rows:
        due_on = next_word(
            frequency=often,
            ends_at=ends_at,
            received_at=received_at,
            engaged_at=engaged_at,
            answered_at=answered_at,
            tried_on=tried,
        )
        if due_on is not None:
            found.append(Due(pk, on_list, provider, due_on))
    return sorted(found, key=lambda one: (one.due_on, one.disclosure))


def late(authority: Authority, *, at: datetime) -> list[Due]:
    """Updates about people of an authority that are late, the latest first."""
    today = local_date(at)
    theirs: DisclosureQuerySet = Disclosure.objects.filter(authority=authority)
    return [one for one in updates_due(theirs, at=at) if one.is_late(today)]


def only_late(disclosures: DisclosureQuerySet, *, at: datetime) -> DisclosureQuerySet:
    """Those of some disclosures about whom an update is late."""
    today = local_date(at)
    owed = [one.disclosure for one in updates_due(disclosures, at=at) if one.is_late(today)]
    return disclosures.filter(pk__in=owed)
