from django.apps import AppConfig


class CcisAuditConfig(AppConfig):
    name = "ccis.audit"
    label = "audit"
    verbose_name = "Audit"
    default_auto_field = "django.db.models.BigAutoField"
