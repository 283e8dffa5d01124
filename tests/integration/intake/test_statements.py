"""A chunk is written as sets: as many statements for four hundred rows as for forty."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from caseload.intake.actions import applying, files, staging
from caseload.intake.actions.work import work_on
from caseload.intake.rules import FileState
from tests.factories.accounts import UserFactory
from tests.factories.files import CENSUS_HEADER, NOW, csv_bytes, pupil, send
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


class Statements:
    """Counts the statements of each call of a function, and the rows that it was about."""

    def __init__(self, does: Callable[..., Any]) -> None:
        self.does, self.calls, self.count = does, Counter[int](), 0

    def __call__(self, *args: Any, **values: Any) -> Any:
        self.count = 0
        with connection.execute_wrapper(self._note):
            answer = self.does(*args, **values)
        if answer:
            self.calls[self.count] += 1
        return answer

    def _note(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def _letters(serial: int) -> str:
    return "".join(chr(97 + serial // 26**place % 26) for place in range(3))


def statements_for(people: int, *, first: int, **cells: Any) -> tuple[set[int], set[int]]:
    """Statements of staging and of applying one chunk of a roll of so many people."""
    everyone = range(first, first + people)
    roll = [pupil(serial, Surname=f"Sand{_letters(serial)}", **cells) for serial in everyone]
    stage, apply = Statements(staging.stage_next), Statements(applying.apply_chunk)
    with (
        patch.object(staging, "stage_next", stage),
        patch.object(applying, "apply_chunk", apply),
        patch.object(applying, "FIRST_CHUNK", 10_000),
        patch.object(staging, "FIRST_ROWS", 10_000),
    ):
        file = send(csv_bytes(CENSUS_HEADER, roll))
        files.approve(file=file, by=UserFactory(), at=NOW)
        work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()
    assert file.state == FileState.DONE
    assert sum(file.counts.values()) == people
    return set(stage.calls), set(apply.calls)


def test_ten_times_the_rows_are_no_more_statements():
    ProviderFactory(dfe_number="3064001")
    few = statements_for(40, first=1)
    many = statements_for(400, first=101)
    assert few == many

    few_again = statements_for(40, first=1, Postcode="NG9 9ZZ", PAON="99")
    many_again = statements_for(200, first=101, Postcode="NG9 9ZZ", PAON="99")
    assert few_again == many_again
