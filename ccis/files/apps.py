from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ccis.files"
    label = "files"
    verbose_name = "Files"
