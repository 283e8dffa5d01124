"""One row to at most one person, and the other way round: who gets whom so that most is right."""

import numpy as np
from numpy.typing import NDArray

from caseload.matching.comparisons import Places
from caseload.matching.estimating import Numbers

LARGEST_SOLVED = 80
"""Groups of more rows or people than this are settled best first."""


def assign(weights: Numbers, rows: Places, people: Places) -> NDArray[np.bool_]:
    """Which pairs to take so that their weights are most in all and nobody is taken twice.

    Pairs whose weight is not above 0 are never taken. Solved exactly, group by group of rows
    and people that hang together.
    """
    taken = np.zeros(len(weights), np.bool_)
    in_play = np.flatnonzero(weights > 0)
    for group in _groups(rows[in_play], people[in_play]):
        pairs = in_play[group]
        if len(pairs) == 1:
            taken[pairs] = True
        else:
            taken[_best_of(weights[pairs], rows[pairs], people[pairs], pairs)] = True
    return taken


def _groups(rows: Places, people: Places) -> list[list[int]]:
    """Pairs that hang together by a row or a person, as places."""
    leader: dict[int, int] = {}

    def find(node: int) -> int:
        root = node
        while (above := leader.setdefault(root, root)) != root:
            root = above
        while leader[node] != root:
            leader[node], node = root, leader[node]
        return root

    ends = [(2 * int(row), 2 * int(person) + 1) for row, person in zip(rows, people, strict=True)]
    for row, person in ends:
        leader[find(row)] = find(person)
    found: dict[int, list[int]] = {}
    for at, (row, _) in enumerate(ends):
        found.setdefault(find(row), []).append(at)
    return list(found.values())


def _best_of(weights: Numbers, rows: Places, people: Places, pairs: Places) -> list[int]:
    row_ids, at_row = np.unique(rows, return_inverse=True)
    person_ids, at_person = np.unique(people, return_inverse=True)
    if max(len(row_ids), len(person_ids)) > LARGEST_SOLVED:
        return _best_first(weights, rows, people, pairs)
    gain = np.zeros((len(row_ids), len(person_ids) + len(row_ids)))
    where: dict[tuple[int, int], int] = {}
    for weight, row, person, pair in zip(
        weights.tolist(), at_row.tolist(), at_person.tolist(), pairs.tolist(), strict=True
    ):
        if weight > gain[row, person]:
            gain[row, person] = weight
            where[row, person] = pair
    return [where[cell] for cell in enumerate(_solve(-gain)) if cell in where]


def _best_first(weights: Numbers, rows: Places, people: Places, pairs: Places) -> list[int]:
    order = np.lexsort((pairs, -weights))
    seen_rows, seen_people, taken = set(), set(), []
    for at in order:
        if rows[at] not in seen_rows and people[at] not in seen_people:
            seen_rows.add(rows[at])
            seen_people.add(people[at])
            taken.append(int(pairs[at]))
    return taken


def _solve(cost: Numbers) -> list[int]:
    """The column of each row in the cheapest assignment (Kuhn and Munkres, by potentials).

    There are at least as many columns as rows.
    """
    height, width = cost.shape
    row_potential, potential = np.zeros(height + 1), np.zeros(width + 1)
    row_of, way = np.zeros(width + 1, int), np.zeros(width + 1, int)
    for row in range(1, height + 1):
        row_of[0], column = row, 0
        least, done = np.full(width + 1, np.inf), np.zeros(width + 1, bool)
        while row_of[column]:
            done[column] = True
            at = row_of[column]
            reduced = cost[at - 1] - row_potential[at] - potential[1:]
            better = ~done[1:] & (reduced < least[1:])
            least[1:][better] = reduced[better]
            way[1:][better] = column
            open_least = np.where(done, np.inf, least)
            following = int(open_least[1:].argmin()) + 1
            step = open_least[following]
            row_potential[row_of[done]] += step
            potential[done] -= step
            least[~done] -= step
            column = following
        while column:
            row_of[column] = row_of[way[column]]
            column = int(way[column])
    answer = [0] * height
    for column in range(1, width + 1):
        if row_of[column]:
            answer[row_of[column] - 1] = column - 1
    return answer
