from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "caseload.policies"
    label = "policies"
    verbose_name = "Policy documents"
    default_auto_field = "django.db.models.BigAutoField"
