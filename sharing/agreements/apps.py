from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "sharing.agreements"
    label = "agreements"
    verbose_name = "Agreements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ccis.audit.history import keep_history
        from sharing.agreements.models import Agreement, Gateway, Party, Programme, Version

        for model in (Agreement, Gateway, Programme, Party):
            keep_history(model)
        keep_history(Version, sets=("notices",), leaving_out=("signed_id",))
