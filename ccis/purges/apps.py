from django.apps import AppConfig


class PurgesConfig(AppConfig):
    name = "ccis.purges"
    label = "purges"
    verbose_name = "Purges"
    default_auto_field = "django.db.models.BigAutoField"
