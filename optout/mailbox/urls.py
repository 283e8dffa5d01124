"""Addresses of the drop box (pages §2.4)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from optout.mailbox import views

app_name = "mailbox"

urlpatterns = [
    path("messages/mailbox/", views.Mails.as_view(), name="mails"),
    path("messages/mailbox/<ref:ref>/", views.ShowMail.as_view(), name="mail"),
    path("messages/mailbox/<ref:ref>/request/", views.MakeRequest.as_view(), name="request"),
    path("messages/mailbox/<ref:ref>/not-a-request/", views.NotRequest.as_view(), name="not"),
    path("messages/mailbox/<ref:ref>/put-back/", views.PutBack.as_view(), name="put-back"),
]
