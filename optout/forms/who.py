"""Who a young person is: by the code of a letter, or by name, birthday, postcode and council."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ccis.authorities.models import Authority
from ccis.files.values import BadValue, parse_postcode
from ccis.govuk.dates import NotADate
from ccis.govuk.fields import RadiosField, TextField
from optout.forms.born import read_birth
from optout.forms.public_base import PublicForm
from optout.rules import in_our_figures

CODE_NOT_RIGHT: StrOrPromise = _(
    "That code does not work. Check it against your letter, or carry on without a code."
)
"""For a wrong code, an old one, one that was taken back, and too many tries."""


class CodeForm(PublicForm):
    """The code of a letter."""

    code = TextField(
        label=_("Type the code from your letter"),
        hint=_("It has 12 letters and numbers. Capitals and spaces do not matter."),
        width="20",
        max_length=200,
        error_messages={"required": _("Type the code from your letter")},
    )


class NameForm(PublicForm):
    """Who someone without a code is: any script, one name or many."""

    given = TextField(
        label=_("First name"),
        max_length=100,
        autocomplete="given-name",
        error_messages={"required": _("Type your first name")},
    )
    family = TextField(
        label=_("Family name"),
        max_length=100,
        autocomplete="family-name",
        hint=_("If you have only one name, leave this empty"),
        required=False,
        marks_optional=False,
    )


class BornForm(PublicForm):
    """Date of birth, typed any way, day first."""

    date_of_birth = TextField(
        label=_("What is your date of birth?"),
        heading=True,
        hint=_("Day first, like 27 3 2009 or 27 March 2009"),
        width="10",
        max_length=40,
        autocomplete="bday",
        error_messages={"required": _("Type your date of birth")},
    )

    def clean_date_of_birth(self) -> date:
        today = timezone.localdate()
        try:
            born = read_birth(self.cleaned_data["date_of_birth"], today=today)
        except NotADate as error:
            raise forms.ValidationError(
                _("Date of birth must be a real date, like 27 3 2009")
            ) from error
        if not 5 <= today.year - born.year <= 100:
            raise forms.ValidationError(_("Check the year in your date of birth"))
        return born


class PostcodeForm(PublicForm):
    """Where they live, enough to tell two people of one name apart."""

    postcode = TextField(
        label=_("What is your postcode?"),
        heading=True,
        hint=_("Where you live now, or where our letter went. If you have none, type none."),
        width="10",
        max_length=40,
        autocomplete="postal-code",
        error_messages={"required": _("Type your postcode")},
    )

    def clean_postcode(self) -> str:
        typed = in_our_figures(self.cleaned_data["postcode"])
        if typed.strip().casefold() in ("none", str(_("none")).casefold()):
            return ""
        try:
            return parse_postcode(typed) or ""
        except BadValue as error:
            raise forms.ValidationError(
                _("Type a whole postcode, like NG1 4AB. If you have none, type none.")
            ) from error


class CouncilForm(PublicForm):
    """Which of the councils that share this service."""

    authority = RadiosField(
        label=_("Which council?"),
        heading=True,
        error_messages={"required": _("Choose a council")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = Authority.objects.served().order_by("name")
        self.fields["authority"].choices = [(one.code, one.title) for one in served]  # type: ignore[attr-defined]
