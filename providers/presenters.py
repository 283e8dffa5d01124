"""What pages say about providers."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ccis.govuk.lists import Listed
from ccis.govuk.summary import row, summary
from ccis.govuk.words import long_date, plural
from providers.models import Provider


def show_dfe_number(number: str) -> str:
    """``306/4001``; nothing for none."""
    return f"{number[:3]}/{number[3:]}" if number else ""


def state(provider: Provider, on: date) -> tuple[str, str]:
    """Words and colour of the tag that says whether it is open on a day."""
    if provider.closed_on is not None and provider.closed_on < on:
        return "Closed", "grey"
    if provider.opened_on is not None and provider.opened_on > on:
        return "Not open yet", "yellow"
    return "Open", "green"


def list_row(provider: Provider, on: date) -> dict[str, Any]:
    """One row of the directory."""
    words, colour = state(provider, on)
    return {
        "ref": provider.ref,
        "name": provider.name,
        "kind": provider.get_kind_display(),
        "authority": provider.authority.name if provider.authority else "",
        "dfe_number": show_dfe_number(provider.dfe_number),
        "urn": provider.urn,
        "ukprn": provider.ukprn,
        "state": words,
        "colour": colour,
    }


def sentence(listed_total: int, filters: dict[str, str]) -> SafeString:
    """What the list shows, in words."""
    parts = [f"of the kind “{filters['kind'].lower()}”"] if "kind" in filters else []
    if "authority" in filters:
        parts.append(f"in {filters['authority']}")
    if "state" in filters:
        verb = "is" if listed_total == 1 else "are"
        parts.append(f"that {verb} {filters['state'].lower()}")
    if "find" in filters:
        parts.append(f"whose name or number is like {filters['find']}")
    return format_html(
        "<strong>{}</strong>{}{}.",
        plural(listed_total, "provider"),
        " " if parts else "",
        ", ".join(parts),
    )


def details(provider: Provider) -> dict[str, Any]:
    """The summary list of one provider."""
    return summary(
        [
            row("Kind", provider.get_kind_display()),
            row("Authority", provider.authority.name if provider.authority else ""),
            row("DfE number", show_dfe_number(provider.dfe_number)),
            row("URN", provider.urn),
            row("UKPRN", provider.ukprn),
            row("Address", address_lines(provider)),
            row("Email", provider.email),
            row("Phone", provider.phone),
            row("Opened", long_date(provider.opened_on)),
            row("Closed", long_date(provider.closed_on)),
        ]
    )


def address_lines(provider: Provider) -> list[str]:
    """The lines of the address, postcode last."""
    return [line for line in (*provider.address.splitlines(), provider.postcode) if line.strip()]


def presented(listed: Listed, filters: dict[str, str], on: date) -> Listed:
    """A page of the directory, its sentence and its rows in words."""
    return replace(
        listed,
        rows=[list_row(provider, on) for provider in listed.rows],
        sentence=sentence(listed.total, filters),
    )
