"""Where the bands of the score begin, by the errors that they are reckoned to have."""

import numpy as np
import pytest

from caseload.matching.bands import LEAST_CERTAIN, MISSED, MOST_ASKED, WRONG, Said, find_bands

SURE = np.full(2_000, 0.99999)


def test_pairs_are_certain_down_to_where_they_are_wrong_too_often_together():
    likely = np.linspace(0.95, 0.999, 50)

    bands = find_bands(np.concatenate([SURE, likely]), row_count=2_100)

    above = np.concatenate([SURE, likely[likely >= bands.certain]])
    assert bands.error == pytest.approx((1 - above).mean())
    assert bands.error <= WRONG
    next_one = likely[likely < bands.certain].max()
    assert (1 - np.append(above, next_one)).mean() > WRONG
    assert bands.certain_rows == len(above)


def test_nothing_less_likely_than_that_is_certain_however_good_the_rest_is():
    bands = find_bands(np.append(np.ones(100_000), LEAST_CERTAIN - 0.01), row_count=100_001)

    assert (bands.certain_rows, bands.asked_rows) == (100_000, 1)


def test_what_is_asked_leaves_few_unfound():
    unlikely = np.full(400, 0.1)

    bands = find_bands(np.concatenate([SURE, unlikely]), row_count=3_000)

    assert bands.ask <= 0.1
    assert bands.missed <= MISSED
    assert find_bands(SURE, row_count=3_000).ask == MOST_ASKED


def test_a_wrong_answer_moves_the_line_above_it_and_right_ones_bring_it_back():
    likely = np.concatenate([SURE, np.full(5, 0.97)])
    usual = find_bands(likely, row_count=2_100)
    wrong = [Said(0.97, is_same=False)]

    told = find_bands(likely, row_count=2_100, answers=wrong)
    more = find_bands(likely, row_count=2_100, answers=wrong + [Said(0.97, is_same=True)] * 2_000)

    assert usual.certain <= 0.97 < told.certain
    assert (told.answers, told.wrong) == (1, 0)
    assert more.certain <= 0.97
    assert (more.answers, more.wrong) == (2_001, 1)
    assert more.as_json()["certain"]["error"] <= WRONG
