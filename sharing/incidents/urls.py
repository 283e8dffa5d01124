"""Addresses of incidents (pages §2.5). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.incidents import reporting, views

app_name = "incidents"

AT = "governance/incidents/<ref:incident>/"

urlpatterns = [
    path("governance/incidents/", views.Incidents.as_view(), name="incidents"),
    path("governance/incidents/new/", views.RecordIncident.as_view(), name="new"),
    path(AT, views.ShowIncident.as_view(), name="incident"),
    path(f"{AT}facts/<slug:stage>/", views.AddNote.as_view(), name="note"),
    path(f"{AT}people/", views.AffectedPeople.as_view(), name="people"),
    path(f"{AT}people/find/", views.FindPeople.as_view(), name="find"),
    path(f"{AT}people/assess/", views.AssessRisk.as_view(), name="assess"),
    path(f"{AT}told/", views.Told.as_view(), name="told"),
    path(f"{AT}told/record/", views.RecordTold.as_view(), name="told-record"),
    path(f"{AT}decisions/<slug:about>/", views.Decide.as_view(), name="decide"),
    path(f"{AT}actions/", views.Actions.as_view(), name="actions"),
    path(f"{AT}actions/new/", views.NewAction.as_view(), name="action-new"),
    path(f"{AT}actions/<ref:action>/done/", views.ActionDone.as_view(), name="action-done"),
    path(f"{AT}close/", views.Close.as_view(), name="close"),
    path(f"{AT}reopen/", views.Reopen.as_view(), name="reopen"),
    path("portal/incident/", reporting.ReportIncident.as_view(), name="report"),
]
