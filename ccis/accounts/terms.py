"""The terms on which someone uses the service: dated, in versions. A new text is a new version."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Terms:
    """One version: its number, the day from which it holds, and what one agrees to."""

    version: str
    since: date
    points: tuple[str, ...]


TERMS = Terms(
    version="1",
    since=date(2026, 11, 1),
    points=(
        "Open a young person's record only when your work needs it. Everything that you open, "
        "search and download is recorded, and may be looked at.",
        "Sign in only as yourself. Tell nobody your password or your codes, and let nobody work "
        "under your name.",
        "Give what you see here to nobody who does not need it for the same work, by any route "
        "but those of this service.",
        "If you see your own record, or that of someone you know, close it and tell your "
        "administrator.",
        "If something goes to the wrong person, or someone else may have used your account, tell "
        "your administrator the same day.",
        "When you leave or change your work, your access ends.",
    ),
)
