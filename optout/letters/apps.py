from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "optout.letters"
    label = "letters"
    verbose_name = "Letters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import marks, tabs
        from caseload.queries.choices import contact_withheld
        from optout import telling
        from optout.letters import choosing, merging, queries  # noqa: F401 - it says what it does
        from optout.letters.actions import accompanying
        from optout.letters.correcting import listen_to_corrections
        from optout.letters.signals import letters_posted
        from optout.letters.telling import told_by_letter
        from optout.outbox.actions.sending import register_codes

        listen_to_corrections()
        tabs.register(tabs.Tab("letters", "Letters", "letters:person", 65))
        marks.register_marks(queries.returned_addresses)
        queries.announce_lists()
        letters_posted.connect(accompanying.write_with_letters, dispatch_uid="letters.accompany")
        register_codes("letters", accompanying.codes_in)
        telling.register_telling(told_by_letter)
        choosing.register_no_contact(contact_withheld)
