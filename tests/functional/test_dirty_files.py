"""A dirty file of each kind, all the way in a browser: docs/examples from arrival to outcome.

Every file has rows to use, rows about nobody we know, and one that must be mended.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.taking import Use, switch_on
from caseload.models import Task
from ccis.access.roles import Role
from ccis.authorities.models import Authority, Postcode
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, uln, upn
from tests.factories.policies import policy_of
from tests.factories.providers import ProviderFactory
from tests.functional.browsing import sign_in_as

pytestmark = [pytest.mark.django_db(transaction=True)]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SUM = re.compile(r"([\d,]+) rows? = (.+)")


@dataclass(frozen=True)
class Example:
    """One file: its kind and sender, the cell that must be mended, where its rows end."""

    name: str
    label: str
    sender: str
    wrong: tuple[int, str, str]
    ends: dict[str, int]
    tasks: int = 0
    """What is to be done about the people of the rows that were used."""


KINDS = [
    Example(
        "school-census.csv",
        "School census",
        "Kestrel School",
        (4, "F (DoB)", "February 2011 had 28 days"),
        {"added": 10, "changed": 1, "not-used": 1, "cannot-read": 1},
    ),
    Example(
        "starters-leavers.csv",
        "Starters and leavers",
        "Kestrel College",
        (4, "I (EndDate)", "The end must be the same day as the start or later"),
        {"changed": 1, "set-aside": 1, "cannot-read": 1, "needs-person": 10},
    ),
    Example(
        "school-feed.csv",
        "School information system",
        "Kestrel School",
        (4, "E (DOB)", "February 2011 had 28 days"),
        {"changed": 1, "ask-school": 10, "cannot-read": 1},
    ),
    Example(
        "attendance.csv",
        "School attendance",
        "Kestrel School",
        (4, "I (TermlySessionsPossible)", "Give a whole number"),
        {"changed": 1, "cannot-read": 1, "needs-person": 10},
    ),
    Example(
        "risk-return.csv",
        "Risk of NEET",
        "Kestrel School",
        (4, "G (AttendancePercent)", "Give a percentage from 0 to 100"),
        {"changed": 1, "set-aside": 1, "cannot-read": 1, "needs-person": 9},
    ),
    Example(
        "dwp-claimants.csv",
        "DWP claimants",
        "Jobcentre Plus",
        (4, "D (DOB)", "February 2008 had 29 days"),
        {"unchanged": 1, "set-aside": 1, "cannot-read": 1, "needs-person": 10},
        tasks=1,
    ),
    Example(
        "authority-transfer.csv",
        "Another authority",
        "Barnet",
        (4, "K (EndDate)", "The end must be the same day as the start or later"),
        {"added": 9, "not-used": 1, "elsewhere": 1, "cannot-read": 1},
    ),
    Example(
        "ldor.xlsx",
        "Drop-out notification",
        "Kestrel College",
        (7, "J (Leaver)", "Mark only one"),
        {"changed": 1, "elsewhere": 1, "cannot-read": 1, "needs-person": 9},
        tasks=1,
    ),
    Example(
        "guarantee-offers.csv",
        "September Guarantee",
        "Kestrel School",
        (4, "H (GuaranteeStatus)", "Give a September Guarantee code"),
        {"changed": 1, "set-aside": 1, "cannot-read": 1, "needs-person": 9},
    ),
    Example(
        "college-enrolments.csv",
        "College enrolment",
        "Kestrel College",
        (4, "G (PlannedEndDate)", "The end must be the same day as the start or later"),
        {"changed": 1, "set-aside": 1, "cannot-read": 1, "needs-person": 10},
    ),
    Example(
        "nccis-errors.csv",
        "NCCIS error report",
        "Department for Education",
        (4, "A (YoungPersonsID)", "An NCCIS id has 13 digits"),
        {"unchanged": 2, "cannot-read": 1, "needs-person": 8},
        tasks=2,
    ),
]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.FILES_FOLDER, settings.KEYS_FOLDER = tmp_path / "files", tmp_path / "keys"


@pytest.fixture(autouse=True)
def caseload() -> None:
    """Those whom the files know: a pupil, a student, someone who claims benefits."""
    here = AuthorityFactory()
    Postcode.objects.create(postcode="NG1 4AB", authority=here)
    elsewhere = AuthorityFactory(code=BARNET, name="Barnet")
    Authority.objects.filter(pk=elsewhere.pk).update(is_served=False)
    Postcode.objects.create(postcode="EN5 1AA", authority=elsewhere)
    ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=here)
    college = ProviderFactory(
        dfe_number="3068001", college=True, name="Kestrel College", authority=here
    )
    take_everything(here)
    somebody("Amara", "Oduya", date(2011, 3, 14), "3060009000001", upn=upn(1))
    student = somebody("Tomas", "Bielik", date(2009, 3, 14), "3060009000002", uln=uln(2))
    ActivityFactory(
        person=student,
        code_id="230",
        provider=college,
        starts=date(2026, 9, 1),
        predicted_end_on=None,
    )
    somebody("Leila", "Farouk", date(2008, 3, 14), "3060009000003")


def take_everything(authority: Authority) -> None:
    """Switch every field on of the kinds of which nothing, or little, is taken otherwise."""
    by = member(Role.INFORMATION_GOVERNANCE, authority=authority)
    conditions = {"": "", "special": "g-6", "offence": "10-6"}
    for name in ("attendance", "risk-return"):
        kind = kind_named(name)
        for version, field in enumerate(one for one in kind.fields if not one.core):
            policy = policy_of(authority) if field.law else ""
            switch_on(
                authority=authority,
                kind=kind,
                key=field.key,
                use=Use("To offer support in time", conditions[field.law], policy),
                by=by,
                at=NOW,
                after=version,
            )


def somebody(given: str, family: str, born: date, number: str, **numbers: str) -> Any:
    person = YoungPersonFactory(young_persons_id=number)
    NameFactory(person=person, given=given, family=family, starts=born)
    ParticularsFactory(person=person, date_of_birth=born, starts=born)
    AddressFactory(person=person, line_1="12 Castle Street", town="Northgate", postcode="NG1 4AB")
    for kind, value in numbers.items():
        IdentifierFactory(person=person, kind_id=kind, value=value, starts=born)
    return person


@pytest.fixture
def desk(page: Page, live_server: Any, client: Any) -> Iterator[Page]:
    """A data manager's browser; it ends with nothing to complain of."""
    sign_in_as(page, live_server, client, member(Role.DATA_MANAGER, authority=AuthorityFactory()))
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


SOON = {"school-census"}
"""The others go the same way, so they may take long; a provider's walk is ``test_dropouts.py``."""


def as_parameter(example: Example) -> Any:
    """A kind by the name of its file."""
    name = example.name.partition(".")[0]
    return pytest.param(example, id=name, marks=[] if name in SOON else pytest.mark.long)


@pytest.mark.parametrize("example", [as_parameter(one) for one in KINDS])
def test_a_dirty_file_goes_all_the_way(desk: Page, live_server: Any, example: Example) -> None:
    main, heading = desk.locator("main"), desk.get_by_role("heading", level=1)
    desk.goto(f"{live_server.url}/files/new/")
    desk.get_by_label("The file").set_input_files(EXAMPLES / example.name)
    desk.get_by_label("Who sent it?").fill(example.sender)
    desk.get_by_label("Day that it tells of").fill("4 November 2026")
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("link", name="See the result").click()
    expect(heading).to_contain_text(example.label)
    adds_up(desk)

    number, letter, words = example.wrong
    desk.get_by_role("link", name="Errors", exact=True).click()
    desk.get_by_role("link", name="By row").click()
    wrong = main.get_by_role("row").filter(
        has=desk.get_by_role("link", name=re.compile(rf"Row {number}$"))
    )
    expect(wrong.first).to_contain_text(letter)
    expect(wrong.first).to_contain_text("Must mend")
    expect(wrong.first).to_contain_text(words)

    desk.get_by_role("link", name="Review", exact=True).first.click()
    desk.get_by_role("button", name=re.compile("^Approve the")).click()
    desk.get_by_role("link", name="See the result").click()
    expect(heading).to_contain_text("What was done")
    adds_up(desk)

    file = InboundFile.objects.get()
    assert sum(file.counts.values()) == file.row_count == file.rows.count()
    assert file.counts == example.ends
    assert Task.objects.count() == example.tasks


def adds_up(desk: Page) -> None:
    """The sum of the rows on the page at hand says as many as its parts."""
    line = desk.locator(".ccis-sum")
    expect(line).to_have_text(SUM)
    total, parts = SUM.search(line.inner_text().replace("\n", " ")).groups()  # type: ignore[union-attr]
    counted = [int(part.replace(",", "")) for part in re.findall(r"[\d,]+", parts)]
    assert int(total.replace(",", "")) == sum(counted)
