"""Putting what was typed back into a page, whatever the page, without reading it as more than text.

The page is drawn as always; then the tags of the one form's fields are written anew with what was
typed, and every other byte of the page stays as it was. Hidden fields, passwords and files are
left alone: the first would carry an old state forward, the others are never kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Attributes = list[tuple[str, str | None]]

NOT_TYPED = frozenset({"hidden", "password", "file", "submit", "button", "image", "reset"})
TICKED = frozenset({"checkbox", "radio"})
OFFERED = "data-offered"
"""On the form that was filled: its page's script takes it for typed in."""


@dataclass
class _Control:
    tag: str
    attributes: Attributes
    start: int
    end: int
    close: int = -1
    """Of a text area: where its content ends."""
    chosen_from: str = ""
    """Of an option: the name of its list."""

    def get(self, name: str) -> str:
        return next((value or "" for key, value in self.attributes if key == name), "")

    @property
    def name(self) -> str:
        return self.chosen_from if self.tag == "option" else self.get("name")

    @property
    def kind(self) -> str:
        return self.get("type").lower() or "text"


@dataclass
class _Form:
    attributes: Attributes
    start: int
    end: int
    controls: list[_Control] = field(default_factory=list)

    def names(self) -> set[str]:
        return {control.name for control in self.controls if control.name}


@dataclass(frozen=True)
class Filled:
    """A page with what was typed in its place."""

    html: str
    unplaced: dict[str, list[str]]
    """What was typed in fields that the page does not have now."""


def fill(html: str, typed: Mapping[str, Sequence[str]], *, page: str, action: str) -> Filled:
    """Put what was typed into the form of a page that posts to a path.

    Of several such forms, into the one that has most of the fields.
    """
    found = _Forms(html)
    fitting = [form for form in found.forms if _posts_to(form, page, action)]
    form = max(fitting, key=lambda one: len(one.names() & typed.keys()), default=None)
    if form is None or not form.names() & typed.keys():
        return Filled(html, _said(typed, set()))
    changes = [(form.start, form.end, _tag("form", [*form.attributes, (OFFERED, None)]))]
    changes += _changes(form, {name: list(values) for name, values in typed.items()})
    return Filled(_spliced(html, changes), _said(typed, form.names()))


def insert_into_main(html: str, words: str) -> str:
    """Put words at the top of the page's ``<main>``; the page as it was if there is none."""
    at = _Forms(html).main
    return html if at < 0 else html[:at] + words + html[at:]


def _said(typed: Mapping[str, Sequence[str]], names: set[str]) -> dict[str, list[str]]:
    return {
        name: [value for value in values if value.strip()]
        for name, values in typed.items()
        if name not in names and any(value.strip() for value in values)
    }


def _posts_to(form: _Form, page: str, action: str) -> bool:
    attributes = dict(form.attributes)
    if (attributes.get("method") or "get").lower() != "post":
        return False
    return urlsplit(urljoin(page, attributes.get("action") or page)).path == action


def _changes(form: _Form, left: dict[str, list[str]]) -> list[tuple[int, int, str]]:
    """What to write instead of each field's tag; several of a name take their values in turn."""
    changes = []
    for control in form.controls:
        if control.tag == "option":
            chosen = control.get("value") in left.get(control.name, [])
            changes.append(_with_flag(control, "selected", on=chosen))
        elif control.tag == "textarea":
            if left.get(control.name):
                words = "\n" + escape(left[control.name].pop(0))
                changes.append((control.end, control.close, words))
        elif control.kind in TICKED:
            ticked = (control.get("value") or "on") in left.get(control.name, [])
            changes.append(_with_flag(control, "checked", on=ticked))
        elif control.kind not in NOT_TYPED and left.get(control.name):
            value = left[control.name].pop(0)
            others = [pair for pair in control.attributes if pair[0] != "value"]
            changes.append((control.start, control.end, _tag("input", [*others, ("value", value)])))
    return changes


def _with_flag(control: _Control, flag: str, *, on: bool) -> tuple[int, int, str]:
    others = [pair for pair in control.attributes if pair[0] != flag]
    return control.start, control.end, _tag(control.tag, [*others, *([(flag, None)] if on else [])])


def _tag(name: str, attributes: Attributes) -> str:
    said = (key if value is None else f'{key}="{escape(value)}"' for key, value in attributes)
    return f"<{' '.join((name, *said))}>"


def _spliced(html: str, changes: list[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, new in sorted(changes):
        parts += [html[at:start], new]
        at = end
    return "".join([*parts, html[at:]])


class _Forms(HTMLParser):
    """Finds the forms of a page and where each field's tag stands in its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[_Form] = []
        self.main = -1
        self._form: _Form | None = None
        self._list = ""
        self._area: _Control | None = None
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._area is not None:
            return
        start = self._here()
        end = start + len(self.get_starttag_text() or "")
        if tag == "main" and self.main < 0:
            self.main = end
        elif tag == "form":
            self._form = _Form(attrs, start, end)
            self.forms.append(self._form)
        elif self._form is not None and tag in {"input", "select", "textarea", "option"}:
            self._control(self._form, _Control(tag, attrs, start, end))

    def _control(self, form: _Form, control: _Control) -> None:
        if control.tag == "select":
            self._list = control.name
            return
        if control.tag == "option":
            control.chosen_from = self._list
        if control.tag == "textarea":
            self._area = control
        form.controls.append(control)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self._area.close = self._here()
            self._area = None
        elif self._area is None and tag == "form":
            self._form = None
        elif tag == "select":
            self._list = ""
