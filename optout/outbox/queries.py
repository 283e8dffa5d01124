"""Who may be sent a text or email, at which number or address, and who is left out and why."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from caseload.models import ContactNeed, ContactPoint, SealedIdentity
from caseload.queries.choices import may_be_contacted
from optout.outbox.models import MessageChoice, Outgoing

TEXT, EMAIL, EITHER = "text", "email", "either"
WAYS = {
    TEXT: (ContactPoint.Kind.MOBILE,),
    EMAIL: (ContactPoint.Kind.EMAIL,),
    EITHER: (ContactPoint.Kind.MOBILE, ContactPoint.Kind.EMAIL),
}
"""By which kinds of contact point each way goes, the first that there is."""

BY = {ContactPoint.Kind.MOBILE: Outgoing.By.TEXT, ContactPoint.Kind.EMAIL: Outgoing.By.EMAIL}


@dataclass
class Reach:
    """Contact points by person, and by reason those who have none to be used."""

    at: dict[int, ContactPoint] = field(default_factory=dict)
    left_out: dict[str, list[int]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many are left out, by reason."""
        return {why: len(people) for why, people in self.left_out.items()}


def reach(people: Collection[int], *, way: str, promotional: bool, on: date) -> Reach:
    """How each of some people is reached by text or email on a day; three questions in all.

    Only what is their own and works is used: a message may hold their code, and says that they
    were written to (LAW-12, USE-06). Promotional ones go to those who agreed (LAW-06).
    """
    points = usable_points(people, on)
    calls = set(
        ContactNeed.objects.believed()
        .on(on)
        .filter(person__in=people, format=ContactNeed.Format.CALL)
        .values_list("person", flat=True)
    )
    agreed = agreed_to_promotional(people) if promotional else set(people)
    found = Reach()
    for person in people:
        theirs = points.get(person, {})
        point = next((theirs[kind] for kind in WAYS[way] if kind in theirs), None)
        if person in calls:
            found.left_out.setdefault("call", []).append(person)
        elif person not in agreed:
            found.left_out.setdefault("consent", []).append(person)
        elif point is None:
            found.left_out.setdefault("no-contact", []).append(person)
        else:
            found.at[person] = point
    return found


def usable_points(people: Collection[int], on: date) -> dict[int, dict[str, ContactPoint]]:
    """Of each person the newest number and address of their own that works, by its kind."""
    people = may_be_contacted(people, on)
    held = ContactPoint.objects.believed().on(on)
    theirs = held.filter(person__in=people, whose=ContactPoint.Whose.OWN, undelivered_on=None)
    found: dict[int, dict[str, ContactPoint]] = {}
    for point in theirs.order_by("during", "pk"):
        found.setdefault(point.person_id, {})[point.kind] = point
    return found


def still_reaches(outgoing: Outgoing, on: date) -> bool:
    """Whether the number or address on record that a message goes to is still their own and works.

    Between its writing and its going it may have been corrected: it may be somebody else's.
    """
    point = outgoing.contact_point
    if point is None:  # where they said that they want the answer
        return True
    held = ContactPoint.objects.believed().on(on).filter(person=outgoing.person_id)
    own = held.filter(whose=ContactPoint.Whose.OWN, undelivered_on=None)
    return own.filter(kind=point.kind, value=outgoing.to).exists()


def is_sealed_since(outgoing: Outgoing) -> bool:
    """Whether an identity that a message may name was sealed since it was written (LAW-10)."""
    seals = SealedIdentity.objects.standing().filter(change__at__gte=outgoing.made_at)
    return outgoing.person_id is not None and seals.filter(person=outgoing.person_id).exists()


def agreed_to_promotional(people: Collection[int]) -> set[int]:
    """Who of some people agreed to promotional messages and has not stopped them since (LAW-06).

    Of two things said on one day the no counts.
    """
    said = MessageChoice.objects.filter(person__in=people).order_by("said_on", "-agrees", "pk")
    newest = dict(said.values_list("person", "agrees"))
    return {person for person, agrees in newest.items() if agrees}
