from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    label = "sharing"
    verbose_name = "Sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import tabs
        from sharing import listeners, merging  # noqa: F401 - what a merge does with our tables

        listeners.listen()
        tabs.register(tabs.Tab("sharing", "Sharing", "sharing:person", 70))
