from django.apps import AppConfig
from django.urls import reverse


def address_of(of: str) -> str:
    """Where a file of a list is, from the references of both."""
    return reverse("securefiles:file", args=of.split("/"))


class SecureFilesConfig(AppConfig):
    name = "sharing.files"
    label = "securefiles"
    verbose_name = "Secure files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.leaving import kinds

        kinds.register("list", "Encrypted list", address_of)
