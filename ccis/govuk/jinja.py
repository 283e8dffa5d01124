"""The Jinja2 environment that every page is drawn in (docs/adr on pages)."""

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import json_script
from django.utils.translation import gettext, ngettext
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from jinja2.runtime import Context

from ccis.govuk import components, words
from ccis.govuk.charts import draw_chart
from ccis.govuk.furniture import page_furniture
from ccis.govuk.tags import tag_class

_GOVUK_PACKAGE = "govuk_frontend_jinja"


class OurContext(Context):
    """A context whose globals are the environment's alone: no template is given some of its own.

    So that what a template imports is made once, not asked at each page whether it needs more.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.globals_keys = set()


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Reverse a named URL: ``url("caseload:person", ref=person.ref)``."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def messages_of(request: HttpRequest | None) -> list[Any]:
    """The messages waiting to be shown on this page, which counts as showing them."""
    return list(get_messages(request)) if request is not None else []


def environment(**options: Any) -> Environment:
    """Make the environment: our templates, the GOV.UK components, and what both may call.

    Django passes ``loader`` and ``autoescape`` in ``options``. A missing value draws as nothing,
    which the GOV.UK macros rely on.
    """
    components_loader = PrefixLoader({_GOVUK_PACKAGE: PackageLoader(_GOVUK_PACKAGE)})
    options["loader"] = ChoiceLoader([options["loader"], components_loader])
    options["undefined"] = ChainableUndefined
    options["trim_blocks"] = True
    options["lstrip_blocks"] = True
    made = Environment(**options)  # noqa: S701 - Django passes autoescape on
    made.context_class = OurContext
    made.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    made.globals.update(
        static=static,
        url=url,
        messages_of=messages_of,
        page_furniture=page_furniture,
        params_of=components.params_of,
        revealed_by_style=components.revealed_by_style,
        hidden_fields=components.hidden_fields,
        draw_field=components.draw_field,
        error_summary_items=components.error_summary_items,
        plain_errors=components.plain_errors,
        fields_to_draw=components.fields_to_draw,
        has_file_field=components.has_file_field,
        form_heading=components.form_heading,
        draw_chart=draw_chart,
        tag_class=tag_class,
    )
    made.filters.update(
        date=words.long_date,
        short_date=words.short_date,
        clock_date=words.clock_date,
        date_and_time=words.date_and_time,
        time=words.time_of_day,
        number=words.number,
        percentage=words.percentage,
        points=words.points,
        plural=words.plural,
        reference=words.reference,
        groupby_in_order=words.groups_in_order,
        json_script=json_script,
    )
    return made
