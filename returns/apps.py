from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def load_after_migrating(**_: Any) -> None:
    """Bring every edition's codes into the tables whenever the database is migrated or flushed."""
    from returns.loading import load_codes

    load_codes()


class ReturnsConfig(AppConfig):
    name = "returns"
    label = "returns"
    verbose_name = "Returns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(load_after_migrating, sender=self)
