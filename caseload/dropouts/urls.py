"""Addresses of drop-outs (pages §2.6). Nothing personal stands in any of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…> and <period:…>
from caseload.dropouts.views import months, officers, one_person, workbook

app_name = "dropouts"

PORTAL = "portal/dropouts/"
MONTH = f"{PORTAL}<period:month>/"

urlpatterns = [
    path(PORTAL, months.Months.as_view(), name="months"),
    path(f"{PORTAL}template/", months.Template.as_view(), name="template"),
    path(f"{PORTAL}new/", one_person.What.as_view(), name="new"),
    path(f"{PORTAL}new/who/", one_person.Who.as_view(), name="who"),
    path(f"{PORTAL}new/born/", one_person.Born.as_view(), name="born"),
    path(f"{PORTAL}new/when/", one_person.When.as_view(), name="when"),
    path(f"{PORTAL}new/home/", one_person.Home.as_view(), name="home-step"),
    path(f"{PORTAL}new/reach/", one_person.Reach.as_view(), name="reach"),
    path(f"{PORTAL}new/check/", one_person.Check.as_view(), name="check"),
    path(f"{PORTAL}sent/<ref:ref>/", months.Receipt.as_view(), name="receipt"),
    path(MONTH, months.OneMonth.as_view(), name="month"),
    path(f"{MONTH}nil/", months.Nil.as_view(), name="nil"),
    path(f"{MONTH}file/", workbook.SendWorkbook.as_view(), name="file"),
    path(f"{MONTH}file/progress/", workbook.ProgressPage.as_view(), name="progress"),
    path(f"{MONTH}file/errors/", workbook.Errors.as_view(), name="errors"),
    path(f"{MONTH}file/marked/", workbook.Marked.as_view(), name="marked"),
    path(f"{MONTH}file/rest/", workbook.SendTheRest.as_view(), name="rest"),
    path("dropouts/routes/", officers.Routes.as_view(), name="routes"),
    path("dropouts/routes/new/", officers.DrawRoute.as_view(), name="route-new"),
    path("dropouts/routes/<ref:ref>/", officers.DrawRoute.as_view(), name="route"),
    path("dropouts/routes/<ref:ref>/end/", officers.EndRoute.as_view(), name="route-end"),
    path("dropouts/passing-on/", officers.ToPassOn.as_view(), name="passing"),
    path("dropouts/passing-on/to/<str:code>/", officers.MakeToPassOn.as_view(), name="pass-on"),
    path("dropouts/passing-on/<ref:ref>/", officers.OnePassed.as_view(), name="passed"),
    path("dropouts/passing-on/<ref:ref>/file/", officers.PassedFile.as_view(), name="passed-file"),
]
