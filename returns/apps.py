from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.urls import reverse


def load_after_migrating(**_: Any) -> None:
    """Bring every edition's codes into the tables whenever the database is migrated or flushed."""
    from returns.loading import load_codes

    load_codes()


def edition_in_footer(request: HttpRequest) -> str:
    """The newest edition and how much of it is not known, at the foot of each officer's page."""
    from ccis.access.roles import STAFF_ROLES
    from ccis.govuk.navigation import role_of
    from returns.editions import newest
    from returns.presenters.words import footer_text

    return footer_text(newest()) if role_of(request) in STAFF_ROLES else ""


def address_of_build(of: str) -> str:
    """Where a return is, from its month and reference."""
    period, _, ref = of.partition("/")
    return reverse("returns:build", args=[period, ref])


class ReturnsConfig(AppConfig):
    name = "returns"
    label = "returns"
    verbose_name = "Returns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import returns.error_report
        import returns.merging
        import returns.moving.kind
        import returns.moving.opening  # noqa: F401 - both register what they read
        from ccis.govuk.furniture import add_footer_text
        from ccis.leaving import kinds
        from returns.help import add_topics
        from returns.looks import count_looks_at_returns
        from returns.recipients import name_the_department

        kinds.register("return", "National return", address_of_build)
        kinds.register(
            "findings",
            "What was found in a return",
            lambda of: reverse("returns:checked", args=[of]),
        )
        kinds.register("differences", "What differs after moving in")
        post_migrate.connect(load_after_migrating, sender=self)
        add_footer_text(edition_in_footer)
        add_topics()
        count_looks_at_returns()
        name_the_department()
