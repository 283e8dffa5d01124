from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def load_after_migrating(**_: Any) -> None:
    """Bring the kinds of identifier up to date whenever the database is migrated."""
    from caseload.loading import load_identifier_kinds

    load_identifier_kinds()


class CaseloadConfig(AppConfig):
    name = "caseload"
    label = "caseload"
    verbose_name = "Caseload"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(load_after_migrating, sender=self)
