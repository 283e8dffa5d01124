from django.apps import AppConfig


class CcisAccountsConfig(AppConfig):
    name = "ccis.accounts"
    label = "accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"
