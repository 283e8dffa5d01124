from django.apps import AppConfig


class SecureFilesConfig(AppConfig):
    name = "sharing.files"
    label = "securefiles"
    verbose_name = "Secure files"
    default_auto_field = "django.db.models.BigAutoField"
