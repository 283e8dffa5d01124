"""What one would use instead of our matching: run by a Python that has these packages.

``python alike_rivals.py WAY SET.json`` reads ``{left, right, fields}`` and prints what the way
found: pairs as places with a score, best first and each record once, and from which score on the
way itself takes them. That score is each package's own or the first that one would try, never
tuned on the answers; whoever reads the answer may see what a tuned one would have given.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore")
Scored = list[tuple[float, int, int]]

LARGE = 50_000
"""From so many rows on, blocks are narrower: a whole family name would be too many pairs."""


def exact(left: Any, right: Any, fields: list[str]) -> tuple[Scored, float]:
    """Same family name, first name and date of birth: what a spreadsheet looks up."""

    def key(one: dict[str, str]) -> tuple[str, ...]:
        return tuple(one[name].casefold() for name in ("given", "family", "birth"))

    held: dict[tuple[str, ...], list[int]] = {}
    for at, one in enumerate(right):
        if all(key(one)):
            held.setdefault(key(one), []).append(at)
    return [(1.0, i, j) for i, one in enumerate(left) for j in held.get(key(one), [])], 1.0


def rapidfuzz(left: Any, right: Any, fields: list[str]) -> tuple[Scored, float]:
    """All fields in one text, the best by token_sort_ratio from 85 on, best first."""
    import numpy as np
    from rapidfuzz import fuzz, process

    texts = [[" ".join(one[name] for name in fields) for one in side] for side in (left, right)]
    found = []
    for begin in range(0, len(left), 1000):
        part = texts[0][begin : begin + 1000]
        likeness = process.cdist(part, texts[1], scorer=fuzz.token_sort_ratio, dtype=np.uint8)
        best = likeness.argmax(axis=1)
        found += [(float(likeness[n, j]), begin + n, int(j)) for n, j in enumerate(best)]
    return _one_to_one(found), 85.0


def _one_to_one(found: Iterable[tuple[float, int, int]]) -> Scored:
    lefts, rights, pairs = set(), set(), []
    for score, i, j in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if i not in lefts and j not in rights:
            lefts.add(i)
            rights.add(j)
            pairs.append((score, i, j))
    return pairs


def recordlinkage_ecm(left: Any, right: Any, fields: list[str]) -> tuple[Scored, float]:
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
    likely = classifier.prob(features)
    return _one_to_one((float(p), int(i), int(j)) for (i, j), p in likely.items()), 0.5


def splink(left: Any, right: Any, fields: list[str]) -> tuple[Scored, float]:
    """Its own comparisons, EM on two blocks, match probability from 0.9 on, best first."""
    import logging

    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)
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
        "town": cl.ExactMatch("town").configure(term_frequency_adjustments=True),
        "uln": cl.LevenshteinAtThresholds("uln", [1, 2]),
    }
    blocks = [block_on(name) for name in ("birth", "postcode", "uln") if name in fields]
    if len(left) < LARGE:
        blocks += [block_on("given", "family"), block_on("family"), block_on("given")]
    else:
        blocks = [block_on("birth", "substr(family, 1, 1)"), block_on("birth", "given")]
        blocks += [block_on("given", "family"), block_on("postcode")]
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
    frame = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    found = zip(frame.match_weight, frame.unique_id_l, frame.unique_id_r, strict=True)
    least = math.log2(0.9 / 0.1)
    return _one_to_one((float(w), int(i), int(j)) for w, i, j in found), least


WAYS: dict[str, Callable[[Any, Any, list[str]], tuple[Scored, float]]] = {
    "exact": exact,
    "rapidfuzz": rapidfuzz,
    "ecm": recordlinkage_ecm,
    "splink": splink,
}


def main(way: str, path: str) -> None:
    """Run one way over one set."""
    asked = json.loads(Path(path).read_text())
    began, worked = time.perf_counter(), time.process_time()
    try:
        scored, least = WAYS[way](asked["left"], asked["right"], asked["fields"])
    except ImportError as error:
        print(json.dumps({"missing": f"{error.name} is not installed"}))
        return
    except Exception as error:
        print(json.dumps({"missing": f"it failed with {type(error).__name__}"}))
        raise
    answer = {
        "scored": scored,
        "least": least,
        "seconds": round(time.perf_counter() - began, 2),
        "worked": round(time.process_time() - worked, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
