from django.apps import AppConfig


class CcisAccountsConfig(AppConfig):
    name = "ccis.accounts"
    label = "accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.accounts import expiry, sign_ins, signals  # noqa: F401
        from ccis.accounts.models import Membership, User
        from ccis.audit.history import keep_history

        keep_history(User, leaving_out=("password", "last_login", "sessions_key"))
        keep_history(Membership)
