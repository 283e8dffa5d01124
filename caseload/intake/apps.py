from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "caseload.intake"
    label = "intake"
    verbose_name = "Intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.intake.looks import count_looks_at_files

        count_looks_at_files()
