from django.apps import AppConfig


class IdleConfig(AppConfig):
    name = "ccis.idle"
    label = "idle"
    verbose_name = "The idle end"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.idle import signals  # noqa: F401
