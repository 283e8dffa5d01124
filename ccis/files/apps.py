from django.apps import AppConfig


class CcisFilesConfig(AppConfig):
    name = "ccis.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"
