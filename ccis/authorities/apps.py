from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def load_after_migrating(**_: Any) -> None:
    """Bring the register up to date whenever the database is migrated."""
    from ccis.authorities.loading import load_authorities, load_published_figures

    load_authorities()
    load_published_figures()


class CcisAuthoritiesConfig(AppConfig):
    name = "ccis.authorities"
    label = "authorities"
    verbose_name = "Authorities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.audit.history import keep_history
        from ccis.authorities.models import Authority, PolicyProfile, SubRegion

        post_migrate.connect(load_after_migrating, sender=self)
        keep_history(Authority)
        keep_history(PolicyProfile)
        keep_history(SubRegion, sets=("authorities",))
