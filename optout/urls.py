"""Addresses of choices (pages §2.2). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from optout.views import person

app_name = "optout"

urlpatterns = [
    path("people/<ref:ref>/choices/", person.Choices.as_view(), name="person"),
    path("people/<ref:ref>/choices/new/", person.RecordChoice.as_view(), name="person-new"),
    path(
        "people/<ref:ref>/choices/<int:place>/take-out/",
        person.TakeOut.as_view(),
        name="person-take-out",
    ),
    path("people/<ref:ref>/choices/code/", person.MakeCode.as_view(), name="person-code"),
]
