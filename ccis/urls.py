"""Every address of the service. Each app's own ``urls.py`` is included at the root."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
