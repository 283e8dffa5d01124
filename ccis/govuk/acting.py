"""For whom somebody acts on a page, said in its header and in each of its forms."""

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.http import HttpRequest
from django.template.backends.utils import csrf_input_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ccis.access.roles import Role


@dataclass(frozen=True)
class ActingFor:
    """What a page was drawn for: a view sets it as ``request.acting_for``."""

    FIELD: ClassVar[str] = "acting_for"
    """Name of the hidden field that every form of such a page has."""

    key: str
    text: str
    """As the header says it: "Harbour Lane Skills for Northgate Council"."""
    change: str = ""
    """The page where to choose another; empty where there is no other."""
    role: Role | None = None
    """The part that they play there, by which navigation goes; ``None``: that for the council."""


def acting_for(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: forms drawn for someone in particular say so, and stand still if
    their reader has come to act for another meanwhile.
    """
    acting: ActingFor | None = getattr(request, "acting_for", None)
    if acting is None:
        return {}
    key = acting.key

    @cache  # a list has many forms, and one token does for them all
    def both() -> SafeString:
        return format_html(
            '{}<input type="hidden" name="{}" value="{}">',
            csrf_input_lazy(request),
            ActingFor.FIELD,
            key,
        )

    return {"csrf_input": lazy(both, SafeString, str)()}
