"""Addresses of completed workbooks (pages §2.5, §2.6). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.outcomes import referring
from sharing.outcomes.workbook import views

app_name = "outcomes"

PORTAL = "portal/list/workbook/"
OFFICER = "sharing/lists/<ref:ref>/completed/"
ONE = "<ref:workbook>/"

urlpatterns = [
    path("portal/list/<ref:row>/refer/", referring.Refer.as_view(), name="refer"),
    path(PORTAL, views.PortalSendBack.as_view(), name="send"),
    path(f"{PORTAL}{ONE}", views.PortalShow.as_view(), name="show"),
    path(f"{PORTAL}{ONE}take/", views.PortalTake.as_view(), name="take"),
    path(f"{PORTAL}{ONE}set-aside/", views.PortalSetAside.as_view(), name="set-aside"),
    path(f"{PORTAL}{ONE}carry-on/", views.PortalCarryOn.as_view(), name="carry-on"),
    path(f"{PORTAL}{ONE}errors/", views.PortalMarked.as_view(), name="errors"),
    path(OFFICER, views.OfficerSendBack.as_view(), name="officer-send"),
    path(f"{OFFICER}{ONE}", views.OfficerShow.as_view(), name="officer-show"),
    path(f"{OFFICER}{ONE}take/", views.OfficerTake.as_view(), name="officer-take"),
    path(f"{OFFICER}{ONE}set-aside/", views.OfficerSetAside.as_view(), name="officer-set-aside"),
    path(f"{OFFICER}{ONE}carry-on/", views.OfficerCarryOn.as_view(), name="officer-carry-on"),
    path(f"{OFFICER}{ONE}errors/", views.OfficerMarked.as_view(), name="officer-errors"),
]
