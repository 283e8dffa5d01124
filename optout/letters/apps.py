from functools import partial

from django.apps import AppConfig
from django.urls import reverse


def address_of(route: str, of: str) -> str:
    """A page by its reference."""
    return reverse(route, args=[of])


class LettersConfig(AppConfig):
    name = "optout.letters"
    label = "letters"
    verbose_name = "Letters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import marks, tabs
        from caseload.queries.choices import contact_withheld
        from ccis.leaving import kinds
        from optout import telling
        from optout.letters import choosing, merging, queries  # noqa: F401 - it says what it does
        from optout.letters.actions import accompanying
        from optout.letters.correcting import listen_to_corrections
        from optout.letters.signals import letters_posted
        from optout.letters.telling import told_by_letter
        from optout.outbox.actions.sending import register_codes

        batch = partial(address_of, "letters:batch")
        kinds.register("letters", "Letters to print", batch)
        kinds.register("letter", "One letter again", batch)
        kinds.register("answer", "Letter that answers", partial(address_of, "optout:request"))
        listen_to_corrections()
        tabs.register(tabs.Tab("letters", "Letters", "letters:person", 65))
        marks.register_marks(queries.returned_addresses)
        queries.announce_lists()
        letters_posted.connect(accompanying.write_with_letters, dispatch_uid="letters.accompany")
        register_codes("letters", accompanying.codes_in)
        telling.register_telling(told_by_letter)
        choosing.register_no_contact(contact_withheld)
