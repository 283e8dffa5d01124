"""What is asked when a completed workbook is sent back. Forms check answers and save nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ccis.access.references import show_reference
from ccis.govuk.fields import FileField, PasswordField, RadiosField
from sharing.models import SharedList


class SendBackForm(forms.Form):
    """Of which list it is, where there are several; the workbook; its passphrase."""

    on_list = RadiosField(
        label="Which list is it?", error_messages={"required": "Select which list it is"}
    )
    file = FileField(
        label="Your completed workbook",
        hint="The workbook that you downloaded, encrypted or with its password taken off",
        accept=".xlsx,.zip",
    )
    passphrase = PasswordField(
        label="Its passphrase",
        hint="Leave this empty if you took the password off",
        required=False,
        autocomplete="off",
    )

    def __init__(self, *args: Any, lists: Sequence[SharedList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lists = {one.ref: one for one in lists}
        if len(self._lists) == 1:
            del self.fields["on_list"]
        else:
            self.fields["on_list"].choices = [  # type: ignore[attr-defined]
                (ref, f"{show_reference(ref)}: {one.get_purpose_display()}")
                for ref, one in self._lists.items()
            ]

    @property
    def shared(self) -> SharedList:
        """The list that it is of."""
        chosen = self.cleaned_data.get("on_list")
        return self._lists[chosen] if chosen else next(iter(self._lists.values()))
