from django.apps import AppConfig


class OptoutConfig(AppConfig):
    name = "optout"
    label = "optout"
    verbose_name = "Opting out"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import tabs
        from optout import merging  # noqa: F401 - it says what a merge does with our tables

        tabs.register(tabs.Tab("choices", "Choices", "optout:person", 60))
