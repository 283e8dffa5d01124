"""Loads the kinds of identifier that come with the service (USE-08)."""

from caseload.models import IdentifierKind

UPN = "upn"
ULN = "uln"
FORMER_UPN = "former-upn"
PREVIOUS_ID = "previous-nccis"

KINDS = (
    IdentifierKind(
        code=UPN,
        label="UPN",
        pattern=r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$",
        check_rule="upn",
        says_when_wrong="UPN's first letter does not agree with its digits. Check each one",
        position=1,
    ),
    IdentifierKind(
        code=ULN,
        label="ULN",
        pattern=r"^[1-9][0-9]{9}$",
        check_rule="uln",
        says_when_wrong="ULN must be 10 digits whose last agrees with the others. Check each one",
        position=2,
    ),
    IdentifierKind(
        code=FORMER_UPN,
        label="Former UPN",
        pattern=r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$",
        check_rule="upn",
        says_when_wrong="UPN's first letter does not agree with its digits. Check each one",
        position=3,
    ),
    IdentifierKind(
        code=PREVIOUS_ID,
        label="NCCIS id on a previous system",
        pattern=r"^[0-9]{13}$",
        check_rule="",
        says_when_wrong="A previous NCCIS id must be 13 digits",
        position=4,
    ),
)


def load_identifier_kinds() -> None:
    """Bring the kinds into the table; run twice, changes nothing."""
    IdentifierKind.objects.bulk_create(
        KINDS,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["label", "pattern", "check_rule", "says_when_wrong", "position"],
    )
