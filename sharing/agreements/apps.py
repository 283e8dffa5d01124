from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def load_after_migrating(**_: Any) -> None:
    """Bring the registers up to date whenever the database is migrated."""
    from sharing.agreements.loading import load_registers

    load_registers()


class AgreementsConfig(AppConfig):
    name = "sharing.agreements"
    label = "agreements"
    verbose_name = "Agreements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.audit.history import keep_history
        from providers.portal import todo
        from sharing.agreements import listeners
        from sharing.agreements.models import Agreement, Gateway, Party, Programme, Version
        from sharing.agreements.presenters import portal

        post_migrate.connect(load_after_migrating, sender=self)
        listeners.listen()
        todo.register(portal.find)
        for model in (Agreement, Gateway, Programme, Party):
            keep_history(model)
        keep_history(Version, sets=("notices",), leaving_out=("signed_id",))
