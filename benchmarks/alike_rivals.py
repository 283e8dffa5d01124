"""What one would use instead of our matching: run by a Python that has these packages.

Reads ``{left, right, fields}`` from standard input; writes what each way found, as places.
Thresholds are each package's own or the first that one would try, never tuned on the answers.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

warnings.filterwarnings("ignore")
Pairs = list[tuple[int, int]]


def exact(left: Any, right: Any, fields: list[str]) -> Pairs:
    """Same family name, first name and date of birth: what a spreadsheet looks up."""

    def key(one: dict[str, str]) -> tuple[str, ...]:
        return tuple(one[name].casefold() for name in ("given", "family", "birth"))

    held: dict[tuple[str, ...], list[int]] = {}
    for at, one in enumerate(right):
        if all(key(one)):
            held.setdefault(key(one), []).append(at)
    return [(i, j) for i, one in enumerate(left) for j in held.get(key(one), [])]


def rapidfuzz(left: Any, right: Any, fields: list[str]) -> Pairs:
    """All fields in one text, the best by token_sort_ratio from 85 on, best first."""
    import numpy as np
    from rapidfuzz import fuzz, process

    texts = [[" ".join(one[name] for name in fields) for one in side] for side in (left, right)]
    found = []
    for begin in range(0, len(left), 1000):
        part = texts[0][begin : begin + 1000]
        likeness = process.cdist(part, texts[1], scorer=fuzz.token_sort_ratio, dtype=np.uint8)
        best = likeness.argmax(axis=1)
        found += [(int(likeness[n, j]), begin + n, int(j)) for n, j in enumerate(best)]
    return _one_to_one(found, 85)


def _one_to_one(found: list[tuple[Any, int, int]], least: float) -> Pairs:
    lefts, rights, pairs = set(), set(), []
    for score, i, j in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if score >= least and i not in lefts and j not in rights:
            lefts.add(i)
            rights.add(j)
            pairs.append((i, j))
    return pairs


def recordlinkage_ecm(left: Any, right: Any, fields: list[str]) -> Pairs:
    """Blocks of equal names, dates and postcodes, Jaro-Winkler, ECMClassifier as it comes."""
    import pandas as pd
    import recordlinkage as rl

    a, b = (pd.DataFrame(side)[fields].replace("", None) for side in (left, right))
    index = rl.Index()
    for name in ("given", "family", "birth", "postcode", "uln"):
        if name in fields:
            index.block(name)
    compare = rl.Compare()
    for name in fields:
        if name in ("given", "family", "town"):
            compare.string(name, name, method="jarowinkler", threshold=0.85)
        elif name == "address":
            compare.string(name, name, method="levenshtein", threshold=0.85)
        else:
            compare.exact(name, name)
    features = compare.compute(index.index(a, b), a, b)
    classifier = rl.ECMClassifier()
    classifier.fit(features)
    return [(int(i), int(j)) for i, j in classifier.predict(features)]


def splink(left: Any, right: Any, fields: list[str]) -> Pairs:
    """Its own comparisons, EM on two blocks, match probability from 0.9 on, best first."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    a, b = (
        pd.DataFrame(side)[fields].replace("", None).assign(unique_id=range(len(side)))
        for side in (left, right)
    )
    of = {
        "given": cl.NameComparison("given"),
        "family": cl.NameComparison("family"),
        "birth": cl.DateOfBirthComparison("birth", input_is_string=True),
        "postcode": cl.LevenshteinAtThresholds("postcode", [1]),
        "address": cl.LevenshteinAtThresholds("address", [1, 3]),
        "town": cl.ExactMatch("town"),
        "uln": cl.LevenshteinAtThresholds("uln", [1, 2]),
    }
    blocks = [block_on(name) for name in ("birth", "postcode", "uln") if name in fields]
    blocks += [block_on("given", "family"), block_on("family"), block_on("given")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[of[name] for name in fields],
        blocking_rules_to_generate_predictions=blocks,
    )
    api = DuckDBAPI()
    try:
        linker = Linker([a, b], settings, api)
    except Exception:  # from version 5 on tables are made known to it first
        tables = [api.register(t, dataset_display_name=n) for t, n in ((a, "a"), (b, "b"))]
        linker = Linker(tables, settings)
    training = linker.training
    same = "l.given = r.given and l.family = r.family and l.birth = r.birth"
    training.estimate_probability_two_random_records_match([same], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    training.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))
    frame = linker.inference.predict(threshold_match_probability=0.9).as_pandas_dataframe()
    found = zip(frame.match_weight, frame.unique_id_l, frame.unique_id_r, strict=True)
    return _one_to_one([(float(w), int(i), int(j)) for w, i, j in found], -1e9)


WAYS: dict[str, Callable[[Any, Any, list[str]], Pairs]] = {
    "exact names and date of birth": exact,
    "rapidfuzz token_sort, best from 85": rapidfuzz,
    "recordlinkage ECM": recordlinkage_ecm,
    "Splink": splink,
}


def main() -> None:
    """Run every way over what comes in."""
    asked = json.load(sys.stdin)
    answers: dict[str, Any] = {}
    for name, way in WAYS.items():
        began = time.perf_counter()
        try:
            pairs = way(asked["left"], asked["right"], asked["fields"])
        except ImportError as error:
            answers[name] = {"missing": f"{error.name} is not installed"}
        except Exception as error:
            answers[name] = {"missing": f"it failed with {type(error).__name__}"}
        else:
            answers[name] = {"pairs": pairs, "seconds": round(time.perf_counter() - began, 2)}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
