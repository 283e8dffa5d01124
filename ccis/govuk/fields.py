"""Form fields that draw themselves as GOV.UK components, with label, hint and error.

Say ``label=``, ``hint=`` and ``error_messages=``; what else a field may be told is in
``ccis.govuk.components.Drawing`` (``heading``, ``width``, ``inline``, ``small``,
``choice_hints``, ``reveals``, ``rows`` and more). In a template: ``{{ form.x.as_field_group() }}``.
"""

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from ccis.access.references import read_reference
from ccis.files.values import BadValue
from ccis.govuk.components import Drawing
from ccis.govuk.dates import NotADate, Prefer, full_year, read_date, read_month, real_date
from ccis.govuk.widgets import DateBoxes, PickedDate

_DRAWING_WORDS = frozenset(field.name for field in dataclass_fields(Drawing))


class DrawnField(forms.Field):
    """What our fields share: a template of their own, a hint, and how they are drawn."""

    component = "input"

    def __init__(self, *args: Any, hint: StrOrPromise = "", **kwargs: Any) -> None:
        drawing = {word: kwargs.pop(word) for word in _DRAWING_WORDS & kwargs.keys()}
        self.drawing = Drawing(**drawing)
        kwargs.setdefault("template_name", f"govuk_fields/{self.component}.jinja")
        if hint:
            kwargs["help_text"] = hint
        super().__init__(*args, **kwargs)


class TextField(DrawnField, forms.CharField):
    """One line of text. ``autocomplete`` says what the browser may fill in."""

    def __init__(self, *args: Any, autocomplete: str = "off", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.widget.attrs.setdefault("autocomplete", autocomplete)


class SearchField(TextField):
    """One line to search by."""

    widget = forms.TextInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.widget.input_type = "search"


class ReadField(TextField):
    """One line that is read as a cell of a file is, by ``read``. Cleans to nothing where empty."""

    def __init__(self, *args: Any, read: Callable[[str], str | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read = read

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return self.read(typed) or ""
        except BadValue as error:
            raise ValidationError(error.message.rstrip("."), code="invalid") from error


class ReferenceField(TextField):
    """A reference such as ``7F3K-Q29M``. Cleans to its eight letters and digits, or to nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("width", "10")
        super().__init__(*args, **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        reference = read_reference(typed) if typed else ""
        if reference is None:
            raise ValidationError("Enter a reference of eight letters and digits", code="invalid")
        return reference


class EmailField(DrawnField, forms.EmailField):
    """An email address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault(
            "invalid", "Enter an email address in the right form, like name@example.com"
        )
        super().__init__(*args, **kwargs)


class PasswordField(DrawnField, forms.CharField):
    """A password, with a button that shows it; paste and password managers work."""

    component = "password"
    widget = forms.PasswordInput

    def __init__(self, *args: Any, autocomplete: str = "current-password", **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        super().__init__(*args, **kwargs)
        self.widget.attrs.setdefault("autocomplete", autocomplete)


class NumberField(DrawnField, forms.IntegerField):
    """A whole number, typed in a text box as GOV.UK advises."""


class TextareaField(DrawnField, forms.CharField):
    """Several lines; with ``max_length`` the letters left are counted."""

    component = "textarea"
    widget = forms.Textarea


class SelectField(DrawnField, forms.ChoiceField):
    """A list to choose from; groups of choices are drawn as groups."""

    component = "select"
    widget = forms.Select


class ModelSelectField(DrawnField, forms.ModelChoiceField):  # type: ignore[type-arg]
    """A list of records to choose from."""

    component = "select"
    widget = forms.Select


class RadiosField(DrawnField, forms.ChoiceField):
    """One of a few, all seen."""

    component = "radios"
    widget = forms.RadioSelect


class ModelRadiosField(DrawnField, forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a few records, all seen."""

    component = "radios"
    widget = forms.RadioSelect

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", None)
        super().__init__(*args, **kwargs)


class CheckboxesField(DrawnField, forms.MultipleChoiceField):
    """Any number of a few."""

    component = "checkboxes"
    widget = forms.CheckboxSelectMultiple


class ModelCheckboxesField(DrawnField, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of a few records."""

    component = "checkboxes"
    widget = forms.CheckboxSelectMultiple


class CheckboxField(DrawnField, forms.BooleanField):
    """One box to tick. ``required`` means that it must be ticked."""

    component = "checkbox"
    widget = forms.CheckboxInput


class FileField(DrawnField, forms.FileField):
    """A file to send. ``accept`` narrows what the browser offers: ``.csv,.xlsx``."""

    component = "file_upload"
    widget = forms.FileInput

    def __init__(self, *args: Any, accept: str = "", **kwargs: Any) -> None:
        messages = {
            "required": "Choose a file",
            "missing": "Choose a file",
            "empty": "This file is empty",
        }
        kwargs["error_messages"] = messages | (kwargs.get("error_messages") or {})
        super().__init__(*args, **kwargs)
        if accept:
            self.widget.attrs["accept"] = accept


class HiddenField(DrawnField, forms.CharField):
    """Carried along, never shown."""

    component = "hidden"
    widget = forms.HiddenInput


class _DateField(DrawnField):
    """What the three ways of asking for a date share: its words when it is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = str(self.label or "Date")
        self.error_messages = {
            "not_real": f"{name} must be a real date, like 27 3 2009",
            **self.error_messages,
        }

    def not_real(self, code: str = "not_real") -> ValidationError:
        return ValidationError(self.error_messages["not_real"], code=code)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class DateBoxesField(_DateField):
    """A date in three boxes, for the public and the portal. Cleans to a ``date`` or ``None``.

    ``birthday=True`` lets the browser fill in a date of birth.
    """

    component = "date_boxes"
    widget = DateBoxes

    def __init__(self, *args: Any, birthday: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateBoxes(is_birthday=birthday))
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        if isinstance(value, str):
            return self._from_text(value)
        return self._from_boxes(value)

    def _from_text(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.not_real() from error

    def _from_boxes(self, boxes: dict[str, str]) -> date:
        missing = [part for part in DateBoxes.parts if not boxes.get(part)]
        if missing:
            parts = " and ".join(f"a {part}" for part in missing)
            raise ValidationError(f"{self.label} must include {parts}", code="-".join(missing))
        if not (boxes["day"].isdecimal() and boxes["year"].isdecimal()):
            raise self.not_real("year" if boxes["day"].isdecimal() else "day")
        try:
            year = full_year(boxes["year"], timezone.localdate())
            return real_date(year, read_month(boxes["month"]), int(boxes["day"]))
        except NotADate as error:
            raise self.not_real() from error


DateInputField = DateBoxesField
"""The same, by the name that the Design System gives it."""


class TypedDateField(_DateField):
    """A date in one box that reads most ways, day first: for officers. Cleans to a ``date``.

    ``prefer`` says which year is meant when none is typed: the nearest, the past, the future.
    """

    widget = forms.TextInput

    def __init__(self, *args: Any, prefer: Prefer = "nearest", **kwargs: Any) -> None:
        kwargs.setdefault("width", "10")
        super().__init__(*args, **kwargs)
        self.prefer = prefer

    def prepare_value(self, value: Any) -> Any:
        return f"{value.day}/{value.month}/{value.year}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return read_date(str(value), today=timezone.localdate(), prefer=self.prefer)
        except NotADate as error:
            raise self.not_real() from error


class OfficerDateField(_DateField):
    """*Today*, *Yesterday* or *Another date* with a box that reads most ways; for officers,
    and wherever the answer is nearly always one of the first two.

    Post ``name=today`` or ``name=another&name-typed=9/12/26``; ``name=2026-12-09`` works too.
    ``no_date`` names a fourth choice where the date may be left out. Cleans to a ``date``.
    """

    component = "picked_date"
    widget = PickedDate

    def __init__(
        self, *args: Any, prefer: Prefer = "nearest", no_date: str = "", **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", PickedDate(no_date=no_date))
        super().__init__(*args, **kwargs)
        self.prefer: Prefer = prefer

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        today = timezone.localdate()
        if value["choice"] in (PickedDate.TODAY, PickedDate.YESTERDAY):
            return today - timedelta(days=value["choice"] == PickedDate.YESTERDAY)
        if value["choice"] == PickedDate.NONE:
            return None
        if not value["typed"]:
            raise ValidationError(self.error_messages["required"], code="required")
        try:
            return read_date(value["typed"], today=today, prefer=self.prefer)
        except NotADate as error:
            raise self.not_real() from error
