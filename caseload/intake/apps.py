from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "caseload.intake"
    label = "intake"
    verbose_name = "Intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import caseload.intake.merging  # noqa: F401 - it registers what a merge does
        from caseload.intake.looks import count_looks_at_files

        count_looks_at_files()
