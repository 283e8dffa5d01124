"""Questions about people's access. Forms check answers and save nothing."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from ccis.access.roles import ROLE_LABELS, STAFF_ROLES, Role
from ccis.accounts.models import User
from ccis.accounts.staff.queries import coming, unused_since, with_a_role
from ccis.authorities.models import Authority
from ccis.govuk.fields import (
    CheckboxField,
    EmailField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TypedDateField,
)
from ccis.govuk.lists import FilterForm

OFFERED = [role for role in Role if role in STAFF_ROLES]
"""Roles that an administrator gives; those of providers and schools come with the portal."""

CURRENT, COMING, ENDED = "current", "coming", "ended"
NEVER, UNUSED = "never", "unused"


def role_choices() -> list[tuple[str, str]]:
    return [(role.value, ROLE_LABELS[role]) for role in OFFERED]


class UserFilters(FilterForm):
    """Which of the people who work for an authority to show."""

    role = SelectField(label="Role", choices=lambda: [("", "Any"), *role_choices()], required=False)
    state = SelectField(
        label="Access",
        choices=[("", "All"), (CURRENT, "Current"), (COMING, "Begins later"), (ENDED, "Ended")],
        required=False,
    )
    use = SelectField(
        label="Signed in",
        choices=[("", "All"), (NEVER, "Never"), (UNUSED, "Not for a long time")],
        required=False,
    )

    def __init__(self, *args: Any, unused_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unused_days = unused_days
        self.fields["use"].choices = [  # type: ignore[attr-defined]
            ("", "All"),
            (NEVER, "Never signed in"),
            (UNUSED, f"Not signed in for {unused_days} days"),
        ]

    def narrow(
        self, users: QuerySet[User], authority: Authority, *, on: date, at: datetime
    ) -> QuerySet[User]:
        """The people who answer to the filters."""
        chosen = self.chosen
        if "role" in chosen:
            users = users.filter(with_a_role(authority, on, chosen["role"]))
        state = chosen.get("state")
        if state == CURRENT:
            users = users.filter(with_a_role(authority, on))
        elif state == COMING:
            users = users.filter(coming(authority, on))
        elif state == ENDED:
            users = users.exclude(with_a_role(authority, on)).exclude(coming(authority, on))
        if chosen.get("use") == NEVER:
            users = users.filter(last_login=None)
        elif chosen.get("use") == UNUSED:
            users = users.filter(unused_since(at - timedelta(days=self.unused_days)))
        return users


class RoleQuestions(forms.Form):
    """Which role, and whether it leads a team."""

    role = RadiosField(
        label="Role",
        choices=role_choices,
        error_messages={"required": "Select a role"},
    )
    leads_team = CheckboxField(
        label="They lead a team",
        hint="For tracking officers and advisers: they also see what a record said before",
        required=False,
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


def _first_day() -> TypedDateField:
    return TypedDateField(
        label="First day",
        hint="Today, or a day to come. Until then they can sign in and see nothing",
        prefer="future",
        error_messages={"required": "Enter their first day"},
    )


def _last_day() -> TypedDateField:
    return TypedDateField(
        label="End",
        hint="The day from which the role is gone, if you know it: the end of a contract, say",
        prefer="future",
        required=False,
    )


def _not_past(day: date | None, words: str) -> date | None:
    if day is not None and day < timezone.localdate():
        raise forms.ValidationError(words)
    return day


class InviteForm(RoleQuestions):
    """Whom to invite, to what, from when until when."""

    name = TextField(
        label="Their name", max_length=150, error_messages={"required": "Enter their name"}
    )
    email = EmailField(
        label="Their work email address",
        hint="The link goes there, and they sign in with it",
        max_length=254,
        error_messages={"required": "Enter their work email address"},
    )
    starts_on = _first_day()
    ends_on = _last_day()

    field_order = ["name", "email", "role", "leads_team", "starts_on", "ends_on"]

    def clean_starts_on(self) -> date | None:
        return _not_past(self.cleaned_data["starts_on"], "First day must be today or later")


class GiveRoleForm(RoleQuestions):
    """A new role for someone who has none here at that time."""

    starts_on = _first_day()
    ends_on = _last_day()

    def clean_starts_on(self) -> date | None:
        return _not_past(self.cleaned_data["starts_on"], "First day must be today or later")


class ChangeRoleForm(RoleQuestions):
    """Another role in place of this one, from a day on."""

    from_day = TypedDateField(
        label="From which day?",
        hint="Today takes effect at once",
        prefer="future",
        error_messages={"required": "Enter the day from which they have the new role"},
    )


class EndRoleForm(forms.Form):
    """From which day a role is gone."""

    ends_on = TypedDateField(
        label="From which day is the role gone?",
        hint="Today takes effect at once, wherever they are signed in",
        prefer="future",
        error_messages={"required": "Enter the day from which the role is gone"},
    )


class RemoveFactorsForm(forms.Form):
    """Why someone's second factors are removed."""

    why = TextareaField(
        label="Why, and how do you know that it is they who ask?",
        hint="For example: lost telephone, came to the office. It is recorded; leave names out",
        max_length=200,
        rows=3,
        error_messages={"required": "Enter why, and how you know that it is they who ask"},
    )
