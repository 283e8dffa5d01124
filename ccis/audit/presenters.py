"""How the trail stands, in words."""

from datetime import datetime, timedelta
from typing import Any

from ccis.audit.checking import Checked
from ccis.audit.sealing import Standing
from ccis.govuk.words import date_and_time, number, plural

LATE = timedelta(minutes=10)
"""Lines that have waited for longer say that the sealer stands still."""


def chain(stands: Standing, checked: Checked | None, now: datetime) -> dict[str, Any]:
    """The summary list: what is asked, and the answer."""
    rows = [
        ("Sealed", _sealed(stands)),
        ("Not sealed yet", _waiting(stands, now)),
        ("Last checked", _checked(checked)),
    ]
    return {"rows": [{"key": {"text": key}, "value": {"text": value}} for key, value in rows]}


def _sealed(stands: Standing) -> str:
    if stands.last is None:
        return "Nothing yet"
    return f"Up to seal {number(stands.last.number)}, made {date_and_time(stands.last.made_at)}"


def _waiting(stands: Standing, now: datetime) -> str:
    if stands.oldest_waiting is None:
        return "Nothing"
    words = plural(stands.waiting, "line")
    if now - stands.oldest_waiting > LATE:
        since = date_and_time(stands.oldest_waiting)
        return f"{words}, since {since}. Sealing stands still: tell whoever runs the service."
    return words


def _checked(checked: Checked | None) -> str:
    if checked is None:
        return "Not yet"
    what = plural(checked.lines, "line")
    found = plural(checked.faults, "fault") if checked.faults else "no fault"
    part = "" if checked.whole else " of the last days"
    return f"{date_and_time(checked.at)}: {what}{part}, {found}"
