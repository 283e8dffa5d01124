"""Addresses of emergencies and enquiries (pages §2.5). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.emergency.views import emergencies, enquiries

app_name = "emergency"

ASKED = "sharing/enquiries/<ref:enquiry>/"

urlpatterns = [
    path(
        "people/<ref:ref>/sharing/emergency/", emergencies.ShareInEmergency.as_view(), name="share"
    ),
    path("sharing/emergencies/", emergencies.Emergencies.as_view(), name="emergencies"),
    path("sharing/emergencies/criteria/", emergencies.PublishCriteria.as_view(), name="criteria"),
    path("sharing/emergencies/<ref:ref>/", emergencies.Review.as_view(), name="emergency"),
    path("sharing/enquiries/", enquiries.Enquiries.as_view(), name="enquiries"),
    path("sharing/enquiries/new/", enquiries.NewEnquiry.as_view(), name="enquiry-new"),
    path(ASKED, enquiries.ShowEnquiry.as_view(), name="enquiry"),
    path(f"{ASKED}tell/", enquiries.Tell.as_view(), name="tell"),
    path(f"{ASKED}refuse/", enquiries.Refuse.as_view(), name="refuse"),
]
