"""Registers that agreements lean on: wordings, privacy notices, programmes, gateways; audits."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from providers.models import Provider
from sharing.agreements import wording
from sharing.agreements.errors import CannotDo
from sharing.agreements.models import (
    Agreement,
    Audit,
    AuditFinding,
    Gateway,
    PrivacyNotice,
    Programme,
    Wording,
)

# -- what agreements say ---------------------------------------------------------------------------


STANDARD = {
    Agreement.Kind.PROVIDER.value: "standard.txt",
    Agreement.Kind.SCHOOL.value: "standard-school.txt",
}


@cache
def standard_words(kind: str = Agreement.Kind.PROVIDER.value) -> str:
    """The words that the service came with, for a kind of agreement."""
    return (Path(__file__).parents[1] / STANDARD[kind]).read_text(encoding="utf-8")


def newest_wording(authority: Authority, kind: str) -> Wording | None:
    """The words that an authority's agreements of a kind are made of now, where it has any."""
    return Wording.objects.filter(authority=authority, kind=kind).first()


@transaction.atomic
def current_wording(authority: Authority, kind: str, *, at: datetime) -> Wording:
    """The same; where it has none, those that the service came with become its first."""
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    newest = newest_wording(authority, kind)
    if newest is not None:
        return newest
    return Wording.objects.create(
        authority=authority,
        kind=kind,
        number=1,
        body=standard_words(kind),
        published_at=at,
        why="The words that the service came with",
    )


@transaction.atomic
def publish_wording(
    authority: Authority, kind: str, *, body: str, why: str, after: int, by: User, at: datetime
) -> Wording:
    """Publish a version of the words. Raises ``CannotDo``, naming lines, for what is wrong."""
    wrong = wording.problems(body, kind)
    if wrong:
        raise CannotDo("\n".join(wrong), field="body")
    current_wording(authority, kind, at=at)
    newest = newest_wording(authority, kind)
    number = newest.number if newest else 0
    if number != after:
        raise CannotDo(f"Version {number} was published meanwhile. Look at it first")
    made = Wording.objects.create(
        authority=authority,
        kind=kind,
        number=number + 1,
        body=body,
        published_by=by,
        published_at=at,
        why=why,
    )
    trail.record(
        "wording of agreements published",
        by=by,
        at=at,
        authority=authority,
        subject=made,
        version=made.number,
    )
    return made


# -- privacy notices -------------------------------------------------------------------------------


@transaction.atomic
def register_notice(
    authority: Authority,
    *,
    provider: Provider | None,
    title: str,
    version: str,
    address: str,
    given_from: date,
    says: str,
    by: User,
    at: datetime,
) -> PrivacyNotice:
    """Register a version of a privacy notice (LC-32). An earlier one of its title ends before it.

    Raises ``CannotDo`` when that version is registered already.
    """
    before = PrivacyNotice.objects.filter(
        authority=authority,
        provider=provider,
        title=title,
        given_until=None,
        given_from__lt=given_from,
    )
    before.update(given_until=given_from)
    try:
        with transaction.atomic():
            notice = PrivacyNotice.objects.create(
                authority=authority,
                provider=provider,
                title=title,
                version=version,
                address=address,
                given_from=given_from,
                says=says,
                registered_by=by,
                registered_at=at,
            )
    except IntegrityError as error:
        raise CannotDo("This version is registered already", field="version") from error
    trail.record("privacy notice registered", by=by, at=at, authority=authority, subject=notice)
    return notice


# -- programmes and gateways -----------------------------------------------------------------------


@transaction.atomic
def add_programme(
    *,
    name: str,
    starts_on: date | None,
    ends_on: date | None,
    source: str,
    by: User,
    at: datetime,
    authority: Authority,
) -> Programme:
    """Add a funder or programme. Raises ``CannotDo`` when there is one of that name."""
    try:
        with transaction.atomic():
            programme = Programme.objects.create(
                code=slugify(name)[:30],
                name=name,
                starts_on=starts_on,
                ends_on=ends_on,
                source=source,
            )
    except IntegrityError as error:
        raise CannotDo("There is a programme like this already", field="name") from error
    trail.record("programme added", by=by, at=at, authority=authority, subject=programme)
    return programme


@transaction.atomic
def end_programme(
    programme: Programme, *, ends_on: date, by: User, at: datetime, authority: Authority
) -> None:
    """Say on which day a programme ends: from the day after it vouches for nobody (LC-12)."""
    if programme.starts_on and ends_on < programme.starts_on:
        raise CannotDo("It ends the day it starts or later", field="on")
    programme.ends_on = ends_on
    programme.save(update_fields=["ends_on"])
    trail.record("programme ended", by=by, at=at, authority=authority, subject=programme)


@transaction.atomic
def add_gateway(
    *,
    name: str,
    says: str,
    starts_on: date | None,
    source: str,
    by: User,
    at: datetime,
    authority: Authority,
) -> Gateway:
    """Add a provision of law. Raises ``CannotDo`` when it is there already."""
    try:
        with transaction.atomic():
            gateway = Gateway.objects.create(
                code=slugify(name)[:40], name=name, says=says, starts_on=starts_on, source=source
            )
    except IntegrityError as error:
        raise CannotDo("This provision is there already", field="name") from error
    trail.record("gateway added", by=by, at=at, authority=authority, subject=gateway)
    return gateway


@transaction.atomic
def repeal_gateway(
    gateway: Gateway, *, on: date, by: User, at: datetime, authority: Authority
) -> None:
    """Say from which day a provision is no longer in force: it can be chosen no more (LAW-01)."""
    gateway.repealed_on = on
    gateway.save(update_fields=["repealed_on"])
    trail.record("gateway repealed", by=by, at=at, authority=authority, subject=gateway)


# -- audits ----------------------------------------------------------------------------------------


@transaction.atomic
def record_audit(
    agreement: Agreement,
    *,
    held_on: date,
    held_by: str,
    scope: str,
    conclusion: str,
    by: User,
    at: datetime,
) -> Audit:
    """Record a check of how an agreement is kept, by either side (LC-29)."""
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    audit = Audit.objects.create(
        agreement=agreement,
        number=agreement.audits.count() + 1,
        held_on=held_on,
        held_by=held_by,
        scope=scope,
        conclusion=conclusion,
        recorded_by=by,
        recorded_at=at,
    )
    trail.record(
        "agreement audited",
        by=by,
        at=at,
        authority=agreement.authority,
        subject=agreement,
        audit=audit.number,
    )
    return audit


@transaction.atomic
def add_finding(
    audit: Audit,
    *,
    finding: str,
    action: str,
    owner: str,
    due_on: date,
    by: User,
    at: datetime,
) -> AuditFinding:
    """Add what an audit found, with what is to be done about it, by whom and when."""
    made = AuditFinding.objects.create(
        audit=audit,
        finding=finding,
        action=action,
        owner=owner,
        due_on=due_on,
        recorded_by=by,
        recorded_at=at,
    )
    _record_finding("audit finding added", made, by=by, at=at)
    return made


@transaction.atomic
def close_finding(
    finding: AuditFinding, *, done_on: date, done_how: str, by: User, at: datetime
) -> None:
    """Say what was done about a finding."""
    changed = AuditFinding.objects.filter(pk=finding.pk, done_on=None).update(
        done_on=done_on, done_how=done_how, done_by=by
    )
    if changed:
        _record_finding("audit finding closed", finding, by=by, at=at)


def _record_finding(verb: str, finding: AuditFinding, *, by: User, at: datetime) -> None:
    agreement = finding.audit.agreement
    trail.record(
        verb,
        by=by,
        at=at,
        authority=agreement.authority,
        subject=agreement,
        audit=finding.audit.number,
    )
