"""What may be chosen in the record's forms, read when a form is made."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from caseload import rules
from caseload.models import ActivityCode, Code, IdentifierKind
from ccis.authorities.models import Authority
from ccis.govuk.fields import SelectField
from providers.models import Provider

Choices = list[tuple[str, str]]


def codes_of(model: type[Code], empty: str = "") -> Callable[[], Choices]:
    """The codes of a list that the newest edition has, after an empty choice if it is named."""

    def choices() -> Choices:
        rows = model._default_manager.filter(last_edition="")
        first = [("", empty)] if empty else []
        return first + list(rows.values_list("code", "label"))

    return choices


def activity_codes() -> list[tuple[str, str | Choices]]:
    """The activities of the newest edition, by headline group."""
    groups: dict[str, Choices] = {}
    for code in ActivityCode.objects.filter(last_edition=""):
        groups.setdefault(code.group, []).append((code.code, f"{code.label} ({code.code})"))
    ordered = [group for group in rules.HEADLINES if group in groups]
    return [
        ("", "Choose what they are doing"),
        *((rules.HEADLINES[group], groups[group]) for group in ordered),
    ]


def identifier_kinds() -> Choices:
    """Every kind of identifier that is known as data (USE-08)."""
    return list(IdentifierKind.objects.values_list("code", "label"))


def authorities(empty: str = "Choose an authority") -> Callable[[], Choices]:
    """Authorities that exist today, by name."""

    def choices() -> Choices:
        rows = Authority.objects.open_on(timezone.localdate()).order_by("name")
        return [("", empty), *((str(pk), name) for pk, name in rows.values_list("pk", "name"))]

    return choices


def places(empty: str, *kinds: str) -> Callable[[], Choices]:
    """Providers of the directory by name, of these kinds or all."""

    def choices() -> Choices:
        rows = Provider.objects.filter(closed_on=None)
        if kinds:
            rows = rows.filter(kind__in=kinds)
        return [("", empty), *((str(pk), name) for pk, name in rows.values_list("pk", "name"))]

    return choices


class CodeField(SelectField):
    """A code of a national list. A code that is no longer offered stays where it was recorded."""

    def also(self, code: str | None, label: str) -> None:
        """Offer one more code: the one that the record already has."""
        if code and not self.valid_value(code):
            offered: list[Any] = list(self.choices)  # type: ignore[arg-type]
            self.choices = [*offered, (code, f"{label} (no longer used)")]
