"""Every address of the service. Each app's own ``urls.py`` is included at the root."""

from django.urls import include, path

from ccis.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("ccis.govuk.urls")),
    path("", include("ccis.accounts.urls")),
    path("", include("ccis.idle.urls")),
    path("", include("ccis.accounts.staff.urls")),
    path("", include("ccis.accounts.joining.urls")),
    path("", include("ccis.audit.urls")),
    path("", include("ccis.authorities.urls")),
    path("", include("providers.urls")),
    path("", include("providers.portal.urls")),
    path("", include("caseload.urls")),
    path("", include("caseload.intake.urls")),
    path("", include("caseload.intake.portal.urls")),
    path("", include("caseload.dropouts.urls")),
    path("", include("caseload.matching.urls")),
    path("", include("caseload.merging.urls")),
    path("", include("caseload.policies.urls")),
    path("", include("optout.urls")),
    path("", include("optout.outbox.urls")),
    path("", include("optout.letters.urls")),
    path("", include("optout.mailbox.urls")),
    path("", include("sharing.agreements.urls")),
    path("", include("sharing.urls")),
    path("", include("sharing.files.urls")),
    path("", include("sharing.destruction.urls")),
    path("", include("sharing.triage.urls")),
    path("", include("sharing.monitoring.urls")),
    path("", include("sharing.incidents.urls")),
    path("", include("sharing.emergency.urls")),
    path("", include("sharing.outcomes.urls")),
    # The last of sharing: a reference would read a word of eight letters as its own.
    path("", include("sharing.portal.urls")),
    path("", include("returns.urls")),
]

handler400 = "ccis.govuk.errors.not_read"
handler403 = "ccis.govuk.errors.not_allowed"
handler404 = "ccis.govuk.errors.not_found"
handler500 = "ccis.govuk.errors.went_wrong"
