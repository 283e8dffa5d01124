"""The two widgets that Django has no like of: a date in three boxes, and a date picked or typed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

ALONGSIDE = "-typed"
"""What is added to a field's name for the box beside its radios."""


class DateBoxes(forms.Widget):
    """Day, month and year in three boxes named ``<name>-day`` and so on."""

    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None, *, is_birthday: bool = False) -> None:
        super().__init__(attrs)
        self.is_birthday = is_birthday

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> dict[str, str] | str | None:
        """The three boxes as typed; an ISO date under the plain name is taken too."""
        if data.get(name):
            return str(data[name])
        boxes = {part: str(data.get(f"{name}-{part}", "")).strip() for part in self.parts}
        return boxes if any(boxes.values()) else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and all(f"{name}-{part}" not in data for part in self.parts)

    def boxes(self, value: Any) -> dict[str, str]:
        """What each box should show for a date, for boxes as typed, or for nothing."""
        if isinstance(value, dict):
            return {part: value.get(part, "") for part in self.parts}
        if isinstance(value, str) and value:
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return {"day": value, "month": "", "year": ""}
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        return dict.fromkeys(self.parts, "")


class PickedDate(forms.Widget):
    """*Today*, *Yesterday* or *Another date*, the last with one box that reads most ways.

    The choice comes under the field's name (``today``, ``yesterday``, ``another``, ``none``),
    the box under ``<name>-typed``. A date under the field's own name is taken as typed, and so
    is a filled box with nothing chosen.
    """

    TODAY, YESTERDAY, ANOTHER, NONE = "today", "yesterday", "another", "none"

    def __init__(self, attrs: dict[str, Any] | None = None, no_date: str = "") -> None:
        super().__init__(attrs)
        self.no_date = no_date

    def choices(self, *, required: bool) -> list[tuple[str, str]]:
        """The radios; one for no date where the answer may be left out and has a name."""
        radios = [
            (self.TODAY, "Today"),
            (self.YESTERDAY, "Yesterday"),
            (self.ANOTHER, "Another date"),
        ]
        return radios if required or not self.no_date else [*radios, (self.NONE, self.no_date)]

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> dict[str, str] | None:
        choice = str(data.get(name) or "").strip()
        typed = str(data.get(f"{name}{ALONGSIDE}") or "").strip()
        if choice and choice not in {self.TODAY, self.YESTERDAY, self.ANOTHER, self.NONE}:
            choice, typed = self.ANOTHER, choice
        if not choice and typed:
            choice = self.ANOTHER
        return {"choice": choice, "typed": typed} if choice else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}{ALONGSIDE}" not in data

    def shown(self, value: Any) -> dict[str, str]:
        """Which radio is chosen and what the box shows, for a date, an answer, or nothing."""
        if isinstance(value, dict):
            return {"choice": value.get("choice", ""), "typed": value.get("typed", "")}
        if isinstance(value, date):
            today = timezone.localdate()
            if value == today:
                return {"choice": self.TODAY, "typed": ""}
            if value == today - timedelta(days=1):
                return {"choice": self.YESTERDAY, "typed": ""}
            return {"choice": self.ANOTHER, "typed": f"{value.day}/{value.month}/{value.year}"}
        return {"choice": "", "typed": ""}
