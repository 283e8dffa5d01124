"""What the portal asks about access."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ccis.govuk.fields import RadiosField
from providers.portal.models import Seat


class ActForForm(forms.Form):
    """One of the seats that somebody has."""

    seat = RadiosField(
        label="Which organisation do you act for?",
        error_messages={"required": "Select the organisation that you act for"},
        heading=True,
    )

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {one.ref: one for one in seats}
        self.fields["seat"].choices = [  # type: ignore[attr-defined]
            (ref, f"{one.provider.name} for {one.authority.title}")
            for ref, one in self.seats.items()
        ]

    @property
    def chosen(self) -> Seat:
        """The seat that was chosen."""
        return self.seats[self.cleaned_data["seat"]]
