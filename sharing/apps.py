from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    label = "sharing"
    verbose_name = "Sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import holding, tabs
        from sharing import listeners, merging  # noqa: F401 - what a merge does with our tables
        from sharing.presenters.disclosures import shared_now

        listeners.listen()
        holding.register(shared_now)
        tabs.register(tabs.Tab("sharing", "Sharing", "sharing:person", 70))
