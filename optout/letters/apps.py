from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "optout.letters"
    label = "letters"
    verbose_name = "Letters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import marks, tabs
        from optout.letters import merging, queries  # noqa: F401 - merging says what it does

        tabs.register(tabs.Tab("letters", "Letters", "letters:person", 65))
        marks.register_marks(queries.returned_addresses)
        queries.announce_lists()
