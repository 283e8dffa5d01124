"""What kind of message this is, and when one sender's are too many: no database, no clock."""

import re
from collections.abc import Mapping

LETTER, BOUNCE, AUTOMATIC = "letter", "bounce", "automatic"

MACHINES = frozenset({"mailer-daemon", "postmaster"})
"""Who tells of mail that could not be delivered."""

_AWAY = re.compile(r"(automatic reply|auto(matic)?[- ]?response|out of office)\s*:", re.IGNORECASE)


def sort_of(headers: Mapping[str, str], *, sender: str) -> str:
    """A person's letter, a notice that something was not delivered, or a machine's answer.

    ``headers`` by name in lower case. Only what a machine says of itself counts (RFC 3464, RFC
    3834, and what Exchange and older programs write): what we cannot tell is a letter.
    """
    kind = " ".join(headers.get("content-type", "").lower().split())
    if "multipart/report" in kind and "delivery-status" in kind:
        return BOUNCE
    from_machine = sender.lower().partition("@")[0] in MACHINES
    if "x-failed-recipients" in headers or (
        from_machine and headers.get("return-path", "").strip() in ("<>", "")
    ):
        return BOUNCE
    if headers.get("auto-submitted", "no").lower().partition(";")[0].strip() != "no":
        return AUTOMATIC
    if "x-autoreply" in headers or "x-autorespond" in headers:
        return AUTOMATIC
    if headers.get("precedence", "").strip().lower() in ("auto_reply", "bulk", "junk"):
        return AUTOMATIC
    if "multipart/report" in kind and "disposition-notification" in kind:
        return AUTOMATIC
    return AUTOMATIC if _AWAY.match(headers.get("subject", "").strip()) else LETTER
