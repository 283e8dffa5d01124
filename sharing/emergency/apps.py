from django.apps import AppConfig


class EmergencyConfig(AppConfig):
    name = "sharing.emergency"
    label = "emergency"
    verbose_name = "Emergencies and enquiries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sharing.emergency import merging  # noqa: F401 - what a merge does with our tables
