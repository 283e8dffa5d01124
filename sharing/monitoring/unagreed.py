"""Reads about local providers without a data sharing agreement, and what is planned (LDOR-07)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from caseload.dropouts.queries import sources_of
from ccis.authorities.models import Authority
from providers.models import Provider, RegisterEntry
from sharing.agreements import rules as agreements
from sharing.agreements.models import Version
from sharing.monitoring.models import WithoutAgreement

POST_16 = 16
"""A school whose oldest pupils are older than this has learners that the notification is about."""


def without_agreement(authority: Authority, *, on: date) -> QuerySet[Provider]:
    """Local providers with no data sharing agreement that allows anything on a day (LDOR-07).

    Colleges, training providers and schools with a sixth form in the authority's area, and whoever
    sends drop-outs; each with ``newest_state`` of the agreement that there is, if any.
    """
    sends = sources_of(authority).filter(provider=OuterRef("pk"))
    only_younger = RegisterEntry.objects.filter(
        urn=OuterRef("urn"), superseded=None, to_age__lte=POST_16
    ).exclude(urn="")
    local = Q(authority=authority, kind__in=[Provider.Kind.COLLEGE, Provider.Kind.TRAINING])
    sixth_form = Q(authority=authority, kind=Provider.Kind.SCHOOL) & ~Exists(only_younger)
    allowing = Version.objects.filter(
        agreement__authority=authority,
        agreement__provider=OuterRef("pk"),
        state__in=sorted(agreements.ALLOWING),
        starts_on__lte=on,
        ends_on__gte=on,
    )
    found = Provider.objects.open_on(on).filter(local | sixth_form | Exists(sends))
    return found.exclude(Exists(allowing)).order_by("name", "pk")


def agreed_states(
    authority: Authority, providers: Sequence[Provider]
) -> dict[int, tuple[str, date | None]]:
    """By provider, the state of the newest agreement that there is, and its last day."""
    versions = Version.objects.filter(
        agreement__authority=authority, agreement__provider__in=providers
    ).order_by("made_at", "pk")
    return {
        provider: (state, ends_on)
        for provider, state, ends_on in versions.values_list(
            "agreement__provider", "state", "ends_on"
        )
    }


def plans_for(authority: Authority, providers: Sequence[Provider]) -> dict[int, WithoutAgreement]:
    """By provider, what is known and planned."""
    plans = WithoutAgreement.objects.filter(
        authority=authority, provider__in=providers, replaced_at=None
    )
    return {one.provider_id: one for one in plans.select_related("by")}
