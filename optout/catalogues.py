"""Files that a translator edits (``.po``): read, written, made into what Django reads (``.mo``).

GNU gettext's own programs do the same; a council's server need not have them.
"""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

EOT, NUL = "\x04", "\0"
"""Between context and words, and between a singular and its plural, in a ``.mo`` file."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*$')
_LINE = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[(\d+)\])?)\s+(".*")\s*$')
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_PLACEHOLDER = re.compile(r"\{\w*\}")


@dataclass(frozen=True)
class Entry:
    """One message: its English, what tells it apart, where it stands, and its translations."""

    id: str
    context: str = ""
    plural: str = ""
    said: tuple[str, ...] = ("",)
    """The translation; one for each form where there is a plural."""
    where: tuple[str, ...] = ()
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other message."""
        return self.context, self.id

    @property
    def is_said(self) -> bool:
        """Whether it has its translation, in every form."""
        return all(self.said) and not self.is_fuzzy


def headers(entries: Iterable[Entry]) -> dict[str, str]:
    """What a file says of itself, by the header's name."""
    for entry in entries:
        if not entry.id:
            lines = (line.partition(":") for line in entry.said[0].splitlines())
            return {name.strip(): said.strip() for name, _, said in lines if name}
    return {}


def placeholders(text: str) -> set[str]:
    """What stands in braces and must stay as it is."""
    return set(_PLACEHOLDER.findall(text))


def read_po(text: str) -> list[Entry]:
    """The messages of a file, its header first. Raises ``ValueError``, naming the line."""
    entries: list[Entry] = []
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        where: list[str] = []
        is_fuzzy, at = False, ""
        for line in block.splitlines():
            if line.startswith("#:"):
                where += line[2:].split()
            elif line.startswith("#,"):
                is_fuzzy = "fuzzy" in line
            elif line.startswith("#") or not line.strip():
                continue
            elif found := _LINE.match(line):
                at = f"msgstr[{found[2] or 0}]" if found[1].startswith("msgstr") else found[1]
                parts[at] = _unquoted(found[3])
            elif at and line.startswith('"'):
                parts[at] += _unquoted(line)
            else:
                raise ValueError(f"cannot read the line {line!r}")
        if "msgid" in parts:
            said = [words for name, words in sorted(parts.items()) if name.startswith("msgstr")]
            entries.append(
                Entry(
                    id=parts["msgid"],
                    context=parts.get("msgctxt", ""),
                    plural=parts.get("msgid_plural", ""),
                    said=tuple(said),
                    where=tuple(where),
                    is_fuzzy=is_fuzzy,
                )
            )
    return entries


def _unquoted(text: str) -> str:
    found = _QUOTED.match(text)
    if found is None:
        raise ValueError(f"cannot read the words {text!r}")
    return re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), found[1])


def write_po(entries: Iterable[Entry], *, comment: str = "") -> str:
    """The same as a file, each message with where it stands."""
    blocks = []
    for entry in entries:
        lines = [f"# {comment}"] if comment and not entry.id else []
        lines += [f"#: {place}" for place in entry.where]
        lines += ["#, fuzzy"] if entry.is_fuzzy else []
        if entry.context:
            lines.append(f"msgctxt {_quoted(entry.context)}")
        lines.append(f"msgid {_quoted(entry.id)}")
        if entry.plural:
            lines.append(f"msgid_plural {_quoted(entry.plural)}")
            lines += [f"msgstr[{at}] {_quoted(words)}" for at, words in enumerate(entry.said)]
        else:
            lines.append(f"msgstr {_quoted(entry.said[0])}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    lines = escaped.split("\n")
    if len(lines) == 1:
        return f'"{escaped}"'
    whole = [f"{line}\\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    return "\n".join(['""', *(f'"{line}"' for line in whole)])


def write_mo(entries: Iterable[Entry]) -> bytes:
    """What Django reads: every message that has its translation, sorted by its English."""
    pairs = sorted(
        (
            f"{entry.context}{EOT if entry.context else ''}{entry.id}"
            f"{NUL if entry.plural else ''}{entry.plural}".encode(),
            NUL.join(entry.said).encode(),
        )
        for entry in entries
        if entry.is_said
    )
    count = len(pairs)
    at = 7 * 4 + 16 * count
    tables: list[bytes] = []
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), at))
            at += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    words = b"".join(pair[column] + b"\0" for column in (0, 1) for pair in pairs)
    return head + b"".join(tables) + words


def merged(wanted: Iterable[Entry], known: Iterable[Entry]) -> list[Entry]:
    """A translator's file brought up to date: its words for every message that is still there."""
    before = {entry.key: entry for entry in known}
    forms = max((len(entry.said) for entry in before.values() if entry.plural), default=2)
    made = [entry for entry in before.values() if not entry.id]
    for entry in wanted:
        if not entry.id:
            continue
        empty = ("",) * (forms if entry.plural else 1)
        held = before.get(entry.key)
        made.append(
            replace(entry, said=held.said, is_fuzzy=held.is_fuzzy)
            if held and len(held.said) == len(empty)
            else replace(entry, said=empty)
        )
    return made


def problems(wanted: Iterable[Entry], entries: Iterable[Entry]) -> list[str]:
    """What a translator's file lacks or has changed, each in a line; nothing when it is whole."""
    found = []
    said = {entry.key: entry for entry in entries}
    for entry in wanted:
        if not entry.id:
            continue
        held = said.get(entry.key)
        if held is None or not held.is_said:
            found.append(f"no words for {entry.id!r}")
            continue
        right = placeholders(entry.id + entry.plural)
        found += [
            f"other braces in {words!r} than in {entry.id!r}"
            for words in held.said
            if placeholders(words) != right and not (entry.plural and placeholders(words) <= right)
        ]
    kept = {entry.key for entry in wanted}
    found += [f"nothing says {key[1]!r} any more" for key in said if key[1] and key not in kept]
    return found


def read_file(path: Path) -> list[Entry]:
    """The messages of a file on disk; ``ValueError`` names the file."""
    try:
        return read_po(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
