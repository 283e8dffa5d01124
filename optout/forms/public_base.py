"""What every question to a young person stands on, in words that translate. None saves anything."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ccis.govuk.fields import TextareaField

CANNOT_READ: StrOrPromise = _("We cannot read this. Type it again.")
TOO_LONG: StrOrPromise = _("This is too long. Make it shorter.")
NOT_HERE: StrOrPromise = _("Choose one of these")


class WordsField(TextareaField):
    """Several lines, so long at most; the letters are not counted aloud."""

    def __init__(self, *args: Any, max_length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators.append(MaxLengthValidator(max_length, message=TOO_LONG))


class PublicForm(forms.Form):
    """Says in our words what Django would say in its own; lets each text run its own way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages = {
                **field.error_messages,
                "null_characters_not_allowed": CANNOT_READ,
                "max_length": TOO_LONG,
                "invalid_choice": NOT_HERE,
                "invalid_list": NOT_HERE,
            }
            if isinstance(field, forms.CharField):
                field.widget.attrs.setdefault("dir", "auto")
