"""From a bound form field to what its GOV.UK component wants to be told.

Fields of ``ccis.govuk.fields`` and of any other library (allauth's forms) are drawn alike: the
component is chosen by the widget, and details come from ``field.drawing`` where there is one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ccis.govuk.widgets import ALONGSIDE, DateBoxes, PickedDate


@dataclass(frozen=True)
class Drawing:
    """How a field is drawn, beyond what a form field says of itself.

    ``heading``: the label or legend is the page's ``h1``. ``width``: ``2 3 4 5 10 20`` letters
    or ``one-half``, ``two-thirds`` and so on. ``inline``: radios in a row. ``small``: small
    radios or tick boxes. ``choice_hints``: hint for each choice value. ``reveals``: for a choice
    value, the name of the field of the same form that shows beneath it. ``rows``: height of a
    text area. ``marks_optional``: say "(optional)" where an answer may be left out.
    """

    heading: bool = False
    width: str = ""
    classes: str = ""
    inline: bool = False
    small: bool = False
    choice_hints: dict[str, str] = field(default_factory=dict)
    reveals: dict[str, str] = field(default_factory=dict)
    rows: int = 5
    marks_optional: bool = True
    prefix: str = ""
    suffix: str = ""
    inputmode: str = ""
    spellcheck: bool | None = None


_PLAIN = Drawing()
_PASSED_ON = ("autofocus", "accept", "dir", "lang")


def drawing_of(bound: BoundField) -> Drawing:
    """The field's own ``drawing``, or the ordinary one."""
    return getattr(bound.field, "drawing", _PLAIN)


def component_of(bound: BoundField) -> str:
    """Name of the template in ``govuk_fields/`` that draws this field, chosen by its widget."""
    widget = bound.field.widget
    if isinstance(widget, forms.HiddenInput | forms.MultipleHiddenInput):
        return "hidden"
    for kinds, name in _COMPONENTS:
        if isinstance(widget, kinds):
            return name
    return "input"


_COMPONENTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateBoxes, "date_boxes"),
    (PickedDate, "picked_date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file_upload"),
    (forms.PasswordInput, "password"),
)


def draw_field(bound: BoundField) -> SafeString:
    """Draw any bound field, ours or another library's, with label, hint and errors."""
    drawn = render_to_string(f"govuk_fields/{component_of(bound)}.jinja", {"field": bound})
    return mark_safe(drawn)  # noqa: S308 - the template escaped what it was given


# -- what all components share -------------------------------------------------------------


def label_text(bound: BoundField) -> str:
    """The label, with "(optional)" where an answer may be left out."""
    label = str(bound.label or "")
    marks = drawing_of(bound).marks_optional and getattr(bound.form, "marks_optional", True)
    if bound.field.required or not marks:
        return label
    return _("{label} (optional)").format(label=label)


def label(bound: BoundField, part: str = "govuk-label") -> dict[str, Any]:
    """Label or legend: the page's heading where the field asks for that, else small and bold."""
    if drawing_of(bound).heading:
        return {"text": label_text(bound), "classes": f"{part}--l", "isPageHeading": True}
    return {"text": label_text(bound), "classes": f"{part}--s"}


def _fieldset(bound: BoundField) -> dict[str, Any]:
    return {"legend": label(bound, "govuk-fieldset__legend")}


def _hint(bound: BoundField) -> dict[str, str] | None:
    text = bound.help_text
    if not text:
        return None
    return {"html": str(text)} if hasattr(text, "__html__") else {"text": str(text)}


def _error(bound: BoundField) -> dict[str, str] | None:
    texts = list(dict.fromkeys(str(text) for text in bound.errors))
    return {"text": " ".join(texts), "visuallyHiddenText": _("Error")} if texts else None


def _shared(bound: BoundField) -> dict[str, Any]:
    said = {"hint": _hint(bound), "errorMessage": _error(bound)}
    return {key: value for key, value in said.items() if value}


def _text(bound: BoundField) -> dict[str, Any]:
    """What boxes for text share: id, name, label, value, and attributes of the widget."""
    drawing = drawing_of(bound)
    attrs = bound.field.widget.attrs
    classes = [drawing.classes]
    if drawing.width:
        kind = "govuk-!-width-" if drawing.width.startswith(("one", "two", "three", "full")) else ""
        classes.append(f"{kind or 'govuk-input--width-'}{drawing.width}")
    params: dict[str, Any] = {
        "id": bound.auto_id,
        "name": bound.html_name,
        "label": label(bound),
        "classes": " ".join(filter(None, classes)),
        "attributes": {key: attrs[key] for key in _PASSED_ON if key in attrs},
        **_shared(bound),
    }
    for key in ("autocomplete", "autocapitalize"):
        if key in attrs:
            params[key] = attrs[key]
    return params


def _value(bound: BoundField) -> str:
    """The value as the box should show it, never ``None``."""
    shown = bound.field.widget.format_value(bound.value())
    return "" if shown is None else str(shown)


# -- one function a component ---------------------------------------------------------------


def input_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukInput``."""
    drawing, params = drawing_of(bound), _text(bound)
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "text")
    params["value"] = _value(bound)
    params["type"] = "text" if kind == "number" else kind
    inputmode = drawing.inputmode or widget.attrs.get("inputmode")
    if inputmode or kind == "number":
        params["inputmode"] = inputmode or "numeric"
    if drawing.spellcheck is not None or kind in {"email", "number"}:
        params["spellcheck"] = bool(drawing.spellcheck)
    if kind == "email":
        params.setdefault("autocapitalize", "none")
    for affix in ("prefix", "suffix"):
        if text := getattr(drawing, affix):
            params[affix] = {"text": text}
    return params


def password_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukPasswordInput``; what was typed is never sent back."""
    return _text(bound)


def textarea_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukTextarea``, or ``govukCharacterCount`` where there is a longest length."""
    params = _text(bound) | {"value": _value(bound), "rows": drawing_of(bound).rows}
    if longest := getattr(bound.field, "max_length", None):
        params["maxlength"] = longest
    return params


def file_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukFileUpload``."""
    return _text(bound)


def select_params(bound: BoundField) -> dict[str, Any]:
    """For our select, which knows groups: ``groups`` is a list of (heading or none, choices)."""
    widget = cast(forms.Select, bound.field.widget)
    groups = [
        (
            heading,
            [
                {
                    "value": "" if option["value"] is None else str(option["value"]),
                    "text": str(option["label"]),
                    "selected": option["selected"],
                }
                for option in options
            ],
        )
        for heading, options, _at in widget.optgroups(bound.html_name, _chosen(bound))
    ]
    params = _text(bound)
    params["groups"] = groups
    params["described_by"] = _described_by(bound)
    return params


def _described_by(bound: BoundField) -> str:
    parts = []
    if bound.help_text:
        parts.append(f"{bound.auto_id}-hint")
    if bound.errors:
        parts.append(f"{bound.auto_id}-error")
    return " ".join(parts)


def _chosen(bound: BoundField) -> list[str]:
    return bound.field.widget.format_value(bound.value()) or []


def choices_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukRadios`` and ``govukCheckboxes``; the first choice owns the field's id."""
    drawing = drawing_of(bound)
    widget = cast(forms.RadioSelect | forms.CheckboxSelectMultiple, bound.field.widget)
    kind = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
    layout = [drawing.classes]
    if drawing.inline:
        layout.append(f"govuk-{kind}--inline")
    if drawing.small:
        layout.append(f"govuk-{kind}--small")
    return {
        "idPrefix": bound.auto_id,
        "name": bound.html_name,
        "fieldset": _fieldset(bound),
        "classes": " ".join(filter(None, layout)),
        "items": [
            _choice(bound, option)
            for option in widget.options(bound.html_name, _chosen(bound))
            if option["value"] != ""
        ],
        **_shared(bound),
    }


def _choice(bound: BoundField, option: dict[str, Any]) -> dict[str, Any]:
    drawing = drawing_of(bound)
    value = str(option["value"])
    item: dict[str, Any] = {
        "value": value,
        "text": str(option["label"]),
        "checked": bool(option["selected"]),
    }
    if value in drawing.choice_hints:
        item["hint"] = {"text": drawing.choice_hints[value]}
    if value in drawing.reveals:
        item["conditional"] = {"html": draw_field(bound.form[drawing.reveals[value]])}
    return item


def checkbox_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukCheckboxes`` with one box, whose label is the field's own."""
    drawing = drawing_of(bound)
    item = {
        "value": "on",
        "text": str(bound.label or ""),
        "checked": bool(bound.value()),
    }
    params: dict[str, Any] = {
        "idPrefix": bound.auto_id,
        "name": bound.html_name,
        "items": [item],
        "classes": "govuk-checkboxes--small" if drawing.small else "",
    }
    if hint := _hint(bound):
        item["hint"] = hint
    if error := _error(bound):
        params["errorMessage"] = error
    return params


def date_boxes_params(bound: BoundField) -> dict[str, Any]:
    """For ``govukDateInput``: the day's box owns the field's id, so the summary links to it."""
    widget = cast(DateBoxes, bound.field.widget)
    values = widget.boxes(bound.value())
    wrong = _boxes_in_error(bound)
    items = []
    for part, letters in (("day", 2), ("month", 2), ("year", 4)):
        error = " govuk-input--error" if part in wrong else ""
        item: dict[str, Any] = {
            "id": box_id(bound, part),
            "name": f"{bound.html_name}-{part}",
            "label": part.capitalize(),
            "classes": f"govuk-input--width-{letters}{error}",
            "value": values[part],
        }
        if widget.is_birthday:
            item["autocomplete"] = f"bday-{part}"
        items.append(item)
    return {
        "id": f"{bound.auto_id}-boxes",
        "fieldset": _fieldset(bound),
        "items": items,
        **_shared(bound),
    }


def box_id(bound: BoundField, part: str) -> str:
    """Id of one box of a date: the day's is the field's own."""
    return bound.auto_id if part == "day" else f"{bound.auto_id}-{part}"


def _boxes_in_error(bound: BoundField) -> set[str]:
    """The boxes to mark: those that the error's code names, else all."""
    if not bound.errors:
        return set()
    codes = {str(error.code) for error in bound.errors.as_data() if error.code}
    named = {part for code in codes for part in code.split("-") if part in _BOXES}
    return named or set(_BOXES)


_BOXES = ("day", "month", "year")


def picked_date_params(bound: BoundField) -> dict[str, Any]:
    """For the officers' date: radios, with a box that shows beneath "Another date"."""
    widget = cast(PickedDate, bound.field.widget)
    shown = widget.shown(bound.value())
    box = {
        "id": f"{bound.auto_id}-typed",
        "name": f"{bound.html_name}{ALONGSIDE}",
        "label": {"text": "Date"},
        "hint": {"text": "Day first: 9/12/26, 9 dec, or -3 for three days ago"},
        "classes": "govuk-input--width-10",
        "value": shown["typed"],
    }
    items: list[dict[str, Any]] = [
        {"value": value, "text": text, "checked": shown["choice"] == value}
        for value, text in widget.choices(required=bound.field.required)
    ]
    return {
        "idPrefix": bound.auto_id,
        "name": bound.html_name,
        "fieldset": _fieldset(bound),
        "classes": "govuk-radios--small",
        "items": items,
        "box": box,
        **_shared(bound),
    }


PARAMS: dict[str, Callable[[BoundField], dict[str, Any]]] = {
    "input": input_params,
    "password": password_params,
    "textarea": textarea_params,
    "file_upload": file_params,
    "select": select_params,
    "radios": choices_params,
    "checkboxes": choices_params,
    "checkbox": checkbox_params,
    "date_boxes": date_boxes_params,
    "picked_date": picked_date_params,
}


def params_of(component: str, bound: BoundField) -> dict[str, Any]:
    """What the named component wants to be told of a bound field."""
    return PARAMS[component](bound)


def revealed_by_style(radios: str) -> SafeString:
    """Radios whose further boxes the style sheet shows, once their choice is made.

    GOV.UK's script says ``aria-expanded`` of a radio, which ARIA does not allow, and does nothing
    without JavaScript; the style sheet needs neither (``.ccis-reveal``).
    """
    drawn = str(radios).replace(" data-aria-controls=", " data-reveals=")
    drawn = drawn.replace(" govuk-radios__conditional--hidden", "")
    return mark_safe(  # noqa: S308 - drawn by the component, which escaped what it was given
        drawn.replace('"govuk-radios__conditional"', '"govuk-radios__conditional ccis-reveal"')
    )


# -- the form as a whole ---------------------------------------------------------------------


def error_summary_items(form: forms.BaseForm) -> list[dict[str, str]]:
    """Every error of a form, in the order of its fields, each a link to the box to mend."""
    items = [{"text": str(text)} for text in form.non_field_errors()]
    for bound in form:
        href = f"#{error_target(bound)}"
        texts = dict.fromkeys(str(text) for text in bound.errors)
        items.extend({"text": text, "href": href} for text in texts)
    return items


def plain_errors(form: forms.BaseForm) -> list[dict[str, str]]:
    """Every error of a form without links, for one whose fields are hidden."""
    return [{"text": item["text"]} for item in error_summary_items(form)]


def error_target(bound: BoundField) -> str:
    """Id of what the error summary should take the reader to."""
    if component_of(bound) == "date_boxes":
        wrong = _boxes_in_error(bound)
        return box_id(bound, next(part for part in _BOXES if not wrong or part in wrong))
    if component_of(bound) == "picked_date":
        widget = cast(PickedDate, bound.field.widget)
        typed = widget.shown(bound.value())["choice"] == PickedDate.ANOTHER
        return f"{bound.auto_id}-typed" if typed else bound.auto_id
    return bound.auto_id


def fields_to_draw(form: forms.BaseForm) -> Iterator[BoundField]:
    """Visible fields in order, without those that show beneath a choice of another."""
    beneath = {
        name for bound in form.visible_fields() for name in drawing_of(bound).reveals.values()
    }
    return (bound for bound in form.visible_fields() if bound.name not in beneath)


def has_file_field(form: forms.BaseForm) -> bool:
    """Whether the form must be sent as parts, for a file."""
    return form.is_multipart()


def form_heading(form: forms.BaseForm) -> str:
    """The label that is the page's heading, where a field says that its label is."""
    for bound in form:
        if drawing_of(bound).heading:
            return str(bound.label)
    return ""


def hidden_input(name: str, value: str) -> SafeString:
    """A hidden input, escaped."""
    return format_html('<input type="hidden" name="{}" value="{}">', name, value)


def hidden_fields(bound: BoundField) -> SafeString:
    """A hidden field as the inputs that hold it; one for each of several values."""
    value = bound.value()
    values = value if isinstance(value, list | tuple) else [value]
    shown = ("" if one is None else str(one) for one in values)
    return mark_safe("".join(hidden_input(bound.html_name, one) for one in shown))  # noqa: S308
