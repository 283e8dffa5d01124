"""Addresses of incidents (pages §2.5). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.incidents import reporting
from sharing.incidents.views import people, register, telling, work

app_name = "incidents"

AT = "governance/incidents/<ref:incident>/"

urlpatterns = [
    path("governance/incidents/", register.Incidents.as_view(), name="incidents"),
    path("governance/incidents/new/", register.RecordIncident.as_view(), name="new"),
    path(AT, register.ShowIncident.as_view(), name="incident"),
    path(f"{AT}facts/<slug:stage>/", register.AddNote.as_view(), name="note"),
    path(f"{AT}people/", people.AffectedPeople.as_view(), name="people"),
    path(f"{AT}people/find/", people.FindPeople.as_view(), name="find"),
    path(f"{AT}people/assess/", people.AssessRisk.as_view(), name="assess"),
    path(f"{AT}told/", telling.Told.as_view(), name="told"),
    path(f"{AT}told/record/", telling.RecordTold.as_view(), name="told-record"),
    path(f"{AT}decisions/<slug:about>/", telling.Decide.as_view(), name="decide"),
    path(f"{AT}actions/", work.Actions.as_view(), name="actions"),
    path(f"{AT}actions/new/", work.NewAction.as_view(), name="action-new"),
    path(f"{AT}actions/<ref:action>/done/", work.ActionDone.as_view(), name="action-done"),
    path(f"{AT}close/", work.Close.as_view(), name="close"),
    path(f"{AT}reopen/", work.Reopen.as_view(), name="reopen"),
    path("incidents/report/", reporting.TellOfIncident.as_view(), name="tell"),
    path("portal/incident/", reporting.ReportIncident.as_view(), name="report"),
]
