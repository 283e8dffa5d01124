"""What this app hears from the record below it, in the same transaction (design §3)."""

from collections.abc import Sequence
from typing import Any

from caseload.signals import Said, said_about_sharing
from ccis.audit.models import Change
from optout.actions import choices


def keep_what_was_said(*, said: Sequence[Said], change: Change, **_: Any) -> None:
    """A yes or no that came by a file, or with consent, is a statement from then on (LC-06)."""
    choices.record_many(said, change=change)


def listen() -> None:
    """Hear it from now on."""
    said_about_sharing.connect(keep_what_was_said, dispatch_uid="optout statements")
