from django.apps import AppConfig


class CcisAccessConfig(AppConfig):
    name = "ccis.access"
    label = "access"
    verbose_name = "Access"
    default_auto_field = "django.db.models.BigAutoField"
