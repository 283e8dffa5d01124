"""Signs that someone may become NEET, of which an authority says which count (RONI, LC-01)."""

SIGNS = {
    "judgement": "Judged by their school to be at high risk",
    "attendance": "Low attendance",
    "exclusions": "Suspended or excluded",
    "alternative_provision": "Alternative provision",
    "free_meals": "Free school meals",
    "carer": "Young carer",
    "english_additional": "English as an additional language",
    "sen_support": "SEN support",
    "ehc_plan": "EHC plan",
    "looked_after": "Looked after, or a care leaver",
    "pregnant_or_parent": "Pregnant or a parent",
    "youth_justice": "Known to youth justice",
}
"""Each sign by name, in words. What the law calls special about someone does not count unless the
authority says so."""

COUNTED = ("judgement", "attendance", "exclusions", "alternative_provision", "free_meals", "carer")
"""Those that count where an authority has not chosen."""


def as_options() -> list[tuple[str, str]]:
    """Every sign as an option of the policy."""
    return list(SIGNS.items())
