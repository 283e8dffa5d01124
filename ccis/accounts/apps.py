from django.apps import AppConfig

NOT_KEPT = ("password", "password_changed_at", "last_login", "sessions_key")
"""Of a user's fields, those whose values no history keeps; the trail says when."""


class CcisAccountsConfig(AppConfig):
    name = "ccis.accounts"
    label = "accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.accounts import expiry, sign_ins, signals  # noqa: F401
        from ccis.accounts.models import Membership, User
        from ccis.audit.history import keep_history

        keep_history(User, leaving_out=NOT_KEPT)
        keep_history(Membership)
