"""Addresses of files that arrive (pages §2.3). Nothing personal stands in any."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.intake.views import api, questions, review, roll, rows, sending, sources, taken, wrong

app_name = "intake"

FILE = "files/<ref:ref>/"
ROW = f"{FILE}rows/<int:number>/"
SOURCE = "files/sources/<ref:ref>/"

urlpatterns = [
    path("files/", sending.FilesReceived.as_view(), name="files"),
    path("files/new/", sending.SendFile.as_view(), name="send"),
    path("files/kinds/", sending.Kinds.as_view(), name="kinds"),
    path("files/kinds/<slug:kind>/", sending.ShowKind.as_view(), name="kind"),
    path("files/kinds/<slug:kind>/workbook/", sending.Template.as_view(), name="template"),
    path("files/kinds/<slug:kind>/taken/", taken.ShowTaken.as_view(), name="taken"),
    path("files/kinds/<slug:kind>/taken/years/", taken.ChooseYears.as_view(), name="taken-years"),
    path(
        "files/kinds/<slug:kind>/taken/<slug:field>/",
        taken.SwitchField.as_view(),
        name="taken-field",
    ),
    path("files/sources/", sources.Sources.as_view(), name="sources"),
    path("files/sources/new/", sources.AddSource.as_view(), name="source-new"),
    path(SOURCE, sources.ShowSource.as_view(), name="source"),
    path(f"{SOURCE}change/", sources.ChangeSource.as_view(), name="source-change"),
    path(f"{SOURCE}remind/", sources.Remind.as_view(), name="source-remind"),
    path(f"{SOURCE}columns/forget/", sources.ForgetColumns.as_view(), name="source-forget"),
    path(f"{SOURCE}tokens/new/", sources.MakeToken.as_view(), name="token-new"),
    path(f"{SOURCE}tokens/<ref:token>/revoke/", sources.RevokeToken.as_view(), name="token-revoke"),
    path("api/files/", api.SendByApi.as_view(), name="api-files"),
    path("api/files/<ref:ref>/", api.FileByApi.as_view(), name="api-file"),
    path(FILE, review.Review.as_view(), name="file"),
    path(f"{FILE}columns/", review.MatchColumns.as_view(), name="columns"),
    path(f"{FILE}approve/", review.Approve.as_view(), name="approve"),
    path(f"{FILE}look-again/", review.LookAgain.as_view(), name="look-again"),
    path(f"{FILE}carry-on/", review.CarryOn.as_view(), name="carry-on"),
    path(f"{FILE}set-aside/", review.SetAside.as_view(), name="set-aside"),
    path(f"{FILE}progress/", review.ProgressPage.as_view(), name="progress"),
    path(f"{FILE}outcome/", review.OutcomePage.as_view(), name="outcome"),
    path(f"{FILE}wrong/", wrong.WrongInFile.as_view(), name="wrong"),
    path(f"{FILE}missing/", roll.NotOnTheRoll.as_view(), name="missing"),
    path(f"{FILE}questions/", questions.Questions.as_view(), name="questions"),
    path(f"{FILE}questions/ask/", questions.Ask.as_view(), name="questions-ask"),
    path(f"{FILE}questions/workbook/", questions.Workbook.as_view(), name="questions-workbook"),
    path(f"{FILE}questions/<int:number>/", questions.Answer.as_view(), name="question"),
    path(f"{FILE}rows/", rows.Rows.as_view(), name="rows"),
    path(ROW, rows.ShowRow.as_view(), name="row"),
    path(f"{ROW}decide/", rows.Decide.as_view(), name="decide"),
    path(f"{FILE}errors/", rows.Errors.as_view(), name="errors"),
    path(f"{FILE}errors/by-row/", rows.ErrorsByRow.as_view(), name="errors-by-row"),
    path(f"{FILE}errors/accept/", rows.AcceptTogether.as_view(), name="accept"),
    path(f"{FILE}errors/workbook/", rows.MarkedWorkbook.as_view(), name="marked"),
]
