from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "caseload.intake"
    label = "intake"
    verbose_name = "Intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import caseload.intake.merging  # noqa: F401 - it registers what a merge does
        from caseload.actions.sealing import when_sealed
        from caseload.intake.looks import count_looks_at_files
        from caseload.intake.portal.todo import find
        from caseload.intake.sealing import close_rows
        from providers.portal.todo import register

        when_sealed("intake", close_rows)
        count_looks_at_files()
        register(find)
