"""The page on which promotional messages are stopped, from the address that each carries (LAW-06).

It says nothing about anyone: whoever opens it is asked one thing. An address that leads to nobody
says the same.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from ccis.authorities.models import Authority
from optout import limits
from optout.limits import Counted
from optout.models import Channel
from optout.outbox.actions import writing
from optout.outbox.models import Outgoing
from optout.outbox.queries import agreed_to_promotional
from optout.views.public_base import PublicPage


@method_decorator(csrf_exempt, name="dispatch")  # an email program stops them with one press
class StopMessages(PublicPage):
    """Asks once, and stops them."""

    template_name = "optout/public/stop_messages.jinja"
    http_method_names = ["get", "head", "post", "options"]

    def council(self) -> Authority | None:
        """The council whose message it was, or the one that is served here."""
        held = Outgoing.objects.filter(stop_key=self.kwargs["key"]).select_related("authority")
        one = held.first()
        return one.authority if one else super().council()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The question."""
        return self.show(done=False)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Stop them. Done before, or led to nobody, it says the same.

        Only guesses are counted: the presses of many come from one address of their email service.
        """
        held = Outgoing.objects.filter(stop_key=kwargs["key"], person__isnull=False)
        one = held.select_related("person__lead_authority").first()
        if one is None:
            whose = limits.address_of(request)
            if limits.is_over(Counted.SENDING, whose):
                self.template_name = "optout/public/too_many.jinja"
                return self.show(status=429)
            limits.count(Counted.SENDING, whose)
        if one is not None and one.person is not None and agreed_to_promotional([one.person.pk]):
            now = timezone.now()
            writing.say(
                person=one.person,
                agrees=False,
                said_on=timezone.localdate(now),
                channel=Channel.WEB,
                by=None,
                at=now,
            )
        return self.show(done=True)
