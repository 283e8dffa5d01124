"""Addresses of the return and of its figures (pages §2.8). Nothing personal stands in any."""

from django.urls import path

import returns.converters  # noqa: F401 - registers <period:…> and <edition:…>
from returns.views import (
    answer,
    archive,
    builds,
    check,
    cohort,
    compare,
    errors,
    explain,
    make,
    moves,
    workbench,
)
from returns.views import editions as edition_pages
from returns.views import figures as figure_pages

app_name = "returns"

MONTH = "returns/<period:period>/"
BUILD = f"{MONTH}builds/<ref:build>/"

CHECK = "returns/check/<ref:check>/"

urlpatterns = [
    path("returns/", workbench.Latest.as_view(), name="returns"),
    path("returns/archive/", archive.Archive.as_view(), name="archive"),
    path("returns/editions/", edition_pages.Editions.as_view(), name="editions"),
    path(
        "returns/editions/<edition:edition>/", edition_pages.ShowEdition.as_view(), name="edition"
    ),
    path("returns/check/", check.CheckFile.as_view(), name="check"),
    path(CHECK, check.ShowCheck.as_view(), name="checked"),
    path(f"{CHECK}again/", check.CheckAgain.as_view(), name="check-again"),
    path(f"{CHECK}found/", check.Findings.as_view(), name="check-findings"),
    path(f"{CHECK}found/download/", check.DownloadFindings.as_view(), name="check-download"),
    path(MONTH, workbench.Workbench.as_view(), name="month"),
    path(f"{MONTH}make/", make.Make.as_view(), name="make"),
    path(f"{MONTH}errors/", errors.ByRule.as_view(), name="errors"),
    path(f"{MONTH}errors/people/", errors.ByPerson.as_view(), name="errors-people"),
    path(f"{MONTH}errors/<slug:rule>/", errors.OneRule.as_view(), name="rule"),
    path(f"{MONTH}answer/", answer.ShowAnswer.as_view(), name="answer"),
    path(f"{MONTH}cohort/", cohort.Cohort.as_view(), name="cohort"),
    path(f"{MONTH}cohort/<slug:part>/", cohort.CohortPart.as_view(), name="cohort-part"),
    path(f"{MONTH}compare/", compare.Compare.as_view(), name="compare"),
    path(f"{MONTH}compare/<slug:part>/", compare.ComparePart.as_view(), name="compare-part"),
    path(
        f"{MONTH}compare/values/<slug:column>/",
        compare.CompareValues.as_view(),
        name="compare-values",
    ),
    path(BUILD, builds.ShowBuild.as_view(), name="build"),
    path(f"{BUILD}carry-on/", builds.CarryOn.as_view(), name="carry-on"),
    path(f"{BUILD}as-trial/", builds.GoOnAsTrial.as_view(), name="as-trial"),
    path(f"{BUILD}again/", builds.MakeAgain.as_view(), name="again"),
    path(f"{BUILD}records/", builds.BringBack.as_view(), name="bring-back"),
    path(f"{BUILD}download/", builds.Download.as_view(), name="download"),
    path(f"{BUILD}people/", builds.People.as_view(), name="build-people"),
    path(f"{BUILD}people/<ref:ref>/", explain.InBuild.as_view(), name="explain"),
    path("people/<ref:ref>/return/", explain.InReturn.as_view(), name="person"),
    path("settings/going-live/", moves.Moves.as_view(), name="moves"),
    path("settings/going-live/<ref:ref>/", moves.ShowMove.as_view(), name="move"),
    path(
        "settings/going-live/<ref:ref>/compare/", moves.CompareMove.as_view(), name="move-compare"
    ),
    path("settings/going-live/<ref:ref>/why/", moves.MoveGroup.as_view(), name="move-group"),
    path(
        "settings/going-live/<ref:ref>/explain/", moves.ExplainMove.as_view(), name="move-explain"
    ),
    path(
        "settings/going-live/<ref:ref>/workbook/",
        moves.MoveWorkbook.as_view(),
        name="move-workbook",
    ),
    path(
        "settings/going-live/<ref:ref>/sign-off/", moves.SignOffMove.as_view(), name="move-sign-off"
    ),
    path("figures/", figure_pages.Figures.as_view(), name="figures"),
]
