"""Writing an agreement: its versions, parts, Annex A and the people whom it names."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.models import Provider
from sharing.agreements import rules
from sharing.agreements.errors import CannotDo
from sharing.agreements.models import (
    AgreedPurpose,
    Agreement,
    AnnexA,
    Gateway,
    NamedPerson,
    Party,
    PrivacyNotice,
    Returned,
    Step,
    Version,
)
from sharing.agreements.rules import State
from sharing.agreements.signals import terms_changed

OF_AGREEMENT = frozenset({"title", "does"})
ASSURANCE = frozenset({"free", "programme", "checked_how", "checked_until", "assurance_evidence"})
"""What is renewed while an agreement runs: a fact about the organisation (LC-12)."""
OF_DRAFT = ASSURANCE | {
    *("starts_on", "ends_on", "review_on", "columns", "term_days", "clock", "calendar"),
    *("frequency", "files_allowed", "national_opt_out"),
}
ROLES = frozenset({"role_of_given", "role_of_reported"})
OF_PARTY = ROLES | {
    *("asset_owner", "privacy_statement", "standard", "standard_on", "standard_evidence"),
    *("retention_on", "retention_evidence", "training_on", "training_evidence"),
    *("signatory", "signatory_job"),
}
BOTH_SIGNED = (
    "Both have signed this, so it stays. To change it, withdraw this version and draft it again"
)

# -- begin -----------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *,
    authority: Authority,
    provider: Provider,
    kind: str,
    title: str,
    by: User,
    at: datetime,
) -> Agreement:
    """Begin an agreement with an organisation: its first version, as a draft.

    Raises ``CannotDo`` when there is one of that title with it already.
    """
    try:
        with transaction.atomic():
            agreement = Agreement.objects.create(
                authority=authority,
                provider=provider,
                kind=kind,
                title=title,
                begun_by=by,
                begun_at=at,
            )
    except IntegrityError as error:
        raise CannotDo(
            "There is an agreement of this title with the organisation already", field="title"
        ) from error
    version = Version.objects.create(
        agreement=agreement,
        number=1,
        state_since=at,
        made_by=by,
        made_at=at,
        review_years=rules.REVIEW_YEARS[kind],
        columns=list(rules.USUAL_COLUMNS) if kind == Agreement.Kind.PROVIDER else [],
        clock=rules.OPENING,
        calendar=rules.ENGLAND_AND_WALES,
        frequency="monthly",
    )
    for side in Party.Side.values:
        Party.objects.create(version=version, side=side)
    Step.objects.create(version=version, becomes=State.DRAFT, by=by, at=at)
    _record("agreement begun", agreement, by=by, at=at)
    return agreement


@transaction.atomic
def new_version(agreement: Agreement, *, by: User, at: datetime, why: str) -> Version:
    """Draft a version after the newest, saying all that this one says.

    A day of review that counts from the last review is asked for anew: a version's first counts
    from its start. Raises ``CannotDo`` while another is being made.
    """
    lock(agreement)
    if agreement.versions.filter(state__in=sorted(rules.BEFORE)).exists():
        raise CannotDo("A version is being made already. Finish or withdraw that one first")
    last = agreement.versions.order_by("-number")[0]
    copied = {name: getattr(last, name) for name in OF_DRAFT | {"review_years"}}
    if last.reviewed_on is not None:
        copied["review_on"] = None
    version = Version.objects.create(
        agreement=agreement,
        number=last.number + 1,
        state_since=at,
        made_by=by,
        made_at=at,
        **copied,
    )
    version.notices.set(last.notices.filter(given_until=None))
    for party in last.parties.all():
        Party.objects.create(
            version=version, side=party.side, **{name: getattr(party, name) for name in OF_PARTY}
        )
    for purpose in last.purposes.select_related("gateway"):
        if rules.gateway_open(
            usable=purpose.gateway.usable,
            repealed_on=purpose.gateway.repealed_on,
            on=local_date(at),
        ):
            AgreedPurpose.objects.create(
                version=version,
                purpose=purpose.purpose,
                basis=purpose.basis,
                gateway=purpose.gateway,
                freely_refused=purpose.freely_refused,
            )
    Step.objects.create(version=version, becomes=State.DRAFT, by=by, at=at, why=why)
    _record("agreement drafted again", agreement, by=by, at=at, version=version.number)
    return version


# -- parts -----------------------------------------------------------------------------------------


@transaction.atomic
def write(
    version: Version, *, by: User, at: datetime, section: str, said: Mapping[str, Any]
) -> None:
    """Write what a part of a version says: columns of ``Agreement`` and ``Version``.

    Raises ``CannotDo`` for what may not change any more, and for dates that do not fit.
    """
    lock(version.agreement)
    version.refresh_from_db()
    named = frozenset(said)
    if named - OF_DRAFT - OF_AGREEMENT:
        raise TypeError(f"an agreement does not say {', '.join(sorted(named))}")
    of_version = named & OF_DRAFT
    if of_version and State(version.state) in rules.FINAL:
        raise CannotDo("This version has ended, so it stays as it is")
    if of_version - ASSURANCE and version.state != State.DRAFT:
        raise CannotDo("What an agreement says stays once it was sent. Make a new version")
    _save(version, {name: said[name] for name in of_version})
    of_agreement = {name: said[name] for name in named & OF_AGREEMENT}
    if of_agreement:
        _save(version.agreement, of_agreement)
    _record("agreement written", version.agreement, by=by, at=at, part=section)


@transaction.atomic
def write_party(
    version: Version, side: str, *, by: User, at: datetime, said: Mapping[str, Any]
) -> None:
    """Write a party's part, safeguards and signatory.

    Roles stay once it was sent. Once both have signed, what is still missing can be added and what
    is there stays. Raises ``CannotDo``.
    """
    lock(version.agreement)
    version.refresh_from_db()
    if frozenset(said) - OF_PARTY:
        raise TypeError("a party has no such column to write")
    if State(version.state) not in rules.BEFORE:
        raise CannotDo("This version is in force, so it stays as it is. Make a new version")
    party = version.parties.get(side=side)
    if side == Party.Side.PROVIDER:
        put_aside(version, at)
    if version.state != State.DRAFT:
        said = {name: value for name, value in said.items() if name not in ROLES}
    there = {name: getattr(party, name) for name in said}
    if version.state == State.SIGNED and any(
        was and was != said[name] for name, was in there.items()
    ):
        raise CannotDo(BOTH_SIGNED)
    _save(party, said)
    _record("agreement written", version.agreement, by=by, at=at, part=side)


@transaction.atomic
def agree_purpose(
    version: Version,
    *,
    purpose: str,
    basis: str,
    gateway: Gateway,
    freely_refused: bool,
    by: User,
    at: datetime,
) -> None:
    """Add a purpose with what it rests on, or say anew what it rests on (LAW-01).

    Raises ``CannotDo`` for a gateway that is repealed, for consent where refusing would have a
    consequence, and for a version that was sent.
    """
    _only_draft(version)
    if not rules.gateway_open(
        usable=gateway.usable, repealed_on=gateway.repealed_on, on=local_date(at)
    ):
        raise CannotDo("This provision is no longer in force. Choose another", field="gateway")
    if basis == rules.CONSENT and not freely_refused:
        raise CannotDo(
            "Consent is a basis only where refusing has no consequence", field="freely_refused"
        )
    AgreedPurpose.objects.update_or_create(
        version=version,
        purpose=purpose,
        defaults={"basis": basis, "gateway": gateway, "freely_refused": freely_refused},
    )
    _record("agreement written", version.agreement, by=by, at=at, part="purposes", purpose=purpose)


@transaction.atomic
def drop_purpose(version: Version, purpose: str, *, by: User, at: datetime) -> None:
    """Take a purpose out of a draft."""
    _only_draft(version)
    version.purposes.filter(purpose=purpose).delete()
    _record("agreement written", version.agreement, by=by, at=at, part="purposes", out=purpose)


@transaction.atomic
def rely_on(version: Version, notices: Iterable[PrivacyNotice], *, by: User, at: datetime) -> None:
    """Say which privacy notices a draft relies on (LC-32)."""
    _only_draft(version)
    version.notices.set(notices)
    _record("agreement written", version.agreement, by=by, at=at, part="notices")


# -- Annex A and named people ----------------------------------------------------------------------


@transaction.atomic
def fill_annex(version: Version, *, by: User, at: datetime, said: Mapping[str, Any]) -> AnnexA:
    """Enter what the organisation says that it will do; it waits for a second person (LC-13).

    Once both have signed, what was entered stays. Raises ``CannotDo``.
    """
    lock(version.agreement)
    version.refresh_from_db()
    if State(version.state) not in rules.BEFORE:
        raise CannotDo("Annex A stays as it was approved. Make a new version")
    if version.state == State.SIGNED and AnnexA.objects.filter(version=version).exists():
        raise CannotDo(BOTH_SIGNED)
    put_aside(version, at)
    annex, _ = AnnexA.objects.update_or_create(
        version=version,
        defaults={
            **said,
            "filled_by": by,
            "filled_at": at,
            "approved_by": None,
            "approved_at": None,
        },
    )
    _record("Annex A filled in", version.agreement, by=by, at=at, version=version.number)
    return annex


@transaction.atomic
def approve_annex(version: Version, *, by: User, at: datetime) -> None:
    """Approve Annex A as somebody else entered it. Raises ``CannotDo`` for one's own."""
    lock(version.agreement)
    annex = AnnexA.objects.filter(version=version).first()
    if annex is None:
        raise CannotDo("Annex A is not filled in yet")
    if annex.filled_by_id == by.pk:
        raise CannotDo("You prepared this, so someone else must approve it")
    if annex.approved_at is None:
        _save(annex, {"approved_by": by, "approved_at": at})
        _record("Annex A approved", version.agreement, by=by, at=at, version=version.number)


@transaction.atomic
def name_person(
    agreement: Agreement, *, name: str, job: str, email: str, phone: str, by: User, at: datetime
) -> NamedPerson:
    """Name somebody who may see what is shared; it counts once a second person approves (LC-10).

    Raises ``CannotDo`` when the address is named already.
    """
    lock(agreement)
    try:
        with transaction.atomic():
            person = NamedPerson.objects.create(
                agreement=agreement,
                name=name,
                job=job,
                email=email.lower(),
                phone=phone,
                added_by=by,
                added_at=at,
            )
    except IntegrityError as error:
        raise CannotDo("Someone with this address is named already", field="email") from error
    _record("person named", agreement, by=by, at=at, person=person.pk)
    return person


@transaction.atomic
def approve_people(agreement: Agreement, *, by: User, at: datetime) -> int:
    """Approve everyone whom somebody else named. Gives how many; ``CannotDo`` for nobody."""
    lock(agreement)
    waiting = agreement.people.filter(approved_at=None, ended_at=None)
    theirs = list(waiting.exclude(added_by=by))
    if not theirs:
        raise CannotDo("You prepared this, so someone else must approve it")
    agreement.people.filter(pk__in=[one.pk for one in theirs]).update(
        approved_by=by, approved_at=at
    )
    trail.record_many(
        "named person approved",
        [one.pk for one in theirs],
        kind=NamedPerson._meta.label_lower,
        by=by,
        at=at,
        authority=agreement.authority,
    )
    terms_changed.send(Agreement, agreements=frozenset({agreement.pk}), by=by, at=at)
    return len(theirs)


@transaction.atomic
def end_person(person: NamedPerson, *, by: User, at: datetime) -> None:
    """Take somebody off those named: from this moment no list opens for them."""
    lock(person.agreement)
    changed = NamedPerson.objects.filter(pk=person.pk, ended_at=None).update(
        ended_by=by, ended_at=at
    )
    if changed:
        _record("person no longer named", person.agreement, by=by, at=at, person=person.pk)
        terms_changed.send(Agreement, agreements=frozenset({person.agreement_id}), by=by, at=at)


# -- what all of them do ---------------------------------------------------------------------------


def put_aside(version: Version, at: datetime) -> None:
    """Put aside what the organisation signed: what it signed has changed since."""
    Returned.objects.filter(version=version, put_aside_at=None).update(put_aside_at=at)


def lock(agreement: Agreement) -> None:
    """One writer of an agreement at a time."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)


def _only_draft(version: Version) -> None:
    lock(version.agreement)
    version.refresh_from_db()
    if version.state != State.DRAFT:
        raise CannotDo("What an agreement says stays once it was sent. Make a new version")


FIELD_OF_CONSTRAINT = {
    "agreement_ends_on_or_after_its_start": ("ends_on", "It ends the day it starts or later"),
    "agreement_is_reviewed_in_time": ("review_on", "It is reviewed later than it may be"),
    "one_agreement_a_title": ("title", "There is an agreement of this title already"),
    "agreement_term_is_days": ("term_days", "The term is from 1 to 260 working days"),
}


def _save(record: models.Model, said: Mapping[str, Any]) -> None:
    """Save some columns, saying in words which rule of the database they break."""
    if not said:
        return
    for name, value in said.items():
        setattr(record, name, value)
    try:
        with transaction.atomic():
            record.save(update_fields=list(said))
    except IntegrityError as error:
        for constraint, (field, words) in FIELD_OF_CONSTRAINT.items():
            if constraint in str(error):
                raise CannotDo(words, field=field) from error
        raise


def _record(verb: str, agreement: Agreement, *, by: User, at: datetime, **details: Any) -> None:
    trail.record(verb, by=by, at=at, authority=agreement.authority, subject=agreement, **details)
