from django.apps import AppConfig


class CcisGovukConfig(AppConfig):
    name = "ccis.govuk"
    label = "govuk"
    verbose_name = "Pages"
