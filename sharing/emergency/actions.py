"""Telling by word: decided, put in the ledger, told to governance, looked at again.

One door: whatever is told is a disclosure of its columns, made in the transaction that reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from caseload.models import Departure, RestrictionLevel, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout.queries import objection_covers
from providers import actions as providers
from providers.models import Provider
from sharing.actions.locks import hold_agreement, hold_people
from sharing.agreements.queries import terms_in_force
from sharing.agreements.rules import Terms
from sharing.emergency import rules, telling
from sharing.emergency.models import Criteria, Emergency, Enquiry
from sharing.errors import CannotShare
from sharing.models import Disclosure
from sharing.queries.asking import Asked, facts_of, offer_of
from sharing.queries.values import Value, values_of
from sharing.rules import HEADINGS, Answer, may_share

MOST_CRITERIA = 12


# -- the written criteria --------------------------------------------------------------------------


def criteria_of(authority: Authority) -> tuple[Criteria | None, tuple[str, ...]]:
    """The criteria in force, and their version; none for those that the service came with."""
    newest = Criteria.objects.filter(authority=authority).first()
    return newest, tuple(newest.lines) if newest else rules.CRITERIA


@transaction.atomic
def publish(
    authority: Authority, lines: Sequence[str], *, why: str, after: int, by: User, at: datetime
) -> Criteria:
    """Publish a version of the criteria. Raises ``CannotShare`` for none, or a newer version."""
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    newest, _ = criteria_of(authority)
    number = newest.number if newest else 0
    if number != after:
        raise CannotShare(f"Version {number} was published meanwhile. Look at it first")
    wanted = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not 1 <= len(wanted) <= MOST_CRITERIA or any(len(line) > 200 for line in wanted):
        raise CannotShare(
            f"Write 1 to {MOST_CRITERIA} criteria, each of 200 characters or fewer", field="lines"
        )
    made = Criteria.objects.create(
        authority=authority,
        number=number + 1,
        lines=wanted,
        published_by=by,
        published_at=at,
        why=why,
    )
    trail.record(
        "emergency criteria published",
        by=by,
        at=at,
        authority=authority,
        subject=made,
        version=made.number,
    )
    return made


# -- in an emergency -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be told in an emergency: to whom, why, and who decided it."""

    recipient: str
    """The organisation, by name."""
    told_to: str
    checked: str
    how: str
    met: tuple[str, ...]
    why: str
    whys: Mapping[str, str]
    """Why each field is needed, by column: these columns and no other are told."""
    basis: str
    decided_by: str
    sent_key: str


@dataclass(frozen=True)
class Told:
    """What left, and the words of it: they are shown this once, and kept nowhere."""

    disclosure: Disclosure
    values: Mapping[str, Value]


def why_not(person: YoungPerson, wanted: Wanted, *, by_governance: bool) -> tuple[str, str] | None:
    """What forbids it, as the field of the form and the words."""
    _, lines = criteria_of(person.lead_authority)
    died = person.restriction_level == RestrictionLevel.DECEASED or (
        Departure.objects.believed().filter(person=person, kind=Departure.Kind.DECEASED).exists()
    )
    return rules.why_not(
        rules.Case(
            criteria=lines,
            met=wanted.met,
            whys=wanted.whys,
            basis=wanted.basis,
            has_died=died,
            is_restricted=person.restriction_level > RestrictionLevel.OPEN,
            by_governance=by_governance,
        )
    )


@transaction.atomic
def share_now(
    person: YoungPerson, wanted: Wanted, *, by: User, by_governance: bool, at: datetime
) -> Told:
    """Put it in the ledger and give the words to tell; governance is written to on commit.

    An opt-out does not stop it: that one stood is recorded, and it is looked at again (LA-07).
    Raises ``CannotShare`` where a rule forbids it, and when this form was sent before.
    """
    hold_people([person.pk])
    held = YoungPerson.objects.select_related("lead_authority").get(pk=person.pk)
    wrong = why_not(held, wanted, by_governance=by_governance)
    if wrong:
        raise CannotShare(wrong[1], field=wrong[0])
    authority = held.lead_authority
    recipient = _recipient(wanted.recipient, authority=authority, by=by, at=at)
    change = open_change(authority=authority, by=by, why="shared in an emergency", at=at)
    columns = [one for one in HEADINGS if one in wanted.whys]
    made = Disclosure.objects.create(
        kind=Disclosure.Kind.EMERGENCY,
        authority=authority,
        person=held,
        provider=recipient,
        purpose="",
        columns=columns,
        basis=wanted.basis,
        made=change,
        released_at=at,
        received_at=at,
        ends_at=at,
    )
    version, _ = criteria_of(authority)
    despite = objection_covers(held, recipient, on=local_date(at))
    try:
        with transaction.atomic():
            kept = Emergency.objects.create(
                disclosure=made,
                criteria=version,
                met=list(wanted.met),
                why=wanted.why,
                whys=dict(wanted.whys),
                told_to=wanted.told_to,
                checked=wanted.checked,
                how=wanted.how,
                decided_by=wanted.decided_by,
                despite=despite,
                by=by,
                sent_key=wanted.sent_key,
            )
    except IntegrityError as error:
        raise CannotShare("This was shared already, and is shown once") from error
    trail.record(
        "shared in an emergency",
        by=by,
        at=at,
        authority=authority,
        subject=held,
        change=change,
        disclosure=made.ref,
        provider=recipient.ref,
        despite_opt_out=despite,
    )
    transaction.on_commit(lambda: telling.tell(kept.pk, at=at))
    return Told(made, values_of([held.pk], columns, on=local_date(at))[held.pk])


def _recipient(name: str, *, authority: Authority, by: User, at: datetime) -> Provider:
    """The organisation of a name; one that the directory does not know is put there."""
    known = Provider.objects.filter(name__iexact=name).order_by("pk").first()
    if known is not None:
        return known
    return providers.add(
        by=by, at=at, authority_of_user=authority, name=name, kind=Provider.Kind.OTHER
    )


@transaction.atomic
def review(one: Emergency, *, outcome: str, found: str, by: User, at: datetime) -> None:
    """Say whether it was right. Raises ``CannotShare`` for whoever did it, and done twice."""
    held = Emergency.objects.select_for_update(of=("self",)).select_related(
        "disclosure__authority", "disclosure__person"
    )
    one = held.get(pk=one.pk)
    if one.reviewed_at is not None:
        raise CannotShare("Somebody has looked at this already")
    if one.by_id == by.pk:
        raise CannotShare("You shared this, so somebody else must look at it again")
    Emergency.objects.filter(pk=one.pk).update(
        outcome=outcome, found=found, reviewed_by=by, reviewed_at=at
    )
    trail.record(
        "emergency reviewed",
        by=by,
        at=at,
        authority=one.disclosure.authority,
        subject=one.disclosure.person,
        disclosure=one.disclosure.ref,
        outcome=outcome,
    )


# -- somebody asks ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Asks:
    """Who asks, about whom, what for, and how it was checked who they are."""

    asker: str
    channel: str
    asks: str
    checks: tuple[str, ...]
    checked: str
    provider: Provider | None = None
    organisation: str = ""
    """Its name, of one that we have no agreement with: that can only be refused."""
    person: YoungPerson | None = None


@transaction.atomic
def take(asks: Asks, *, authority: Authority, by: User, at: datetime) -> Enquiry:
    """Record that somebody asked. Who did not show who they are is refused with that (LC-30)."""
    shown = rules.proves(asks.checks) and asks.person is not None
    made = Enquiry.objects.create(
        authority=authority,
        person=asks.person,
        provider=asks.provider or _recipient(asks.organisation, authority=authority, by=by, at=at),
        asker=asks.asker,
        channel=asks.channel,
        asks=asks.asks,
        checks=list(asks.checks),
        checked=asks.checked,
        state=Enquiry.State.CHECKED if shown else Enquiry.State.REFUSED,
        why="" if shown else _refused_because(asks),
        by=by,
        at=at,
        answered_by=None if shown else by,
        answered_at=None if shown else at,
    )
    _line("enquiry taken", made, by=by, at=at, checks=list(asks.checks), state=made.state)
    return made


def _refused_because(asks: Asks) -> str:
    if not rules.proves(asks.checks):
        return "They did not show who they are"
    return "We do not know about whom they ask"


def answers_to(enquiry: Enquiry, *, at: datetime) -> dict[str, tuple[Terms, Answer]]:
    """By purpose, what the rule of sharing says of telling whoever asks. Empty: no agreement.

    That they have the person on a list of theirs already is no reason against.
    """
    if enquiry.person_id is None:
        return {}
    authority, on = enquiry.authority, local_date(at)
    agreed = [
        one for one in terms_in_force(authority, on=on) if one.provider == enquiry.provider_id
    ]
    found = {}
    for terms in agreed:
        facts = facts_of([enquiry.person_id], Asked(authority, enquiry.provider, None, at))[
            enquiry.person_id
        ]
        if facts.shared_with == enquiry.provider_id:
            facts = replace(facts, shared_with=None)
        for purpose in sorted(terms.purposes):
            found[purpose] = (terms, may_share(facts, offer_of(terms, purpose), on=on))
    return found


@transaction.atomic
def tell(
    enquiry: Enquiry, *, purpose: str, columns: Sequence[str], why: str, by: User, at: datetime
) -> Told:
    """Tell whoever asks some columns, by the rule of sharing; the words are shown this once.

    Raises ``CannotShare`` where the rule does not let it, for columns that may not go, and when
    it is answered.
    """
    enquiry = _held(enquiry)
    terms, _ = answers_to(enquiry, at=at).get(purpose, (None, None))
    if terms is None or enquiry.person_id is None:
        raise CannotShare("No agreement with this organisation is for that", field="purpose")
    hold_agreement(terms.agreement)
    hold_people([enquiry.person_id])
    terms, answer = answers_to(enquiry, at=at).get(purpose, (None, Answer()))
    if terms is None:
        raise CannotShare("The agreement has stopped meanwhile", field="purpose")
    if not answer.may:
        raise CannotShare(answer.why_not[0].words, field="purpose")
    wanted = [one for one in HEADINGS if one in columns]
    if not wanted or not set(wanted) <= answer.columns:
        raise CannotShare("Select what may be told, and no more", field="columns")
    change = open_change(authority=enquiry.authority, by=by, why="told when asked", at=at)
    ground = terms.ground_for(purpose)
    made = Disclosure.objects.create(
        kind=Disclosure.Kind.TOLD,
        authority=enquiry.authority,
        person_id=enquiry.person_id,
        provider=enquiry.provider,
        purpose=purpose,
        columns=wanted,
        version_id=terms.version,
        basis=ground.basis if ground else "",
        gateway=ground.gateway if ground else "",
        letter_id=answer.letter,
        notices=sorted(terms.notices),
        made=change,
        released_at=at,
        received_at=at,
        ends_at=at,
    )
    _end(enquiry, Enquiry.State.TOLD, why=why, disclosure=made, by=by, at=at)
    said = values_of([enquiry.person_id], wanted, on=local_date(at))[enquiry.person_id]
    return Told(made, said)


@transaction.atomic
def refuse(enquiry: Enquiry, *, why: str, by: User, at: datetime) -> None:
    """Tell whoever asks nothing, and say why. Raises ``CannotShare`` when it is answered."""
    _end(_held(enquiry), Enquiry.State.REFUSED, why=why, disclosure=None, by=by, at=at)


def _held(enquiry: Enquiry) -> Enquiry:
    held = Enquiry.objects.select_for_update(of=("self",)).select_related(
        "authority", "provider", "person"
    )
    found = held.get(pk=enquiry.pk)
    if found.state != Enquiry.State.CHECKED:
        raise CannotShare("This is answered already")
    return found


def _end(
    enquiry: Enquiry,
    state: Enquiry.State,
    *,
    why: str,
    disclosure: Disclosure | None,
    by: User,
    at: datetime,
) -> None:
    Enquiry.objects.filter(pk=enquiry.pk).update(
        state=state, why=why, disclosure=disclosure, answered_by=by, answered_at=at
    )
    _line(
        "enquiry answered",
        enquiry,
        by=by,
        at=at,
        state=state.value,
        disclosure=disclosure.ref if disclosure else "",
    )


def _line(verb: str, enquiry: Enquiry, *, by: User, at: datetime, **details: Any) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=enquiry.authority,
        subject=enquiry.person or enquiry,
        enquiry=enquiry.ref,
        **details,
    )
