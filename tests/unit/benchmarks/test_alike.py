"""The invented list and the people it is about."""

from benchmarks.alike import make
from benchmarks.matching import marks


def test_three_quarters_of_the_list_are_people_held():
    made = make(400, 100)

    held = set(made.right_truth)
    assert (len(made.right), len(made.left)) == (400, 100)
    assert sum(truth in held for truth in made.left_truth) == 75
    assert make(400, 100).left == made.left
    assert make(400, 100, seed=2).left != made.left


def test_some_rows_are_as_held_and_some_are_not():
    made = make(400, 100)

    held = dict(zip(made.right_truth, made.right, strict=True))
    same = [
        held[truth] == row
        for truth, row in zip(made.left_truth, made.left, strict=True)
        if truth in held
    ]
    assert 0.4 < sum(same) / len(same) < 0.85


def test_marks_count_what_is_right():
    found = marks([(0, 0), (1, 2)], ["a", "b", "c"], ["a", "b", "d"])

    assert found == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "wrong": 1}
