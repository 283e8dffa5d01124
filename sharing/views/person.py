"""Who has had this person's data, and who may (pages §2.2)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from caseload.views.person import ShowPerson
from ccis.access.roles import Permission
from sharing.presenters import disclosures as presenter
from sharing.queries import ledger as queries
from sharing.queries.asking import everyone_in_force


class PersonSharing(ShowPerson):
    """Shared with whom, what, why, until when; and whether they could be shared, with reasons."""

    page = "sharing"
    tab = "sharing"
    template_name = "sharing/person.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        made = queries.of_person(self.person)
        notices = queries.notices_of(made)
        may_recall = Permission.RECALL_SHARED in self.may
        asked = "may" in self.request.GET
        return super().get_context_data(
            disclosures=[
                {
                    "heading": one.provider.name,
                    "tags": presenter.tags(one, at),
                    "clock": presenter.clock(one, at),
                    "details": presenter.details(one, notices, at),
                    "recall": reverse("sharing:recall", args=[one.ref])
                    if may_recall
                    and one.ends_at > at
                    and one.authority_id == self.person.lead_authority_id
                    else "",
                }
                for one in made
            ],
            by_word=self._by_word(),
            asked=asked,
            could=presenter.could_go(everyone_in_force(self.person, at=at)) if asked else [],
            **kwargs,
        )

    def _by_word(self) -> list[dict[str, str]]:
        """The ways to tell somebody that the user may go (PIA-23, LC-30)."""
        ref = self.person.ref
        ways = (
            (
                Permission.SHARE_IN_EMERGENCY,
                "Share in an emergency",
                reverse("emergency:share", args=[ref]),
            ),
            (
                Permission.ANSWER_ENQUIRIES,
                "Somebody asks about them outside the portal",
                f"{reverse('emergency:enquiry-new')}?person={ref}",
            ),
        )
        return [
            {"text": text, "href": href}
            for permission, text, href in ways
            if permission in self.may
        ]
