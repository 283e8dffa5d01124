"""Messages of the drop box. All are invented."""

from datetime import UTC, date, datetime

import factory

from optout.mailbox.models import Mail
from tests.factories.authorities import AuthorityFactory

RECEIVED = datetime(2026, 11, 3, 10, tzinfo=UTC)
"""A Tuesday."""


class MailFactory(factory.django.DjangoModelFactory):
    """A message that waits to be read."""

    class Meta:
        model = Mail

    authority = factory.SubFactory(AuthorityFactory)
    mark = factory.Sequence(lambda number: f"{number:064x}")
    uid_validity = 7
    uid = factory.Sequence(lambda number: number + 1)
    received_at = RECEIVED
    taken_in_at = RECEIVED
    due_on = date(2026, 11, 4)
    sender = "amara@example.org"
    sender_name = "Amara Oduya"
    answer_to = "amara@example.org"
    subject = "My choice"
    text = "Please stop sharing my details."
