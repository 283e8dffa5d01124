"""Addresses of letters (pages §2.4)."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from optout.letters.views import answers, batches, person, printed, returned, templates

app_name = "letters"

urlpatterns = [
    path("letters/", batches.Batches.as_view(), name="batches"),
    path("letters/batches/new/", batches.Plan.as_view(), name="plan"),
    path("letters/batches/<ref:batch>/", batches.ShowBatch.as_view(), name="batch"),
    path("letters/batches/<ref:batch>/letters/", batches.Letters.as_view(), name="batch-letters"),
    path("letters/batches/<ref:batch>/approve/", batches.Approve.as_view(), name="approve"),
    path("letters/batches/<ref:batch>/withdraw/", batches.Withdraw.as_view(), name="withdraw"),
    path("letters/batches/<ref:batch>/carry-on/", batches.CarryOn.as_view(), name="carry-on"),
    path("letters/batches/<ref:batch>/file/", printed.Download.as_view(), name="batch-file"),
    path("letters/batches/<ref:batch>/posted/", printed.Posted.as_view(), name="posted"),
    path("letters/came-back/", returned.CameBackMany.as_view(), name="came-back"),
    path("letters/templates/", templates.Templates.as_view(), name="templates"),
    path("letters/templates/new/", templates.NewTemplate.as_view(), name="template-new"),
    path("letters/templates/<ref:template>/", templates.ShowTemplate.as_view(), name="template"),
    path("letters/templates/<ref:template>/publish/", templates.Publish.as_view(), name="publish"),
    path("letters/list/", templates.ShowList.as_view(), name="list"),
    path("requests/<ref:asked>/letter/", answers.PrintAnswer.as_view(), name="answer"),
    path("people/<ref:ref>/letters/", person.PersonLetters.as_view(), name="person"),
    path(
        "people/<ref:ref>/letters/<int:place>/file/", person.OneLetter.as_view(), name="person-file"
    ),
    path(
        "people/<ref:ref>/letters/<int:place>/came-back/",
        person.CameBack.as_view(),
        name="person-came-back",
    ),
    path(
        "people/<ref:ref>/letters/<int:place>/did-not-come-back/",
        person.DidNotComeBack.as_view(),
        name="person-did-not-come-back",
    ),
]
