"""What is asked before a list is made into a file."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ccis.accounts.models import User
from ccis.govuk.fields import RadiosField
from sharing.files.models import SecureFile


class AskForm(forms.Form):
    """What kind of file, who gets it, and who is shown its passphrase."""

    form = RadiosField(
        label="What kind of file?",
        hint="Excel and LibreOffice open the workbook. A zip needs 7-Zip or the like.",
        choices=SecureFile.Form.choices,
        error_messages={"required": "Select what kind of file"},
    )
    for_user = RadiosField(
        label="Who gets the file?",
        hint="They download it when they have signed in",
        error_messages={"required": "Select who gets the file"},
    )
    told_to = RadiosField(
        label="Who is shown the passphrase?",
        hint="Once, and not the person who gets the file",
        error_messages={"required": "Select who is shown the passphrase"},
    )

    def __init__(self, *args: Any, named: Sequence[User], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by_id = {str(one.pk): one for one in [*named, user]}
        choices = _choices(named)
        self.fields["for_user"].choices = choices  # type: ignore[attr-defined]
        self.fields["told_to"].choices = [  # type: ignore[attr-defined]
            (str(user.pk), "Me. I will say it on the phone"),
            *choices,
        ]
        self.fields["form"].initial = SecureFile.Form.WORKBOOK

    def clean(self) -> dict[str, Any]:
        """Those chosen, as users."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("for_user", "told_to"):
            if name in cleaned:
                cleaned[name] = self._by_id[cleaned[name]]
        return cleaned


class OwnForm(forms.Form):
    """Which colleague is shown the passphrase of one's own workbook."""

    told_to = RadiosField(
        label="Which colleague is shown the passphrase?",
        hint="They see it once, under Files for you, and say it to you",
        error_messages={"required": "Select which colleague is shown the passphrase"},
    )

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by_id = {str(one.pk): one for one in colleagues}
        self.fields["told_to"].choices = _choices(colleagues)  # type: ignore[attr-defined]

    def clean_told_to(self) -> User:
        """The one chosen, as a user."""
        return self._by_id[self.cleaned_data["told_to"]]


def _choices(people: Sequence[User]) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.name}, {one.email}") for one in people]
