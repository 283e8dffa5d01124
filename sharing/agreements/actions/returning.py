"""The organisation's part of an agreement: signed on screen or sent back signed (LC-13)."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date
from ccis.files import storage
from optout.letters.printing import set_document
from sharing.agreements import wording
from sharing.agreements.actions import making, registers, steps
from sharing.agreements.completeness import missing
from sharing.agreements.errors import CannotDo
from sharing.agreements.models import AnnexA, Party, Returned, Version
from sharing.agreements.queries import content_of
from sharing.agreements.rules import State

TEMPLATE = Path(__file__).parents[1] / "agreement.typ"
THEIRS = ("organisation", "annex", "people")
"""The parts of an agreement that the organisation fills in."""

NOT_THEIRS = frozenset(
    {
        "Say whether it is controller, joint controller or processor",
        "A second person must approve it",
        "A second person must approve whom you named",
        "Say who signs",
    }
)
"""What the council says or does of those parts, or what signing itself says."""


def still_wanted(version: Version, *, on: date) -> dict[str, list[str]]:
    """By part of the organisation, what is not there yet; who approves is not its concern."""
    wanted: dict[str, list[str]] = {}
    for one in missing(content_of(version, on=on)):
        if one.section in THEIRS and one.words not in NOT_THEIRS:
            wanted.setdefault(one.section, []).append(one.words)
    return wanted


@transaction.atomic
def sign_on_screen(
    version: Version, *, signatory: str, job: str, by: User, at: datetime
) -> Returned:
    """Sign a version that was sent, for the organisation: it is set as a PDF that says so.

    Raises ``CannotDo``: it is not to be signed (any more), or a part of theirs is not filled in.
    ``CannotPrint`` when it cannot be set.
    """
    making.lock(version.agreement)
    version.refresh_from_db()
    _to_be_signed(version)
    wanted = still_wanted(version, on=local_date(at))
    if wanted:
        raise CannotDo("\n".join(words for part in wanted.values() for words in part))
    said = {"signatory": signatory, "signatory_job": job}
    making.write_party(version, Party.Side.PROVIDER, by=by, at=at, said=said)
    kind = version.agreement.kind
    body = version.wording.body if version.wording else registers.standard_words(kind)
    signed = f"Signed on screen on {date_in_words(local_date(at))}, signed in as {by.email}"
    copy = set_document(wording.document(version, body, signed=signed), template=TEMPLATE)
    return _keep(version, copy, True, signatory, job, local_date(at), by=by, at=at)


@transaction.atomic
def send_back(
    version: Version,
    *,
    copy: bytes,
    signatory: str,
    job: str,
    signed_on: date,
    by: User,
    at: datetime,
) -> Returned:
    """Take in a copy that the organisation signed on paper. Raises ``CannotDo``."""
    making.lock(version.agreement)
    version.refresh_from_db()
    _to_be_signed(version)
    steps.check_copy(copy)
    said = {"signatory": signatory, "signatory_job": job}
    making.write_party(version, Party.Side.PROVIDER, by=by, at=at, said=said)
    return _keep(version, copy, False, signatory, job, signed_on, by=by, at=at)


@transaction.atomic
def countersign(version: Version, *, council: date, by: User, at: datetime) -> None:
    """Sign for the council what the organisation signed: that copy is the agreement's.

    Raises ``CannotDo`` when nothing waits, or Annex A has changed since.
    """
    making.lock(version.agreement)
    returned = waiting(version)
    if returned is None:
        raise CannotDo("The organisation has not signed what it says now. Ask it to sign again")
    annex = AnnexA.objects.filter(version=version).first()
    if annex is not None and annex.filled_at > returned.at:
        raise CannotDo("Annex A has changed since they signed. Ask them to sign again")
    try:
        copy = storage.read_stored(returned.file_id)
    except storage.CannotOpenStored as error:
        raise CannotDo("What they signed cannot be opened. Ask them to sign again") from error
    signatures = steps.Signatures(council=council, organisation=returned.signed_on)
    steps.sign(version, copy=copy, signatures=signatures, by=by, at=at)


def waiting(version: Version) -> Returned | None:
    """What the organisation signed and nothing has put aside; ``None`` for nothing."""
    return version.returned.filter(put_aside_at=None).first()


def _to_be_signed(version: Version) -> None:
    if version.state != State.SENT:
        raise CannotDo(
            "The council has not sent it to be signed yet"
            if version.state == State.DRAFT
            else "It is no longer to be signed. Look at it again"
        )


def _keep(
    version: Version,
    copy: bytes,
    on_screen: bool,
    signatory: str,
    job: str,
    signed_on: date,
    *,
    by: User,
    at: datetime,
) -> Returned:
    making.put_aside(version, at)
    kept = storage.store(copy)
    made = Returned.objects.create(
        version=version,
        on_screen=on_screen,
        signatory=signatory,
        job=job,
        signed_on=signed_on,
        file_id=kept.id,
        sha256=kept.sha256,
        size=kept.size,
        by=by,
        at=at,
    )
    trail.record(
        "agreement signed by the organisation",
        by=by,
        at=at,
        authority=version.agreement.authority,
        subject=version.agreement,
        version=version.number,
        on_screen=on_screen,
    )
    return made
