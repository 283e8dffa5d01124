"""Addresses of someone who was invited. The token stands in the first one only, and only once."""

from django.urls import path, re_path

from ccis.accounts.joining import views

app_name = "invitations"
urlpatterns = [
    path("invitations/open/", views.Join.as_view(), name="join"),
    re_path(
        r"^invitations/(?P<token>[0-9A-Za-z_-]{20,100})/$", views.OpenLink.as_view(), name="link"
    ),
]
