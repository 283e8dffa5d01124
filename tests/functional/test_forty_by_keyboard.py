"""A list of forty is worked by keyboard alone, with fewer actions than its workbook takes (LC-09).

An action is a key that moves or presses something, or a word typed into a field or cell, however
long. The keys are counted as they are pressed. The workbook is filled in and read back, so that no
cell is left out that the same answers need; whoever fills it in never looks for a cell, and each
step around it counts once, though it takes several.
"""

import io
import random
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from sharing.actions import life, lists
from sharing.models import DisclosedRow, Disclosure, EndedBecause
from sharing.outcomes.actions import workbooks
from sharing.outcomes.models import Answer, Attempt
from sharing.outcomes.workbook_models import Place
from sharing.template import ANSWERS, OUTCOMES
from tests.factories.sharing import Ready, ready
from tests.functional.browsing import sign_in_as
from tests.integration.outcomes.test_workbooks import completed, sheet_of

pytestmark = [pytest.mark.django_db(transaction=True)]

PLAN = {"not-reached": 20, "engaged": 10, "confirmed": 5, "wrong-details": 3, "refused": 2}
"""What becomes of forty people, roughly as it does. Who was not reached was tried, by telephone."""
KEYS = {word: str(place) for place, word in enumerate(OUTCOMES, start=1)}
WHERE, WRONG = "Kestrel College", "The number is of somebody else"
AROUND = ("download", "open", "passphrase", "save", "upload", "review", "confirm")
"""The steps around filling a workbook in."""


class Keys:
    """A keyboard that counts: each key that is pressed, and each field that is typed into."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.actions = 0

    def press(self, *keys: str) -> None:
        self._page.wait_for_load_state("load")
        for key in keys:
            self.actions += 1
            self._page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.actions += 1
        self._page.keyboard.insert_text(words)


@pytest.fixture
def harbour() -> Ready:
    world, at = ready(files_allowed=True), timezone.now()
    people = [world.person() for _ in range(sum(PLAN.values()))]
    drafted = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[one.pk for one in people],
        by=world.drafter,
        at=at,
    )
    lists.release(drafted.list, by=world.releaser, at=at)
    life.receive(drafted.list, by=world.named, at=at)
    return world


@pytest.fixture
def plan() -> list[str]:
    """What becomes of each, in the order of the list."""
    mixed = [outcome for outcome, often in PLAN.items() for _ in range(often)]
    random.Random(40).shuffle(mixed)
    return mixed


def name_of(page: Page, ref: str) -> Locator:
    return page.locator(f"#name-{ref}")


def say_what_happened(page: Page, keys: Keys, row: Locator, outcome: str) -> None:
    """From the row that has the focus to the row of whoever is next."""
    if outcome == "not-reached":
        keys.press("n")
        expect(row).to_contain_text("1 try")
        expect(row.locator("th a")).to_be_focused()
    keys.press(KEYS[outcome])
    expect(page.get_by_role("heading", name=OUTCOMES[outcome])).to_be_visible()
    if outcome == "confirmed":
        keys.press("Tab", "Space", "Tab")
        keys.type(WHERE)
        for part in ("1", "9", "2026"):
            keys.press("Tab")
            keys.type(part)
    elif outcome == "wrong-details":
        keys.press("Tab")
        keys.type(WRONG)
    with page.expect_navigation():
        keys.press("Control+Enter")


def in_cells(outcome: str) -> dict[str, object]:
    """The same in a row of the workbook, by heading."""
    said: dict[str, object] = {"What happened": OUTCOMES[outcome]}
    if outcome == "not-reached":
        said |= {"Last tried on": f"{timezone.localdate():%d/%m/%Y}", "How": "Phone"}
    if outcome == "confirmed":
        said |= {"Education, training or work": "Education"}
        said |= {"Where they are": WHERE, "Since": "01/09/2026"}
    if outcome == "wrong-details":
        said |= {"Anything else": WRONG}
    return said


def to_fill_in(rows: Sequence[dict[str, object]]) -> int:
    """Each cell typed, Tab to the next of its row, and Enter to the first of the row below."""
    place = {answer.heading: number for number, answer in enumerate(ANSWERS)}
    return sum(len(row) + max(place[heading] for heading in row) + 1 for row in rows)


def is_all_that_it_needs(world: Ready, rows: Sequence[dict[str, object]]) -> None:
    """The list's own workbook with these cells in it is read, and every row of it can be taken."""
    disclosures = list(Disclosure.objects.order_by("row__ref"))
    sheet = sheet_of(disclosures)
    head = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(sheet))["List"][1]]
    assert head[-len(ANSWERS) :] == [answer.heading for answer in ANSWERS]
    file = workbooks.receive(
        disclosures[0].on_list,
        content=completed(sheet, *rows),
        passphrase="",
        file_name="list.xlsx",
        by=world.named,
        at=timezone.now(),
    )
    workbooks.work_on(file.pk, now=timezone.now)
    assert set(file.rows.values_list("place", flat=True)) == {Place.CHANGES}
    assert file.rows.count() == len(rows)


@pytest.mark.long
def test_forty_people_by_keyboard_take_fewer_actions_than_their_workbook(
    page: Page, live_server: Any, harbour: Ready, plan: list[str], client: Client
) -> None:
    cells = [in_cells(outcome) for outcome in plan]
    is_all_that_it_needs(harbour, cells)
    sign_in_as(page, live_server, client, harbour.named)
    page.goto(f"{live_server.url}/portal/list/")
    rows = page.locator("[data-module=ccis-rows] tbody tr")
    refs = rows.evaluate_all("rows => rows.map(row => row.id.slice('row-'.length))")
    assert len(refs) == len(plan)

    keys = Keys(page)
    keys.press("j")
    for ref, outcome in zip(refs, plan, strict=True):
        expect(name_of(page, ref)).to_be_focused()
        say_what_happened(page, keys, page.locator(f"#row-{ref}"), outcome)
    expect(page.get_by_text("15 people", exact=False).first).to_be_visible()

    said = [
        (DisclosedRow.objects.get(ref=ref).disclosure_id, outcome)
        for ref, outcome in zip(refs, plan, strict=True)
    ]
    assert set(Answer.objects.values_list("disclosure", "outcome")) == set(said)
    assert Attempt.objects.standing().count() == PLAN["not-reached"]
    gone = Disclosure.objects.filter(ended_because=EndedBecause.NOT_REACHED)
    assert gone.count() == PLAN["not-reached"]

    ours, theirs = keys.actions / len(plan), (to_fill_in(cells) + len(AROUND)) / len(plan)
    counted = (
        f"{keys.actions} actions in the portal, {ours:.1f} an outcome; "
        f"{to_fill_in(cells)} to fill the workbook in and {len(AROUND)} around it, {theirs:.1f}"
    )
    assert ours < theirs, counted
    assert (keys.actions, to_fill_in(cells)) == (157, 229), counted  # as docs/measurements.md says
