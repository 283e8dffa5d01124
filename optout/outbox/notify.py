"""GOV.UK Notify, by its own client: sends a text or email, finds one again, says what became of it.

Its answers become ours here and nowhere else. What it says in words is never kept or logged: it
may quote what it was given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

import requests
from django.conf import settings
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

TEXT, EMAIL = "text", "email"


class CannotSend(Exception):
    """The service did not take a message. ``why`` is fit for the screen.

    ``unknown`` when it may have been taken all the same; ``later`` when nothing can be sent for
    now; ``no_such`` when the number or address itself is refused. Otherwise it will never go.
    """

    def __init__(
        self, why: str, *, unknown: bool = False, later: bool = False, no_such: bool = False
    ) -> None:
        super().__init__(why)
        self.why = why
        self.unknown = unknown
        self.later = later
        self.no_such = no_such


@dataclass(frozen=True)
class Sending:
    """One sending, as the service is asked for it."""

    reference: str
    by: str
    to: str
    subject: str
    words: str
    stop_address: str = ""


@dataclass(frozen=True)
class Known:
    """A sending that the service knows: its id there, our reference, its status."""

    id: str
    reference: str
    status: str


class Service(Protocol):
    """What sending needs of a service."""

    def send(self, sending: Sending) -> str:
        """Send it and give the service's id. Raises ``CannotSend``."""

    def find(self, reference: str) -> Known | None:
        """The sending of a reference, if the service has it. Raises ``CannotSend``."""

    def statuses(self) -> Iterator[Known]:
        """Every sending that the service still knows, newest first. Raises ``CannotSend``."""


class Notify:
    """GOV.UK Notify. Its templates hold nothing but our words: ``((subject))``, ``((message))``."""

    def __init__(self, *, key: str, address: str, text_template: str, email_template: str) -> None:
        client = cast(Any, NotificationsAPIClient)  # it has no types
        self._client = client(key, base_url=address, timeout=20)
        self._templates = {TEXT: text_template, EMAIL: email_template}

    def send(self, sending: Sending) -> str:
        """Send it and give Notify's id. Raises ``CannotSend``."""
        template = self._templates[sending.by]
        if not template:
            raise CannotSend("No template of the sending service is set for it", later=True)
        try:
            if sending.by == TEXT:
                answer = self._client.send_sms_notification(
                    phone_number=sending.to,
                    template_id=template,
                    personalisation={"message": sending.words},
                    reference=sending.reference,
                )
            else:
                answer = self._client.send_email_notification(
                    email_address=sending.to,
                    template_id=template,
                    personalisation={"subject": sending.subject, "message": sending.words},
                    reference=sending.reference,
                    one_click_unsubscribe_url=sending.stop_address or None,
                )
        except (APIError, requests.RequestException) as error:
            raise refused(error) from None
        return str(answer["id"])

    def find(self, reference: str) -> Known | None:
        """The sending of a reference, if Notify has it. Raises ``CannotSend``."""
        found = self._page(reference=reference)
        return _known(found[0]) if found else None

    def statuses(self) -> Iterator[Known]:
        """Every sending of the last seven days, newest first. Raises ``CannotSend``."""
        page = self._page()
        while page:
            yield from map(_known, page)
            page = self._page(older_than=page[-1]["id"])

    def _page(self, **wanted: str) -> list[dict[str, Any]]:
        try:
            answer = self._client.get_all_notifications(**wanted)
        except (APIError, requests.RequestException) as error:
            raise refused(error) from None
        return list(answer["notifications"])


def _known(one: dict[str, Any]) -> Known:
    return Known(str(one["id"]), str(one.get("reference") or ""), str(one["status"]))


def refused(error: Exception) -> CannotSend:
    """What an error of the client means for the message."""
    code = error.status_code if isinstance(error, APIError) else 0
    if code == 429:
        return CannotSend("The sending service takes no more for now", later=True)
    if code in (401, 403):
        return CannotSend("The sending service refuses our key", later=True)
    if code == 400:
        about = _named(error)
        if "ValidationError" in about and ("phone_number" in about or "email_address" in about):
            return CannotSend("There is no such number or address", no_such=True)
        return CannotSend("The sending service refuses it")
    return CannotSend("The sending service cannot be reached", unknown=True)


def _named(error: Exception) -> str:
    """What a refusal names, as text to look in."""
    found = error.message if isinstance(error, APIError) else ""
    return str(found)


def service() -> Service | None:
    """The service of this installation; none where no key is set, and then nothing leaves."""
    if not settings.NOTIFY_API_KEY:
        return None
    return Notify(
        key=settings.NOTIFY_API_KEY,
        address=settings.NOTIFY_ADDRESS,
        text_template=settings.NOTIFY_TEXT_TEMPLATE,
        email_template=settings.NOTIFY_EMAIL_TEMPLATE,
    )
