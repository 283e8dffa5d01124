"""Sharing in the demo: agreements with organisations that have a sign-in, a list that went.

Nobody in it exists. The agreements come before the letters, which point to the list made of them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from caseload.demo.directory import sign_in
from caseload.demo.further import Made
from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.calendar.words import local_date
from optout.letters.printing import set_document
from providers.models import Provider
from providers.portal.models import Seat
from sharing.actions import lists
from sharing.agreements import rules, wording
from sharing.agreements.actions import making, registers, steps
from sharing.agreements.models import Agreement, Gateway, Party, Version
from sharing.triage import actions as triage
from sharing.triage.rules import ANY, Row

ORGANISATIONS = 4
GOES, WAITS = 6, 3
"""People on the list that went, and on the one that a second person has yet to release."""
AGREED_AGO, SHARED_AGO = timedelta(days=40), timedelta(days=1)

SITS = (
    ("morgan.lane", "Morgan Lane", Role.NAMED_INDIVIDUAL),
    ("robin.lane", "Robin Ferris", Role.NAMED_INDIVIDUAL),
)
"""Who signs in for the first organisation; the first of them looks after its access."""
DATA_MANAGER = ("sasha.data", "Sasha Quill", Role.SCHOOL_DATA_MANAGER)
"""Who signs in for a school."""
SIGN_IN = (*SITS, DATA_MANAGER)


def agree(made: Made) -> None:
    """Agreements in force with a few organisations, which are who is shared with."""
    at = made.at - AGREED_AGO
    drafter = made.staff["dana.achterberg"]
    notice = registers.register_notice(
        made.authority,
        provider=None,
        title="How we use young people's information",
        version="2026",
        address="https://www.northgate.example/privacy",
        given_from=local_date(at) - timedelta(days=100),
        says="We may give your details to one organisation that offers free help.",
        by=drafter,
        at=at,
    )
    for number, provider in enumerate(_organisations(made)):
        agreement = making.begin(
            authority=made.authority,
            provider=provider,
            kind=Agreement.Kind.PROVIDER,
            title=f"Support for young people: {provider.name}",
            by=drafter,
            at=at,
        )
        version = agreement.versions.get()
        _write(version, by=drafter, at=at)
        making.rely_on(version, [notice], by=drafter, at=at)
        people = SITS if number == 0 else ((f"desk{number}", "Front Desk", SITS[0][2]),)
        for mailbox, name, _ in people:
            making.name_person(
                agreement,
                name=name,
                job="Adviser",
                email=_address(mailbox),
                phone="",
                by=drafter,
                at=at,
            )
        _put_in_force(version, drafter, made.staff["ines.governance"], at)
    _sit(made, SITS, _organisations(made)[0])
    school = Provider.objects.filter(authority=made.authority, kind=Provider.Kind.SCHOOL)
    _sit(made, [DATA_MANAGER], school.order_by("name")[0])


def share(made: Made) -> None:
    """A strand in use, a list that was released yesterday, and one that waits for release."""
    at = made.at - SHARED_AGO
    drafter, second = made.staff["dana.achterberg"], made.staff["ines.governance"]
    provider = _organisations(made)[0]
    strand = triage.begin(
        authority=made.authority,
        provider=provider,
        purpose=rules.SUPPORT,
        name="Ready for a course or a job",
        by=drafter,
        at=at,
    )
    newest = triage.add_row(
        strand, Row(ANY, ("doing:neet-available", "doing:neet-not-available")), by=drafter, at=at
    )
    triage.use(strand, places=40, note="", number=newest.number, by=drafter, at=at)
    written = YoungPerson.objects.filter(lead_authority=made.authority, letters__skipped="")
    people = iter(written.order_by("pk").values_list("pk", flat=True).distinct())
    for many, goes in ((GOES, True), (WAITS, False)):
        _accept(people, many, made, by=drafter, at=at)
        drafted = triage.prepare(
            authority=made.authority, provider=provider, purpose=rules.SUPPORT, by=drafter, at=at
        )
        if drafted is not None and goes:
            lists.release(drafted, by=second, at=at)


# -- parts -----------------------------------------------------------------------------------------


def _accept(people: Iterator[int], many: int, made: Made, *, by: User, at: datetime) -> None:
    """Accept what is proposed for so many of some people, as far as they go."""
    accepted = 0
    for one in people:
        accepted += len(triage.accept([one], authority=made.authority, by=by, at=at))
        if accepted == many:
            return


def _organisations(made: Made) -> list[Provider]:
    training = Provider.objects.filter(authority=made.authority, kind=Provider.Kind.TRAINING)
    return list(training.order_by("name")[:ORGANISATIONS])


def _address(mailbox: str) -> str:
    return f"{mailbox}@harbourlane.example"


def _write(version: Version, *, by: User, at: datetime) -> None:
    today = local_date(at)
    making.write(
        version,
        by=by,
        at=at,
        section="about",
        said={
            "does": "Free help with courses, training and finding work.",
            "starts_on": today,
            "ends_on": today + timedelta(days=700),
            "review_on": today + timedelta(days=365),
            "columns": list(rules.USUAL_COLUMNS),
            "term_days": rules.USUAL_TERM,
            "files_allowed": True,
            "national_opt_out": "not-applicable",
            "free": True,
            "checked_how": "Inspected, and its accounts read",
            "checked_until": today + timedelta(days=700),
            "assurance_evidence": "Report of the inspection",
        },
    )
    gateway = Gateway.objects.get(code="esa-2008-s68")
    for purpose in (rules.SUPPORT, rules.CONFIRM, rules.REPORT):
        making.agree_purpose(
            version,
            purpose=purpose,
            basis=rules.PUBLIC_TASK,
            gateway=gateway,
            freely_refused=False,
            by=by,
            at=at,
        )
    for side in Party.Side.values:
        making.write_party(
            version,
            side,
            by=by,
            at=at,
            said={
                "role_of_given": rules.SOLE,
                "role_of_reported": rules.SOLE,
                "asset_owner": "The information governance officer",
                "privacy_statement": "https://www.northgate.example/privacy",
                "standard": "iso27001",
                "standard_on": today,
                "standard_evidence": "Certificate seen",
                "retention_on": today,
                "retention_evidence": "Policy seen",
                "training_on": today,
                "training_evidence": "Register seen",
                "signatory": "Alex Example",
                "signatory_job": "Director",
            },
        )
    making.fill_annex(
        version,
        by=by,
        at=at,
        said={
            "description": "Names and contact details of young people",
            "activities": "Calls, visits and mentoring",
            "contacts_people": True,
            "contact_details": "By phone, text and letter",
            "legal_basis": "Public task, for the council",
        },
    )


def _put_in_force(version: Version, drafter: User, second: User, at: datetime) -> None:
    making.approve_annex(version, by=second, at=at)
    making.approve_people(version.agreement, by=second, at=at)
    steps.send(version, by=drafter, at=at)
    words = registers.current_wording(version.agreement.authority, version.agreement.kind, at=at)
    copy = set_document(wording.document(version, words.body), template=wording.TEMPLATE)
    day = local_date(at)
    steps.sign(version, copy=copy, signatures=steps.Signatures(day, day), by=drafter, at=at)
    steps.put_in_force(version, by=second, at=at)


def _sit(made: Made, sits: Iterable[tuple[str, str, Role]], provider: Provider) -> None:
    for place, (mailbox, name, role) in enumerate(sits):
        user = sign_in(_address(mailbox), name)
        Membership.objects.create(
            user=user,
            authority=made.authority,
            role=role.value,
            starts_on=local_date(made.at - AGREED_AGO),
        )
        Seat.objects.create(
            user=user,
            provider=provider,
            authority=made.authority,
            role=role.value,
            may_manage=place == 0,
            made_by=made.staff["ines.governance"],
            made_at=made.at - AGREED_AGO,
        )


def says() -> list[str]:
    """How to sign in for an organisation and for a school, as the demo prints it."""
    people = [f"  {_address(box)}  {role.label}  ({name})" for box, name, role in SIGN_IN]
    return ["With the same password, for an organisation and for a school", *people]
