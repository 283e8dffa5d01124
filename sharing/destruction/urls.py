"""Addresses of destruction (pages §2.5, §2.6)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.destruction import views

app_name = "destruction"

urlpatterns = [
    path("sharing/destruction/", views.Destruction.as_view(), name="now"),
    path("sharing/destruction/<ref:list>/remind/", views.Remind.as_view(), name="remind"),
    path("sharing/destruction/<ref:list>/said/", views.Said.as_view(), name="said"),
    path("sharing/certificates/<ref:ref>/", views.ShowCertificate.as_view(), name="certificate"),
    path(
        "sharing/certificates/<ref:ref>/file/",
        views.CertificateFile.as_view(),
        name="certificate-file",
    ),
    path("certificates/keys/", views.certificate_keys, name="keys"),
    path("portal/destruction/", views.ToConfirm.as_view(), name="mine"),
    path("portal/destruction/<ref:list>/", views.Confirm.as_view(), name="confirm"),
]
