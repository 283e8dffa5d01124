from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "optout.outbox"
    label = "outbox"
    verbose_name = "Messages out"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import tabs
        from caseload.signals import died
        from optout.outbox import merging  # noqa: F401 - it says what a merge does with our tables
        from optout.outbox.actions.writing import stop_for_death

        died.connect(stop_for_death, dispatch_uid="outbox.stop_for_death")
        tabs.register(tabs.Tab("messages", "Messages", "outbox:person", 67))
