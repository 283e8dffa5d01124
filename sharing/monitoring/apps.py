from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "sharing.monitoring"
    label = "monitoring"
    verbose_name = "Drop-out monitoring"
    default_auto_field = "django.db.models.BigAutoField"
