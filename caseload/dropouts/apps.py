from django.apps import AppConfig
from django.urls import reverse


def address_of_passing(of: str) -> str:
    """Where drop-outs that are passed on to another council are."""
    return reverse("dropouts:passed", args=[of])


class DropoutsConfig(AppConfig):
    name = "caseload.dropouts"
    label = "dropouts"
    verbose_name = "Drop-outs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.dropouts.cards import days_of
        from caseload.dropouts.dues import KIND
        from caseload.dropouts.listeners import after_stop, after_work
        from caseload.dropouts.todo import coming, to_send
        from caseload.dropouts.work import owner_of
        from caseload.intake.actions.giving_work import register_owner
        from caseload.intake.scorecards import register_days
        from caseload.signals import stopped, worked_on
        from ccis.leaving import kinds
        from providers.portal.todo import register

        kinds.register("dropouts", "Drop-outs passed on", address_of_passing)
        register(to_send, coming=coming)
        register_days(KIND, days_of)
        register_owner(KIND, owner_of)
        worked_on.connect(after_work, dispatch_uid="dropouts")
        stopped.connect(after_stop, dispatch_uid="dropouts")
