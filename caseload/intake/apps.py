from django.apps import AppConfig
from django.urls import reverse


def address_of_file(of: str) -> str:
    """Where a received file is reviewed."""
    return reverse("intake:file", args=[of])


class IntakeConfig(AppConfig):
    name = "caseload.intake"
    label = "intake"
    verbose_name = "Intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import caseload.intake.merging  # noqa: F401 - it registers what a merge does
        from caseload.actions.sealing import when_sealed
        from caseload.intake.looks import count_looks_at_files
        from caseload.intake.portal.reminding import ask_who_sits_there
        from caseload.intake.portal.todo import coming, find
        from caseload.intake.sealing import close_rows
        from caseload.signals import worked_on
        from ccis.leaving import kinds
        from providers.portal.todo import register

        kinds.register("to-mend", "Received file, to be mended", address_of_file)
        kinds.register("questions", "Questions to a school", address_of_file)
        when_sealed("intake", close_rows)
        count_looks_at_files()
        register(find, coming=coming)
        worked_on.connect(ask_who_sits_there, dispatch_uid="intake.portal")
