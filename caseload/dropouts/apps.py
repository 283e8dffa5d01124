from django.apps import AppConfig


class DropoutsConfig(AppConfig):
    name = "caseload.dropouts"
    label = "dropouts"
    verbose_name = "Drop-outs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.dropouts.listeners import after_work
        from caseload.dropouts.queries import days_of_nothing
        from caseload.dropouts.todo import to_send
        from caseload.intake.scorecards import register_answers
        from caseload.signals import worked_on
        from ccis.leaving import kinds
        from providers.portal.todo import register

        kinds.register("passed-on", "Drop-outs passed on to another council")
        register(to_send)
        register_answers(days_of_nothing)
        worked_on.connect(after_work, dispatch_uid="dropouts")
