from django.apps import AppConfig


class OptoutConfig(AppConfig):
    name = "optout"
    label = "optout"
    verbose_name = "Opting out"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.demo import further
        from caseload.presenters import tabs
        from caseload.signals import died
        from ccis.authorities import choices
        from ccis.govuk import errors
        from optout import demo, hearing, languages, merging  # noqa: F401 - merging says what it does
        from optout.actions.deaths import close_for_death
        from optout.rules import show_code
        from optout.views import public_errors

        died.connect(close_for_death, dispatch_uid="optout.close_for_death")
        hearing.listen()
        further.register(
            demo.make, f"A young person's code, to type at /choices/: {show_code(demo.CODE)}"
        )
        tabs.register(tabs.Tab("choices", "Choices", "optout:person", 60))
        choices.register_languages(languages.in_settings)
        errors.answer_instead(public_errors.in_place_of)
