from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "sharing.triage"
    label = "triage"
    verbose_name = "Triage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sharing.triage import listeners, merging  # noqa: F401 - what a merge does

        listeners.listen()
