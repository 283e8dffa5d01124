"""Finds every word of young people's pages, for the file that translators begin from."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from optout.catalogues import Entry
from optout.letters.rules import COLUMNS

COMMENT = "Words of the pages for young people, for translators (docs/how-to/translate.md)."
HEADER = Entry(
    id="",
    said=(
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n",
    ),
)
MODULES = (
    "optout/forms/public_base.py",
    "optout/forms/who.py",
    "optout/forms/public.py",
    "optout/presenters/public.py",
    "optout/presenters/dates.py",
    "ccis/govuk/components.py",
)
TEMPLATES = ("templates/optout/public", "templates/agreements/public")
COLUMNS_STAND_IN = "optout/letters/rules.py"

_ONE = {"_", "_lazy", "gettext", "gettext_lazy"}
_MANY = {"ngettext"}
_IN_CONTEXT = {"pgettext", "pgettext_lazy"}


def every_word() -> list[Entry]:
    """Every message, once, in the order in which it is found, under the header."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in _found(Path(settings.BASE_DIR)):
        held = found.get(entry.key)
        where = tuple(dict.fromkeys((*(held.where if held else ()), *entry.where)))
        found[entry.key] = Entry(
            id=entry.id,
            context=entry.context,
            plural=entry.plural or (held.plural if held else ""),
            said=("", "") if entry.plural or (held and held.plural) else ("",),
            where=where,
        )
    return [HEADER, *found.values()]


def _found(root: Path) -> Iterator[Entry]:
    for module in MODULES:
        yield from _of_module((root / module).read_text(), module)
    for words in COLUMNS.values():
        yield Entry(words, where=(COLUMNS_STAND_IN,))
    parsed = Environment()  # noqa: S701 - draws nothing
    drawn = [path for place in TEMPLATES for path in sorted((root / place).glob("*.jinja"))]
    for path in drawn:
        for _line, _name, said in extract_from_ast(parsed.parse(path.read_text()), list(_ONE)):
            if isinstance(said, str):
                yield Entry(said, where=(f"{TEMPLATES}/{path.name}",))


def _of_module(source: str, where: str) -> Iterator[Entry]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        said = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        words = [one for one in said if isinstance(one, str)]
        if node.func.id in _ONE and words:
            yield Entry(words[0], where=(where,))
        elif node.func.id in _MANY and len(words) > 1:
            yield Entry(words[0], plural=words[1], where=(where,))
        elif node.func.id in _IN_CONTEXT and len(words) > 1:
            yield Entry(words[1], context=words[0], where=(where,))
