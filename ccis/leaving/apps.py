from django.apps import AppConfig


class LeavingConfig(AppConfig):
    name = "ccis.leaving"
    label = "leaving"
    verbose_name = "Files that left"
    default_auto_field = "django.db.models.BigAutoField"
