"""The monthly file of young people who began to claim benefits (DWP-01)."""

from collections.abc import Iterable
from dataclasses import replace as altered

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import homes, reading, shared
from caseload.intake.kinds.base import (
    Column,
    Kind,
    Level,
    Problem,
    Read,
    Staged,
    register,
)
from caseload.intake.planning import Instruction, begin
from caseload.intake.rules import Outcome
from caseload.models import Address, Identifier, Name, Particulars
from ccis.calendar.academic import age_on

YOUNGEST, OLDEST = 18, 24
"""Ages of the memorandum, the older ones with learning difficulties or disabilities (DWP-04)."""


@register
class DwpClaimants(Kind):
    """New claimants of 18 and 19 with a first payment last month, as Jobcentre Plus sends them."""

    name = "dwp-claimants"
    label = "DWP claimants"
    meaning = (
        "Young people of 18 and 19 whose first benefit payment was last month, from the "
        "Department for Work and Pensions. Whom we do not know is proposed as new."
    )
    accepting = (
        "Each accepted person is to be contacted, to find out whether they are NEET. A claim "
        "alone changes nothing of what we hold that they do.",
        "An address that differs from ours waits until someone has compared the two and accepted "
        "it with a reason. It then holds from the day of the file on.",
        "Someone whom we do not know waits too: look for brothers and sisters first, then accept "
        "the row to add them.",
        "A name or date of birth that differs never changes ours.",
    )
    creates = True
    seeks_family = True
    gives_work = "Contact them, and find out whether they are NEET"
    facts = (Identifier, Name, Particulars, Address)
    columns = (
        Column("title", "Title", "Title", "Ms", reads=reading.text_of(20), kept=False),
        shared.GIVEN,
        shared.FAMILY,
        shared.BIRTH,
        altered(homes.ADDRESS, required=True),
        altered(
            shared.POSTCODE,
            required=True,
            filled="Give their postcode. Without it nobody can say where they live.",
        ),
        Column(
            "paid",
            "FirstPayment",
            "The day or month of their first payment",
            "05/10/2026",
            aliases=("First payment", "Date of first payment", "First benefit payment"),
            reads=reading.day,
            is_date=True,
        ),
    )

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Nobody younger or older than the memorandum's ages is in it, but by mistake."""
        born = read.get("birth")
        if born is not None and not YOUNGEST <= age_on(born, given.as_at) <= OLDEST:
            yield Problem(
                "birth",
                "age not of the memorandum",
                "They are not 18 to 24 by this date of birth. Accept it if it is right, and say "
                "why.",
                Level.SOFT,
            )
        if not read.get("address"):
            yield Problem(
                "address", "no address", "No address but the postcode was given.", Level.NOTE
            )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """Another address than ours; nothing else is theirs to say."""
        return shared.plan_address(held.address, homes.address_of(read), given)

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Name, date of birth and address of someone to be added."""
        born = shared.day_of(read, "birth") or given.as_at
        return Staged(
            Outcome.WILL_ADD,
            instructions=[
                *shared.new_names(read, given),
                begin("particulars", shared.said_particulars(read), born),
                *shared.plan_address([], homes.address_of(read), given),
            ],
        )

    def to_review(
        self, read: Read, held: Held | None, instructions: list[Instruction], given: Given
    ) -> Iterable[Problem]:
        """Nobody is added, and no address takes the place of ours, before someone has looked."""
        if held is None:
            yield Problem(
                "",
                "nobody we know",
                "We hold nobody like this. Look for brothers and sisters at the address, then "
                "accept the row to add them.",
                Level.SOFT,
            )
        elif instructions:
            yield Problem(
                "",
                "another address",
                "The address is not the one that we hold. Find out which is right before you "
                "accept it.",
                Level.SOFT,
            )
