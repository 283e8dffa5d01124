"""Service level agreements, retention figures, providers without agreement, toolkit, in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from caseload.dropouts.models import Route
from ccis.access.references import show_reference
from ccis.calendar.words import local_date
from ccis.govuk import tags
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, plural, short_date
from optout.letters.rules import pieces_of
from providers.models import Provider
from sharing.agreements.rules import State
from sharing.monitoring.models import Baseline, ServiceLevel, Toolkit, WithoutAgreement
from sharing.monitoring.rules import (
    BINDING,
    MEASURES,
    RETENTION,
    LevelState,
    level_state,
    year_in_words,
)

# -- service levels --------------------------------------------------------------------------------

LEVEL_COLOURS = {
    LevelState.TO_SIGN: tags.WAITING,
    LevelState.SIGNED: tags.UNDER_WAY,
    LevelState.IN_FORCE: tags.DONE,
    LevelState.TO_REVIEW: tags.SOON,
    LevelState.ENDED: tags.NONE,
}


def level_address(level: ServiceLevel) -> str:
    """Its page."""
    return reverse("monitoring:level", args=[level.ref])


def level_tag(level: ServiceLevel, *, on: date) -> dict[str, str]:
    """Where it stands."""
    state = level_state(level.days, on=on)
    return {"text": state.value, "colour": LEVEL_COLOURS[state]}


def level_rows(found: Sequence[ServiceLevel], *, on: date) -> list[dict[str, Any]]:
    """The list: with whom, what was agreed, where it stands."""
    return [
        {
            "title": one.title,
            "href": level_address(one),
            "tag": level_tag(one, on=on),
            "due": f"Day {one.due_day} of the month after",
            "period": f"{short_date(one.starts_on)}, review {short_date(one.review_on)}",
            "whom": f"{one.they_name}, {one.they_job}",
        }
        for one in found
    ]


def level_details(level: ServiceLevel) -> list[dict[str, Any]]:
    """What was agreed, and who signed."""
    said = [
        row("Reference", show_reference(level.ref)),
        row("A return is due", f"By day {level.due_day} of the month after"),
        row("They answer us", f"In {plural(level.their_days, 'working day')}"),
        row("We say what came of it", f"In {plural(level.our_days, 'working day')}"),
        row("We turn to", [f"{level.they_name}, {level.they_job}", level.they_email]),
        row("They challenge", [f"{level.we_name}, {level.we_job}", level.we_email]),
        row("How a challenge is settled", level.how or "Not said"),
        row("Begins", short_date(level.starts_on)),
        row("Review by", short_date(level.review_on)),
        row("Last reviewed", short_date(level.reviewed_on) if level.reviewed_on else "Never"),
    ]
    signed = [
        row(words, f"{who}, {short_date(day)}" if day else "Not signed yet")
        for words, who, day in (
            ("The council", level.our_signatory, level.our_signed_on),
            (level.title, level.their_signatory, level.their_signed_on),
        )
    ]
    made = f"{date_and_time(level.made_at)}, by {level.made_by.name}"
    rest = [row("Written down", made)]
    if level.ended_on and level.ended_by:
        why = f"By {level.ended_by.name}: {level.ended_why}"
        rest.append(row("Last day", [short_date(level.ended_on), why]))
    return [
        summary(said, title="What was agreed"),
        summary(signed, title="Signed"),
        summary(rest, title="Record"),
    ]


def level_for_them(level: ServiceLevel) -> dict[str, Any]:
    """What was agreed, as the other side reads it in the portal: who turns to whom, and when."""
    said = [
        row("Your return is due", f"By day {level.due_day} of the month after"),
        row("You answer a question of ours", f"In {plural(level.their_days, 'working day')}"),
        row("We say what came of it", f"In {plural(level.our_days, 'working day')}"),
        row("You challenge", [f"{level.we_name}, {level.we_job}", level.we_email]),
        row("We turn to", f"{level.they_name}, {level.they_job}"),
        row("How a challenge is settled", level.how or "Not said"),
        row(
            "Agreed from",
            f"{short_date(level.starts_on)}, reviewed by {short_date(level.review_on)}",
        ),
    ]
    return summary(said)


def level_may(level: ServiceLevel, *, on: date) -> dict[str, bool]:
    """What can be done with it on a day."""
    state = level_state(level.days, on=on)
    whole = level.our_signed_on is not None and level.their_signed_on is not None
    return {
        "sign": state is not LevelState.ENDED and not whole,
        "review": state in BINDING,
        "end": level.ended_on is None,
    }


# -- retention -------------------------------------------------------------------------------------


def baseline_rows(found: Sequence[Baseline]) -> list[list[str]]:
    """The register as it stands: provider, year, measure, figure, where from, who and when."""
    return [
        [
            one.source.title,
            year_in_words(one.year),
            MEASURES[one.measure],
            f"{one.figure.normalize():f}{'%' if one.measure == RETENTION else ''}",
            one.origin,
            f"{one.by.name}, {short_date(local_date(one.at))}",
        ]
        for one in found
    ]


BASELINE_HEADS = ["Provider", "Academic year", "What it says", "Figure", "From", "Entered"]


# -- providers without an agreement ----------------------------------------------------------------


def without_row(
    provider: Provider,
    agreed: Mapping[int, tuple[str, date | None]],
    plans: Mapping[int, WithoutAgreement],
    *,
    on: date,
) -> dict[str, Any]:
    """A provider, what there is of an agreement, and what is planned."""
    plan = plans.get(provider.pk)
    return {
        "title": provider.name,
        "kind": provider.get_kind_display(),
        "href": reverse("monitoring:plan", args=[provider.ref]),
        "standing": _standing(provider, agreed, plan, on=on),
        "plan": plan.plan if plan else "Nothing planned yet",
        "owner": plan.owner if plan else "",
        "due": _due(plan, on=on),
        "said": f"{plan.by.name}, {short_date(local_date(plan.at))}" if plan else "",
    }


def _standing(
    provider: Provider,
    agreed: Mapping[int, tuple[str, date | None]],
    plan: WithoutAgreement | None,
    *,
    on: date,
) -> dict[str, str]:
    if provider.pk in agreed:
        state, ends_on = agreed[provider.pk]
        over = ends_on is not None and ends_on < on
        words = "Ended" if over else f"Agreement: {State(state).label.lower()}"
        return {"text": words, "colour": tags.LATE if over else tags.UNDER_WAY}
    if plan is None:
        return {"text": "None known", "colour": tags.SOON}
    colours = {"none": tags.LATE, "not-known": tags.SOON, "not-needed": tags.NONE}
    return {"text": plan.get_standing_display(), "colour": colours[plan.standing]}


def _due(plan: WithoutAgreement | None, *, on: date) -> dict[str, str] | None:
    if plan is None or plan.due_on is None:
        return None
    late = plan.due_on < on
    return {
        "text": f"{'Was due' if late else 'By'} {short_date(plan.due_on)}",
        "colour": tags.LATE if late else "",
    }


def plan_history(found: Sequence[WithoutAgreement]) -> list[list[str]]:
    """What was said before, newest first."""
    return [
        [
            f"{date_and_time(one.at)}, {one.by.name}",
            one.get_standing_display(),
            one.plan,
            one.owner,
            short_date(one.due_on) if one.due_on else "",
        ]
        for one in found
    ]


# -- the toolkit -----------------------------------------------------------------------------------


def toolkit(version: Toolkit | None) -> dict[str, Any] | None:
    """What a council adds, as pieces to draw."""
    if version is None:
        return None
    return {
        "words": pieces_of(version.words),
        "instructions": pieces_of(version.instructions),
        "contact": version.contact,
        "phone": version.phone,
        "email": version.email,
    }


def toolkit_versions(found: Sequence[Toolkit]) -> list[list[str]]:
    """Versions, newest first: number, when, who, why."""
    return [
        [str(one.number), date_and_time(one.published_at), one.published_by.name, one.why]
        for one in found
    ]


def routes(found: Sequence[Route]) -> list[list[str]]:
    """The information flow matrix: for residents of which authority, to whom, by which way.

    Without names and addresses: a provider sends everything in one place.
    """
    return [
        [
            one.home.title,
            one.unit.name if one.unit else one.get_to_display(),
            one.get_way_display(),
        ]
        for one in found
    ]
