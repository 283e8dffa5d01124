"""Reading an edition from its folder of TOML files, merged with the edition it extends.

A folder holds ``edition.toml`` and, where the edition differs from the one before, ``codes.toml``,
``layout.toml``, ``currency.toml``, ``cohort.toml`` and ``rules.toml``. Each says what it adds,
removes and overrides; anything that does not fit fails loudly with :class:`EditionError`.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from returns.editions import parameters, record
from returns.editions.model import (
    DUTY,
    GROUP_LABELS,
    GUARANTEE_GROUPS,
    PARTICIPATION,
    Activity,
    Characteristic,
    Code,
    Codes,
    Cohort,
    CohortStatus,
    Edition,
    EditionError,
    Element,
    Ethnicity,
    GuaranteeStatus,
    HeaderElement,
    Layout,
    NonLA,
    Period,
    Rule,
)

FOLDER: Final = Path(__file__).parent

Entry = dict[str, Any]

FILES: Final[dict[str, dict[str, str]]] = {
    "edition.toml": {"gap": "id"},
    "codes.toml": dict.fromkeys(
        (
            "activity",
            "cohort_status",
            "gender",
            "ethnicity",
            "level_of_need",
            "characteristic",
            "intended_destination",
            "guarantee_status",
            "non_la",
        ),
        "code",
    ),
    "layout.toml": {"header_element": "path", "element": "path"},
    "currency.toml": {"period": "code"},
    "cohort.toml": {},
    "rules.toml": {"rule": "code"},
}
"""The kinds of entry that each file may hold, and the field that tells one entry from another."""

SETTINGS: Final[dict[str, frozenset[str]]] = {
    "edition.toml": frozenset({"name", "label", "from", "to", "extends", "root"}),
    "layout.toml": frozenset({"record", "header", "mandatory", "omit", "ignored"}),
    "cohort.toml": frozenset({"set"}),
}
"""What else each file may hold."""


@dataclasses.dataclass(slots=True)
class Raw:
    """An edition's files as plain values: settings, and entries by kind and key, in order."""

    settings: Entry = dataclasses.field(default_factory=dict)
    entries: dict[str, dict[str, Entry]] = dataclasses.field(default_factory=dict)


def folders(root: Path = FOLDER) -> dict[str, Path]:
    """The folder of each edition, by the name in its ``edition.toml``."""
    found = {}
    for path in sorted(root.glob("*/edition.toml")):
        name = tomllib.loads(path.read_text(encoding="utf-8")).get("name")
        if not isinstance(name, str) or name in found:
            raise EditionError(f"{path.parent.name}: needs a name that no other edition has")
        found[name] = path.parent
    return found


def read(name: str, root: Path = FOLDER) -> Edition:
    """The edition of this name, whole and checked; EditionError if it does not hold together."""
    raw = _merged(name, folders(root), ())
    edition = _built(raw)
    check(edition)
    return edition


# Merging


def _merged(name: str, known: Mapping[str, Path], above: tuple[str, ...]) -> Raw:
    if name not in known:
        raise EditionError(f"there is no edition {name}")
    if name in above:
        raise EditionError(f"{name}: extends itself")
    settings = _document(known[name] / "edition.toml")
    base = settings.get("extends")
    raw = _merged(base, known, (*above, name)) if base else Raw()
    for kept in ("to", "extends"):  # these two are never those of the edition before
        raw.settings.pop(kept, None)
    for filename, kinds in FILES.items():
        path = known[name] / filename
        if path.exists():
            _apply(raw, _document(path), kinds, f"{name}/{filename}", filename)
    return raw


def _document(path: Path) -> Entry:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise EditionError(f"{path.parent.name}/{path.name}: {error}") from error


def _apply(raw: Raw, document: Entry, kinds: dict[str, str], where: str, filename: str) -> None:
    """Lay one file over what is there: first what it removes, then overrides, then adds."""
    allowed = SETTINGS.get(filename, frozenset())
    for name, value in document.items():
        if name in allowed:
            if isinstance(value, dict):
                raw.settings[name] = {**raw.settings.get(name, {}), **value}
            else:
                raw.settings[name] = value
        elif name not in {"add", "remove", "override"}:
            raise EditionError(f"{where}: {name} is not known here")
    for change in ("remove", "override", "add"):
        for kind, entries in document.get(change, {}).items():
            if kind not in kinds:
                raise EditionError(f"{where}: {change}.{kind} is not known here")
            for entry in _each(entries, kinds[kind]):
                held = raw.entries.setdefault(kind, {})
                _change(held, change, entry, kinds[kind], f"{where}: {kind}")


def _each(entries: list[Entry], key: str) -> Iterator[Entry]:
    """The entries, one for each code where one entry names several."""
    for entry in entries:
        if "codes" in entry:
            shared = {name: value for name, value in entry.items() if name != "codes"}
            yield from ({key: code, **shared} for code in entry["codes"])
        else:
            yield entry


def _change(held: dict[str, Entry], change: str, entry: Entry, field: str, where: str) -> None:
    if field not in entry:
        raise EditionError(f"{where}: an entry has no {field}")
    key = entry[field]
    if change == "add":
        if key in held:
            raise EditionError(f"{where} {key} is there already")
        _insert(held, key, dict(entry), where)
        return
    if key not in held:
        raise EditionError(f"{where} {key} is not there to {change}")
    if change == "remove":
        del held[key]
    else:
        held[key] = held[key] | entry


def _insert(held: dict[str, Entry], key: str, entry: Entry, where: str) -> None:
    """Add at the end, or behind the entry that ``after`` names: it sets the order of elements."""
    after = entry.pop("after", None)
    if after is None:
        held[key] = entry
        return
    if after not in held:
        raise EditionError(f"{where} {key} stands after {after}, which is not there")
    kept = list(held.items())
    held.clear()
    for name, value in kept:
        held[name] = value
        if name == after:
            held[key] = entry


# Building

T = TypeVar("T")


def _build(cls: type[T], entry: Entry, where: str) -> T:
    """A dataclass from an entry, refusing names it has not and values of another type."""
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = entry.keys() - fields.keys()
    if unknown:
        raise EditionError(f"{where}: {', '.join(sorted(unknown))} is not known here")
    for name, field in fields.items():
        optional = (
            field.default is not dataclasses.MISSING
            or field.default_factory is not dataclasses.MISSING
        )
        if name not in entry and not optional:
            raise EditionError(f"{where}: {name} is missing")
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
    }
    for name, value in values.items():
        expected = {"bool": bool, "int": int, "str": str}.get(str(fields[name].type))
        if expected is not None and type(value) is not expected:
            raise EditionError(f"{where}: {name} must be {expected.__name__}")
    return cls(**values)


def _list(raw: Raw, kind: str, cls: type[T]) -> Mapping[str, T]:
    held = raw.entries.get(kind, {})
    return MappingProxyType(
        {key: _build(cls, entry, f"{kind} {key}") for key, entry in held.items()}
    )


def _built(raw: Raw) -> Edition:
    settings = raw.settings
    root = _setting(settings, "root", dict)
    return Edition(
        name=_setting(settings, "name", str),
        label=_setting(settings, "label", str),
        valid_from=_setting(settings, "from", date),
        valid_to=_setting(settings, "to", date) if "to" in settings else None,
        extends=settings.get("extends"),
        root_written=_setting(root, "written", str),
        root_read=_setting(root, "read", str),
        gaps=tuple(_setting(gap, "text", str) for gap in raw.entries.get("gap", {}).values()),
        codes=_codes(raw),
        layout=_layout(raw),
        periods=_list(raw, "period", Period),
        cohort=_build(Cohort, _setting(settings, "set", dict), "cohort"),
        rules=MappingProxyType(
            {code: _rule(entry) for code, entry in raw.entries.get("rule", {}).items()}
        ),
    )


def _setting(settings: Entry, name: str, expected: type[T]) -> T:
    value = settings.get(name)
    if not isinstance(value, expected):
        raise EditionError(f"{name} is missing or not a {expected.__name__}")
    return value


def _codes(raw: Raw) -> Codes:
    return Codes(
        activity=_list(raw, "activity", Activity),
        cohort_status=_list(raw, "cohort_status", CohortStatus),
        gender=_list(raw, "gender", Code),
        ethnicity=_list(raw, "ethnicity", Ethnicity),
        level_of_need=_list(raw, "level_of_need", Code),
        characteristic=_list(raw, "characteristic", Characteristic),
        intended_destination=_list(raw, "intended_destination", Code),
        guarantee_status=_list(raw, "guarantee_status", GuaranteeStatus),
        non_la=_list(raw, "non_la", NonLA),
    )


def _layout(raw: Raw) -> Layout:
    entries = raw.entries.get("element", {})
    leaves = [path.rpartition("/")[2] for path in entries]
    return Layout(
        record=_setting(raw.settings, "record", str),
        header=_setting(raw.settings, "header", str),
        header_elements=tuple(
            _build(HeaderElement, entry | {"path": path.split("/")}, f"header element {path}")
            for path, entry in raw.entries.get("header_element", {}).items()
        ),
        elements=tuple(_element(path, entry, leaves) for path, entry in entries.items()),
        mandatory=frozenset(_setting(raw.settings, "mandatory", list)),
        omit=frozenset(_setting(raw.settings, "omit", list)),
        ignored=frozenset(_setting(raw.settings, "ignored", list)),
    )


def _element(path: str, entry: Entry, leaves: list[str]) -> Element:
    """An element by its path; its short name is the leaf, with its block where leaves repeat."""
    parts = path.split("/")
    name = parts[-1] if leaves.count(parts[-1]) == 1 else "/".join(parts[-2:])
    if name not in record.BY_ELEMENT:
        raise EditionError(f"element {path}: no column of the record is sent in {name}")
    column = record.BY_ELEMENT[name].name
    return _build(
        Element, {**entry, "path": parts, "name": name, "column": column}, f"element {path}"
    )


def _rule(entry: Entry) -> Rule:
    entry = dict(entry)
    where = f"rule {entry['code']}"
    priority = entry.get("priority")
    if priority != "unknown" and priority not in {1, 2, 3}:
        raise EditionError(f'{where}: priority must be 1, 2, 3 or "unknown"')
    entry["priority"] = None if priority == "unknown" else priority
    elements = entry.get("elements")
    if not isinstance(elements, list) or not elements:
        raise EditionError(f"{where}: elements are missing")
    test = entry.pop("test", None)
    tests = entry.pop("tests", {})
    if test is not None and tests:
        raise EditionError(f"{where}: has both test and tests")
    pairs = {elements[0]: test} if test is not None else tests
    entry["tests"] = tuple((element, sql.strip()) for element, sql in pairs.items())
    return _build(Rule, entry, where)


# Checking

SQL_WORDS: Final = frozenset(
    {
        "all",
        "and",
        "any",
        "coalesce",
        "distinct",
        "from",
        "greatest",
        "in",
        "is",
        "left",
        "length",
        "lower",
        "make_interval",
        "not",
        "null",
        "num_nonnulls",
        "num_nulls",
        "or",
        "years",
    }
)
"""The only words besides columns that a rule's SQL may hold."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_RULE_CODE: Final = re.compile(r"[0-9]+|[A-Z]+-[0-9]+")
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'")
_PARAMETER: Final = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(edition: Edition) -> None:
    """Fail with EditionError where the parts of an edition contradict each other."""
    _check_codes(edition)
    _check_layout(edition)
    _check_periods(edition)
    for rule in edition.rules.values():
        _check_rule(rule, edition)


def _check_codes(edition: Edition) -> None:
    for kind in dataclasses.fields(Codes):
        entries = getattr(edition.codes, kind.name)
        if not entries:
            raise EditionError(f"{edition.name}: the list {kind.name} is empty")
        for code in entries.values():
            _check_said(code.label, f"{kind.name} {code.code}: label")
    for activity in edition.codes.activity.values():
        _check_among(activity.group, GROUP_LABELS, f"activity {activity.code}: group")
        _check_among(
            activity.participation, ("", *PARTICIPATION), f"activity {activity.code}: participation"
        )
        _check_among(activity.duty, DUTY, f"activity {activity.code}: duty")
    for status in edition.codes.guarantee_status.values():
        _check_among(status.group, GUARANTEE_GROUPS, f"guarantee_status {status.code}: group")
    for reason in edition.codes.cohort_status.values():
        _check_among(reason.sent, ("monthly", "once"), f"cohort_status {reason.code}: sent")
        _check_among(
            reason.transfer, ("", "authority", "country"), f"cohort_status {reason.code}: transfer"
        )


def _check_layout(edition: Edition) -> None:
    names = [element.name for element in edition.layout.elements]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise EditionError(f"{edition.name}: {', '.join(sorted(twice))} stands twice in the layout")
    nodes = {part for element in edition.layout.elements for part in element.path[:-1]}
    for kind, named in (
        ("mandatory", edition.layout.mandatory),
        ("omit", edition.layout.omit),
    ):
        if not named <= nodes:
            raise EditionError(f"{edition.name}: {kind} names a node that is not in the layout")
    parts = [part for element in edition.layout.elements for part in element.path]
    parts += [part for element in edition.layout.header_elements for part in element.path]
    for part in (*parts, edition.layout.record, edition.layout.header, edition.root_written):
        if not _PLAIN_NAME.fullmatch(part):
            raise EditionError(f"{edition.name}: {part} is not a name for an element")
    for element in edition.layout.elements:
        _check_among(
            element.format,
            ("text", "code", "codes", "flag", "digits", "date"),
            f"element {element.name}: format",
        )
        typed = {"date": "date", "codes": "text[]"}.get(element.format, "text")
        if record.BY_NAME[element.column].sql_type != typed:
            raise EditionError(f"element {element.name}: its column is no {element.format}")


def _check_periods(edition: Edition) -> None:
    if edition.periods.keys() != edition.codes.activity.keys():
        odd = sorted(edition.periods.keys() ^ edition.codes.activity.keys())
        raise EditionError(f"{edition.name}: currency and activities differ in {', '.join(odd)}")
    for period in edition.periods.values():
        where = f"period {period.code}"
        _check_among(period.basis, ("academic-year-end", "verified", "review", "none"), where)
        _check_among(period.sure, ("strong", "medium"), f"{where}: sure")
        if (period.basis == "verified") != (period.months > 0):
            raise EditionError(f"{where}: months go with verified, and only with it")
        if (period.basis == "review") != (period.days > 0):
            raise EditionError(f"{where}: days go with review, and only with it")
        if (period.basis != "none") != edition.codes.activity[period.code].needs_lapse:
            raise EditionError(f"{where}: the activity disagrees whether it lapses")


def _check_rule(rule: Rule, edition: Edition) -> None:
    where = f"{edition.name}: rule {rule.code}"
    if not _RULE_CODE.fullmatch(rule.code):
        raise EditionError(f"{where}: not a number, nor letters, hyphen and number")
    _check_said(rule.message, f"{where}: message")
    _check_said(rule.mend, f"{where}: mend")
    _check_among(rule.kind, ("field", "record", "file"), f"{where}: kind")
    known = edition.layout.names | {edition.layout.header, edition.root_written}
    known |= {part for element in edition.layout.header_elements for part in element.path}
    for element in (*rule.elements, *(element for element, _ in rule.tests)):
        _check_among(element, known, f"{where}: element")
    if (rule.kind == "file") == bool(rule.tests):
        raise EditionError(f"{where}: a field or a record has a test, a file has not")
    if (rule.where or rule.differs) and not rule.same:
        raise EditionError(f"{where}: nothing is said to be the same")
    for sql in (
        *(test for _, test in rule.tests),
        *rule.same,
        *filter(None, (rule.where, rule.differs)),
    ):
        check_sql(sql, where)


def check_sql(sql: str, where: str) -> None:
    """Fail with EditionError if the SQL names anything but columns, known words and parameters."""
    bare = _QUOTED.sub(" ", sql)
    if "'" in bare or ";" in bare or "--" in bare or "%" in sql:
        raise EditionError(f"{where}: its SQL may not hold that sign")
    for name in _PARAMETER.findall(bare):
        _check_among(name, parameters.NAMES, f"{where}: parameter")
    allowed = SQL_WORDS | record.BY_NAME.keys()
    for word in _WORD.findall(_PARAMETER.sub(" ", bare)):
        if word not in record.BY_NAME and word.lower() not in allowed:
            raise EditionError(f"{where}: {word} is no column of the record")


def _check_said(text: str, where: str) -> None:
    if not text.strip():
        raise EditionError(f"{where} is empty")


def _check_among(value: object, among: object, where: str) -> None:
    if value not in among:  # type: ignore[operator]
        raise EditionError(f"{where}: {value} is not known")
