"""A household in words: whom not to contact first, then who is there and how each was found."""

from datetime import date
from typing import Any

from caseload.models import ContactPoint, Enrolment, RestrictionLevel, YoungPerson
from caseload.presenters import facts, results
from caseload.queries.choices import contact_withheld
from caseload.queries.household import Household, Member
from ccis.calendar.words import short_date

NO_CONTACT = (
    "They do not consent to being contacted. Their address and every way to reach them are held "
    "back, and nobody is shown who lives with them."
)

KIN = {"twin": "May be a twin", "sibling": "May be a brother or sister"}


def cautions(person: YoungPerson, household: Household, on: date) -> list[str]:
    """Whom not to contact or tell, a sentence each."""
    said = []
    if person.restriction_level == RestrictionLevel.PROTECTED_ADDRESS:
        said.append("Their address is protected. Do not tell anyone where they live, family too.")
    for member in household.members:
        other = member.summary
        if other.person.restriction_level == RestrictionLevel.PROTECTED_ADDRESS:
            said.append(
                f"The address of {other.full_name} is protected. Do not tell anyone where they "
                "live, family too."
            )
    if contact_withheld([person.pk], on):
        return [*said, NO_CONTACT]
    ended = ContactPoint.objects.believed().filter(person=person, during__endswith__lte=on)
    said += [
        f"Do not use {facts.value_of(point)}: it ended on {short_date(point.ends_on)}."
        for point in ended.order_by("-during")
        if point.ends_on
    ]
    return said


def member_row(member: Member, on: date) -> dict[str, Any]:
    """Someone of the household as a row, with how they were found."""
    reasons = [KIN[member.kin].lower()] if member.kin else []
    if member.same_address:
        reasons.append("same address")
    reasons += [
        f"same {point.get_kind_display().lower()}"
        + (" of a parent or carer" if point.whose == ContactPoint.Whose.PARENT else "")
        for point in member.contacts
    ]
    return results.row(member.summary, on, list(dict.fromkeys(reasons)))


def contacts(person: YoungPerson, on: date) -> list[dict[str, str]]:
    """Parents, carers and others whose contacts are on the record, and the school."""
    held = ContactPoint.objects.believed().on(on).filter(person=person)
    if contact_withheld([person.pk], on):
        held = held.none()
    rows = [
        {
            "who": point.get_whose_display(),
            "how": f"{point.get_kind_display()}: {point.value}",
            "note": point.note,
            "whence": facts.whence(point),
        }
        for point in held.exclude(whose=ContactPoint.Whose.OWN)
        .select_related("recorded__by")
        .order_by("whose", "pk")
    ]
    schools = Enrolment.objects.believed().on(on).filter(person=person, provider__isnull=False)
    rows += [
        {
            "who": "School or college",
            "how": facts.value_of(school),
            "note": "",
            "whence": facts.whence(school),
        }
        for school in schools.select_related("provider", "recorded__by").order_by("pk")
    ]
    return rows
