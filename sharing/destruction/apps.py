from django.apps import AppConfig


class DestructionConfig(AppConfig):
    name = "sharing.destruction"
    label = "destruction"
    verbose_name = "Destruction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sharing.destruction import listeners

        listeners.listen()
