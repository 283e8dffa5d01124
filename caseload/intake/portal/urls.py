"""Addresses of the portal for those who send files (pages §2.6). Nothing personal stands in any."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from caseload.intake.portal.views import at_risk, questions, receipts, sending

app_name = "schools"

FILE = "portal/files/<ref:ref>/"

urlpatterns = [
    path("portal/files/", sending.Sent.as_view(), name="files"),
    path("portal/files/new/", sending.Send.as_view(), name="send"),
    path("portal/files/new/<slug:kind>/", sending.Upload.as_view(), name="upload"),
    path("portal/files/new/<slug:kind>/workbook/", sending.Template.as_view(), name="template"),
    path("portal/files/wrong/", questions.Wrong.as_view(), name="wrong"),
    path(FILE, receipts.Receipt.as_view(), name="file"),
    path(f"{FILE}progress/", receipts.ProgressPage.as_view(), name="progress"),
    path(f"{FILE}errors/", receipts.Errors.as_view(), name="errors"),
    path(f"{FILE}errors/by-row/", receipts.ErrorsByRow.as_view(), name="errors-by-row"),
    path(f"{FILE}errors/workbook/", receipts.MarkedWorkbook.as_view(), name="marked"),
    path("portal/questions/", questions.Questions.as_view(), name="questions"),
    path("portal/questions/<ref:ref>/<int:number>/", questions.Question.as_view(), name="question"),
    path("portal/at-risk/", at_risk.PresentReview.as_view(), name="present-review"),
    path("portal/at-risk/<slug:term>/", at_risk.Review.as_view(), name="at-risk"),
]
