from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "sharing.monitoring"
    label = "monitoring"
    verbose_name = "Drop-out monitoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.dropouts.dues import register_agreed
        from sharing.monitoring.queries import agreed_days

        register_agreed(agreed_days)
