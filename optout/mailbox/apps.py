from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "optout.mailbox"
    label = "mailbox"
    verbose_name = "Drop box"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from optout.mailbox import merging, queries  # noqa: F401 - merging says what it does
        from optout.queries import register_waiting

        register_waiting(queries.waiting_in)
