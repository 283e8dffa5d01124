from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "providers.portal"
    label = "seats"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from providers.portal import listeners, reviewing, todo

        listeners.listen()
        todo.register(reviewing.find)
