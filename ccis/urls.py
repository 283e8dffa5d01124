"""Every address of the service. Each app's own ``urls.py`` is included at the root."""

from django.urls import include, path

from ccis.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("accounts/", include("allauth.urls")),
]
