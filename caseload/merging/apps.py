from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "caseload.merging"
    label = "merging"
    verbose_name = "Merging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.actions.sealing import when_sealed
        from caseload.merging import handlers  # noqa: F401 - it registers those of the record
        from caseload.merging.pairs import forget_found

        when_sealed("merging", forget_found)
