"""Addresses of the audit (pages §2.9)."""

from django.urls import path

from ccis.audit.views import Audit

app_name = "audit"
urlpatterns = [path("governance/audit/", Audit.as_view(), name="audit")]
