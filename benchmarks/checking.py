"""Checking a foreign file, beside what it can be held against: ``python -m benchmarks.checking``.

The file is made by repeating one record with other numbers, in 2019-20. Three ways, each in a
process of its own, in turn, the quickest of each counting:

- ``floor``: ``lxml.iterparse`` of the file alone, each record forgotten; nothing is looked at.
- ``ours``: ``check_return``: every rule, findings printed as lines of JSON.
- ``python``: lxml and the rules of ``RULES`` written out in Python, about a third of the edition's,
  with dicts for the rules that compare records.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

PROJECT = Path(__file__).resolve().parents[1]

HEADER = (
    "<?xml version='1.0' encoding='UTF-8'?>\n<NCCIS><FileHeader><Databases><DatabaseID>306"
    "</DatabaseID></Databases><SourceLEAs><LEACode>306</LEACode></SourceLEAs><DateOfSend>2020-04-04"
    "</DateOfSend><PeriodEnd>2020-03-31</PeriodEnd><SupplierName>Repeated</SupplierName>"
    "<SupplierXMLVersion>1</SupplierXMLVersion><XMLSchemaVersion>1.0</XMLSchemaVersion>"
    "</FileHeader>\n"
)

SAYS = {
    "PersonalDetails": {
        "YoungPersonsID": "306{number:010}", "CohortStatus": "P", "GivenName": "Given",
        "MiddleName": "", "FamilyName": "Family", "AddressLine1": "1 Test Street",
        "AddressLine2": "", "AddressLine3": "", "AddressLine4": "", "Town": "Testing",
        "County": "", "Postcode": "ZZ99 9ZZ", "Gender": "F", "DOB": "2002-10-{day:02}",
        "Ethnicity": "WBRI", "LeadLEA": "306", "EducatedLEA": "306", "TransferredToLACode": "",
        "LEACodeAtYear11": "306", "UniqueLearnerNo": "1{number:09}",
        "UniquePupilNumber": "H801200001001", "GuaranteeStatusIndicator": "N",
        "PreviousYPIDIdentifier": "",
    },
    "SeptemberGuarantee": {},
    "LevelOfNeed": {"LevelOfNeedCode": "3", "SENDFlag": "N", "SENSupportFlag": "N"},
    "Activities/Cohort": {
        "ActivityCode": "210", "StartDate": "2019-09-01", "DateAscertained": "2019-09-07",
        "DateVerified": "2019-09-07", "ReviewDate": "", "DueToLapseDate": "2020-07-31",
        "CurrencyLapsed": "{lapsed}", "EstablishmentNumber": "3064005",
        "EstablishmentName": "Test Sixth Form", "UKProviderReferenceNumber": "10000001",
        "NEETStartDate": "", "PredictedEndDate": "2020-07-31",
    },
    "IntendedDestination": {"IntendedDestinationYr11": ""},
}  # fmt: skip
"""One in ten is said to have lapsed, wrongly; with everyone named alike, 908 looks at days."""


def record() -> str:
    """The record to repeat."""
    parts = ["<YoungPersonsRecord>"]
    for path, values in SAYS.items():
        names = path.split("/")
        parts += [f"<{name}>" for name in names]
        parts += [f"<{name}>{value}</{name}>" for name, value in values.items()]
        parts += [f"</{name}>" for name in reversed(names)]
    return "".join(parts) + "</YoungPersonsRecord>\n"


def write(path: Path, people: int) -> int:
    """Write the file; gives its bytes. Names differ, so that nobody is another's twin."""
    one = record().replace("Family<", "{name}<")
    with path.open("w") as out:
        out.write(HEADER)
        for number in range(people):
            letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
            lapsed = "Y" if number % 10 == 0 else "N"
            out.write(one.format(number=number, day=number % 28 + 1, lapsed=lapsed, name=letters))
        out.write("</NCCIS>\n")
    return path.stat().st_size


# The ways


def floor(path: Path) -> int:
    """Parse, and forget."""
    count = 0
    for _, node in etree.iterparse(path, tag="YoungPersonsRecord"):
        count += 1
        _forget(node)
    return count


def _forget(node: etree._Element) -> None:
    node.clear()
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]


def ours(path: Path) -> int:
    """The command itself, from its start; gives how many findings it printed."""
    command = [sys.executable, "manage.py", "check_return", str(path), "--edition", "2019-20"]
    with subprocess.Popen([*command, "--json"], cwd=PROJECT, stdout=subprocess.PIPE) as process:
        return sum(1 for _ in process.stdout or ())


Rule = Callable[[dict[str, str]], bool]


def missing(name: str) -> Rule:
    return lambda said: not said[name]


def wrong(name: str, pattern: str) -> Rule:
    right = re.compile(pattern)
    return lambda said: bool(said[name]) and not right.fullmatch(said[name])


def after(one: str, other: str) -> Rule:
    return lambda said: bool(said[one] and said[other]) and said[one] > said[other]


RULES: dict[str, Rule] = {
    "1": lambda said: not re.fullmatch("[0-9]{13}", said["YoungPersonsID"]),
    "2": missing("GivenName"), "3": missing("FamilyName"), "4": missing("Gender"),
    "5": wrong("Gender", "[FMUW]"), "6": missing("Ethnicity"), "8": missing("DOB"),
    "11": missing("CohortStatus"), "14": missing("LeadLEA"), "30": wrong(
        "UniqueLearnerNo", "[1-9][0-9]{9}"), "32": missing("Postcode"),
    "38": wrong("UniquePupilNumber", ".{13}"), "39": wrong(
        "UKProviderReferenceNumber", "1[0-9]{7}"),
    "43": wrong("Postcode", "[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"),
    "100": missing("LevelOfNeedCode"), "101": wrong("LevelOfNeedCode", "[123]"),
    "102": wrong("SENDFlag", "[YN]"), "103": missing("SENDFlag"), "200": missing("ActivityCode"),
    "202": missing("StartDate"), "203": missing("DateAscertained"),
    "220": missing("CurrencyLapsed"), "221": wrong("CurrencyLapsed", "[YN]"),
    "225": after("NEETStartDate", "StartDate"), "237": after("DateAscertained", "DateVerified"),
    "238": after("DueToLapseDate", "PredictedEndDate"),
    "242": after("StartDate", "DateAscertained"), "256": after("StartDate", "DateVerified"),
    "231": lambda said: said["CurrencyLapsed"] == "Y" and said["DueToLapseDate"] > "2020-03-31",
    "232": lambda said: said["CurrencyLapsed"] == "N" and said["DueToLapseDate"] < "2020-03-31",
    "303": missing("SENSupportFlag"), "304": wrong("SENSupportFlag", "[YN]"),
}  # fmt: skip


def python(path: Path) -> int:
    """lxml and rules in Python; gives how many findings."""
    found = 0
    ids: dict[str, int] = {}
    ulns: dict[str, int] = {}
    twins: dict[tuple[str, str, str], int] = {}
    with tempfile.TemporaryFile("w") as out:
        for _, node in etree.iterparse(path, tag="YoungPersonsRecord"):
            said = {str(one.tag): (one.text or "").strip() for one in node.iterdescendants()}
            for code in _broken(said):
                found += 1
                out.write(json.dumps({"young_persons_id": said["YoungPersonsID"], "code": code}))
            for seen, key in (
                (ids, said["YoungPersonsID"]),
                (ulns, said["UniqueLearnerNo"]),
            ):
                seen[key] = seen.get(key, 0) + 1
            twin = (said["GivenName"].lower(), said["FamilyName"].lower(), said["DOB"])
            twins[twin] = twins.get(twin, 0) + 1
            _forget(node)
    return found + sum(n for seen in (ids, ulns, twins) for n in seen.values() if n > 1)  # type: ignore[attr-defined]


def _broken(said: dict[str, str]) -> Iterator[str]:
    return (code for code, rule in RULES.items() if rule(said))


WAYS: dict[str, Callable[[Path], int]] = {"floor": floor, "ours": ours, "python": python}
LABELS = {
    "floor": "`lxml.iterparse` of the file alone (floor)",
    "ours": "`check_return --json`, every rule of 2019-20, from its start",
    "python": f"lxml and {len(RULES) + 3} of the rules in Python",
}


def measure(way: str, path: Path) -> dict[str, float]:
    """Seconds and peak memory in MB of a way, of this process and any that it started."""
    began = time.monotonic()
    count = WAYS[way](path)
    took = time.monotonic() - began
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024
    cpu = sum(resource.getrusage(kind).ru_utime for kind in kinds)
    return {"seconds": took, "cpu": cpu, "peak": peak, "count": count}


def main(words: list[str] | None = None) -> int:
    """Measure, and print a table for docs/measurements.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    parser.add_argument("--people", type=int, action="append", metavar="N", help="(40000)")
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    choice = parser.parse_args(words)
    if choice.way:
        print(json.dumps(measure(choice.way, choice.file)))
        return 0
    for people in choice.people or [40_000]:
        with tempfile.TemporaryDirectory() as folder:
            _one_size(Path(folder) / "theirs.xml", people, choice.times)
    return 0


def _one_size(path: Path, people: int, times: int) -> None:
    size = write(path, people)
    best: dict[str, dict[str, float]] = {}
    for _ in range(times):
        for way in WAYS:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.checking", "--way", way, "--file", str(path)],
                cwd=PROJECT, env=os.environ, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            found = json.loads(done.stdout)
            if way not in best or found["seconds"] < best[way]["seconds"]:
                best[way] = found
    of_file = f"{people:,} records, {size / 1e6:,.0f} MB"
    print(f"| {of_file} | Seconds | of them processor | × floor | Peak MB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for way, found in best.items():
        ratio = found["seconds"] / best["floor"]["seconds"]
        print(
            f"| {LABELS[way]} | {found['seconds']:.1f} | {found['cpu']:.1f} | {ratio:.1f}"
            f" | {found['peak']:.0f} |"
        )


if __name__ == "__main__":
    sys.exit(main())
