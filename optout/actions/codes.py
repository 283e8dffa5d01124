"""Personal codes: made once, kept as a digest, found by it (LC-02, LC-03)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from optout import rules
from optout.models import PersonalCode
from optout.models.codes import digest_of


@transaction.atomic
def make(person: YoungPerson, *, by: User | None, at: datetime) -> str:
    """Make a code for someone's choices and return it: this is the only time that it is known.

    It works for as many days as the authority's policy says. Codes made earlier go on working,
    since each stands in a letter that somebody may be holding.
    """
    code = rules.new_code()
    days = policy_of(person.lead_authority).choices_code_days
    made = PersonalCode.objects.create(
        person=person,
        digest=digest_of(code),
        made_at=at,
        made_by=by,
        expires_on=local_date(at) + timedelta(days=days),
    )
    trail.record(
        "code made",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        code=made.pk,
    )
    return code


@transaction.atomic
def make_many(
    people: Collection[int], *, authority: Authority, by: User | None, at: datetime
) -> dict[int, tuple[int, str]]:
    """Make a code for each of some people of an authority, as one set, for their letters.

    Gives, by the person's id, the id of what is kept and the code, which nobody can tell again.
    """
    drawn = {person: rules.new_code() for person in people}
    expires_on = local_date(at) + timedelta(days=policy_of(authority).choices_code_days)
    made = PersonalCode.objects.bulk_create(
        PersonalCode(
            person_id=person,
            digest=digest_of(code),
            made_at=at,
            made_by=by,
            expires_on=expires_on,
        )
        for person, code in drawn.items()
    )
    trail.record_many(
        "code made",
        drawn,
        kind=YoungPerson._meta.label_lower,
        by=by,
        at=at,
        authority=authority,
        for_letters=len(made),
    )
    return {one.person_id: (one.pk, drawn[one.person_id]) for one in made}


@transaction.atomic
def end_all(person: YoungPerson, *, by: User, at: datetime) -> int:
    """Take back every code of someone that still works; say how many those were."""
    usable = PersonalCode.objects.filter(person=person).usable(local_date(at))
    ended = usable.update(ended_at=at)
    if ended:
        trail.record(
            "codes taken back",
            by=by,
            at=at,
            authority=person.lead_authority,
            subject=person,
            codes=ended,
        )
    return ended


@transaction.atomic
def open_with(text: str, *, at: datetime) -> PersonalCode | None:
    """The code that was typed, if it works; that someone's choices were opened is recorded.

    One look-up by its digest, whatever was typed: a wrong, an ended and an unknown code cost the
    same.
    """
    code = (
        PersonalCode.objects.filter(digest=digest_of(rules.read_code(text)))
        .select_related("person__lead_authority")
        .first()
    )
    if code is None or code.ended_at is not None or code.expires_on < local_date(at):
        return None
    trail.record(
        "choices opened",
        by=None,
        at=at,
        authority=code.person.lead_authority,
        subject=code.person,
        code=code.pk,
    )
    return code
