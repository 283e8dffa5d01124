from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "sharing.incidents"
    label = "incidents"
    verbose_name = "Incidents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sharing.incidents import merging  # noqa: F401 - what a merge does with our tables
