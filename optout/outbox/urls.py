"""Addresses of messages out (pages §2.4)."""

from django.urls import path, re_path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from optout.outbox.views import outbox, person, public

app_name = "outbox"

urlpatterns = [
    path("messages/", outbox.Messages.as_view(), name="messages"),
    path("messages/outbox/", outbox.Outbox.as_view(), name="outbox"),
    path("messages/outbox/<ref:message>/", outbox.ShowMessage.as_view(), name="message"),
    path("messages/outbox/<ref:message>/stop/", outbox.Stop.as_view(), name="stop"),
    path("people/<ref:ref>/messages/", person.PersonMessages.as_view(), name="person"),
    path("people/<ref:ref>/messages/choice/", person.RecordChoice.as_view(), name="choice"),
    re_path(
        r"^stop-messages/(?P<key>[A-Za-z0-9_-]{43})/$",
        public.StopMessages.as_view(),
        name="stop-messages",
    ),
]
