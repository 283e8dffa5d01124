from django.apps import AppConfig
from django.urls import reverse


def address_of_list(of: str) -> str:
    """Where a list is."""
    return reverse("sharing:list", args=[of])


class OutcomesConfig(AppConfig):
    name = "sharing.outcomes"
    label = "outcomes"
    verbose_name = "Outcomes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.leaving import kinds
        from sharing.outcomes import kind, merging, todo  # noqa: F401 - each registers

        kinds.register("list-to-mend", "Completed list, to be mended", address_of_list)
        todo.listen()
