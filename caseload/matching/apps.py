from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "caseload.matching"
    label = "matching"
    verbose_name = "Matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import caseload.matching.help
        import caseload.matching.merging  # noqa: F401 - it registers what a merge does
