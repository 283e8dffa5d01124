"""Addresses of the register of policy documents."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.policies import views

app_name = "policies"

urlpatterns = [
    path("governance/policy-documents/", views.Documents.as_view(), name="documents"),
    path("governance/policy-documents/new/", views.Register.as_view(), name="new"),
    path("governance/policy-documents/<ref:ref>/end/", views.End.as_view(), name="end"),
]
