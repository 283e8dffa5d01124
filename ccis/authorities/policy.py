"""An authority's choices, typed, each with a safe default."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from ccis.accounts.models import User
from ccis.authorities.dropouts import REASONS, WAYS
from ccis.authorities.models import Authority, PolicyProfile
from ccis.authorities.risk import COUNTED


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What one authority has chosen. Field names are the keys of ``PolicyProfile.values``."""

    version: int = 0
    file_error_threshold_percent: int = 10
    """A file with more rows in error than this is refused whole."""
    active_days: int = 90
    """What a file says differently waits for someone where a person was worked with so lately."""
    years_tracked_after_year_11: int = 3
    """PIA-03: whereabouts are tracked so long; the return no longer asks for the third."""
    return_due_working_days: int = 10
    """Working days after the period's end by which the return is due."""
    activity_review_warning_days: int = 28
    """PIA-04: an activity is listed for review so many days before it lapses."""
    unused_account_days: int = 60
    """USE-09: an account that nobody has signed in to for so long is listed for review."""
    invitation_days: int = 7
    """An invitation's link works so long after it was sent."""
    password_expiry_days: int = 0
    """PIA-13: a password must be changed after so many days; 0 means never."""
    choices_code_days: int = 90
    """LC-02: a personal code works so long after it was made."""
    notice_working_days: int = 10
    """LC-23: nothing is shared before so many working days after the letter was posted."""
    consent_first: int = 0
    """LC-24: 1 where nothing is shared without a yes, or so many attempts to ask; 0 for opt-out."""
    consent_attempts: int = 3
    """LC-24: recorded attempts to ask before sharing without a yes, where consent comes first."""
    choices_languages: list[str] = field(default_factory=list)
    """LC-03: languages that young people's pages are offered in beside English, by code."""
    risk_signs: list[str] = field(default_factory=lambda: list(COUNTED))
    """LC-01: the Risk of NEET Indicators that count, by name (``ccis.authorities.risk``)."""
    risk_signs_needed: int = 2
    """LC-01: so many of them make someone at risk; the school's judgement does so alone."""
    risk_attendance_percent: int = 90
    """LC-01: attendance below this is low."""
    review_summer_opens: str = "1 May"
    """LC-01: schools are asked who is at risk from this day of a year, in words; the four in order.

    A review stays open until the next one opens (docs/adr/0057).
    """
    review_summer_due: str = "15 June"
    """LC-01: by this day they should have answered."""
    review_autumn_opens: str = "1 October"
    """LC-01: they are asked again."""
    review_autumn_due: str = "30 November"
    """LC-01: by this day they should have answered again."""
    difficulty_counts: list[str] = field(default_factory=list)
    """LC-17: what counts as a learning difficulty or disability beside a current EHC plan."""
    files_may_leave: int = 0
    """LDOR-06: 1 where a list may leave the portal as an encrypted file; 0 for the portal only."""
    dropouts_matched_by: int = 0
    """LDOR-06: who says whom a notification is about: 0 officers here, 1 a unit, 2 a contractor."""
    dropouts_reasons: list[str] = field(default_factory=lambda: [name for name, _ in REASONS])
    """LDOR-06: of what providers notify; without ``at_risk`` people at risk are not taken."""
    dropouts_ways: list[str] = field(default_factory=lambda: [name for name, _ in WAYS])
    """LDOR-06: by which ways providers may send drop-out notifications."""
    dropouts_required: list[str] = field(default_factory=lambda: ["postcode"])
    """LDOR-06: what a notification must say beside name and date of birth."""
    dropouts_at_once: int = 100
    """LDOR-04: up to so many people of one sending are used without anyone approving."""
    dropouts_outcome_shown: int = 0
    """LDOR-03: 1 where providers see, in counts, what came of a notification."""
    enrolment_sharing: int = 0
    """LDOR-09: 1 where a school or college may be told about someone who enrols there."""


def policy_of(authority: Authority, *, at: datetime | None = None) -> Policy:
    """The authority's newest policy, or the one of a moment, with defaults for whatever it has not
    chosen.
    """
    profiles = authority.policy_profiles.order_by("-version")
    profile = (profiles.filter(made_at__lte=at) if at else profiles).first()
    if profile is None:
        return Policy()
    known = {one.name for one in fields(Policy)} - {"version"}
    chosen = {key: value for key, value in profile.values.items() if key in known}
    return replace(Policy(version=profile.version), **chosen)


@transaction.atomic
def adopt(
    *, authority: Authority, by: User | None, at: datetime, why: str, **choices: Any
) -> PolicyProfile:
    """Save a new version of an authority's policy: the present one with ``choices`` changed.

    Raises ``TypeError`` for a choice that does not exist.
    """
    Authority.objects.select_for_update().get(pk=authority.pk)
    policy = replace(policy_of(authority), **choices)
    values = asdict(policy)
    values.pop("version")
    return PolicyProfile.objects.create(
        authority=authority,
        version=policy.version + 1,
        values=values,
        made_by=by,
        made_at=at,
        why=why,
    )
