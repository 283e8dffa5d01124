"""Is someone at risk of becoming NEET, by the indicators that their authority chose? (LC-01)

A rule and nothing more: it proposes whom to write to, and a person decides (LAW-05).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ccis.authorities.policy import Policy
from ccis.authorities.risk import SIGNS


@dataclass(frozen=True)
class Risk:
    """What speaks for it, each sign in words with what is held, and whether that is enough."""

    signs: tuple[str, ...]
    is_at_risk: bool
    because: str
    """One sentence for whoever asks why."""


def indicators_in_words(policy: Policy) -> str:
    """Which signs count and how many are enough, as the authority chose."""
    counted = [words for name, words in SIGNS.items() if name in policy.risk_signs]
    if not counted:
        return "Your policy counts no indicators, so nobody is at risk by them"
    return f"{policy.risk_signs_needed} or more of: {'; '.join(counted)}"


def weigh(found: Mapping[str, str], policy: Policy) -> Risk:
    """Weigh the signs found about someone, by name with what is held, by a policy.

    So many signs as the policy says are enough; so is the school's own judgement alone, where it
    counts. What does not count is not looked at.
    """
    counted = [name for name in SIGNS if name in policy.risk_signs and name in found]
    said = tuple(f"{SIGNS[name]}{f' ({found[name]})' if found[name] else ''}" for name in counted)
    enough = len(counted) >= policy.risk_signs_needed or "judgement" in counted
    if not counted:
        return Risk((), False, "Not at risk: none of the signs that count is held")
    many = "sign" if policy.risk_signs_needed == 1 else "signs"
    return Risk(
        said,
        enough,
        f"{'At risk' if enough else 'Not at risk'} because of {', '.join(said)}. "
        f"{policy.risk_signs_needed} {many} are enough, or the school’s judgement alone "
        "where it counts",
    )
