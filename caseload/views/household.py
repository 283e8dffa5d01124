"""Who belongs together with someone, and whom not to contact (PIA-15)."""

from typing import Any

from django.utils import timezone

from caseload.presenters import household as presenter
from caseload.queries.household import household_of
from caseload.seen import record_restricted
from caseload.views.person import ShowPerson
from ccis.access.views import signed_in_user


class Household(ShowPerson):
    """Brothers and sisters, who lives at the same address, who shares a parent's contacts."""

    page = "household"
    tab = "household"
    template_name = "caseload/household.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in_user(self.request)
        found = household_of(self.person, user, self.on)
        people = [member.summary.person for member in found.members]
        record_restricted(people, by=user, at=timezone.now(), page="household-of-another")
        return super().get_context_data(
            cautions=presenter.cautions(self.person, found, self.on),
            members=[presenter.member_row(member, self.on) for member in found.members],
            is_capped=found.is_capped,
            contacts=presenter.contacts(self.person, self.on),
            **kwargs,
        )
