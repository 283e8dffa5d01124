"""Addresses of emergencies and enquiries (pages §2.5). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.emergency import views

app_name = "emergency"

ASKED = "sharing/enquiries/<ref:enquiry>/"

urlpatterns = [
    path("people/<ref:ref>/sharing/emergency/", views.ShareInEmergency.as_view(), name="share"),
    path("sharing/emergencies/", views.Emergencies.as_view(), name="emergencies"),
    path("sharing/emergencies/criteria/", views.PublishCriteria.as_view(), name="criteria"),
    path("sharing/emergencies/<ref:ref>/", views.Review.as_view(), name="emergency"),
    path("sharing/enquiries/", views.Enquiries.as_view(), name="enquiries"),
    path("sharing/enquiries/new/", views.NewEnquiry.as_view(), name="enquiry-new"),
    path(ASKED, views.ShowEnquiry.as_view(), name="enquiry"),
    path(f"{ASKED}tell/", views.Tell.as_view(), name="tell"),
    path(f"{ASKED}refuse/", views.Refuse.as_view(), name="refuse"),
]
