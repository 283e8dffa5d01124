"""What an authority may choose about drop-out notifications, in words (LDOR-06)."""

REASONS = (("joiner", "Joiners"), ("leaver", "Leavers"), ("at_risk", "People at risk of leaving"))
WAYS = (
    ("screen", "One person at a time, on screen"),
    ("portal", "A workbook, in the portal"),
    ("api", "By the provider’s software"),
    ("folder", "By a drop folder"),
)
FIELDS = (
    ("uln", "ULN"),
    ("address", "Address"),
    ("postcode", "Postcode"),
    ("email", "Email"),
    ("phone", "Phone number"),
    ("destination", "Destination of a leaver"),
)


def reasons() -> list[tuple[str, str]]:
    """Of what providers may be asked to notify, by the name of its column."""
    return list(REASONS)


def ways() -> list[tuple[str, str]]:
    """Ways of sending, by the name of how a file arrives."""
    return list(WAYS)


def fields() -> list[tuple[str, str]]:
    """What may be required, by the name of its column."""
    return list(FIELDS)
