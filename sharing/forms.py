"""Questions about sharing. Forms check answers and save nothing."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from ccis.govuk.fields import ReferenceField, SelectField, TextField, TypedDateField
from ccis.govuk.lists import FilterForm
from ccis.leaving.kinds import kinds
from ccis.leaving.models import LeftFileQuerySet
from providers.models import Provider
from sharing.models import DisclosureQuerySet
from sharing.outcomes.queries import only_late
from sharing.rules import HEADINGS, ONE_DAY, start_of

LIVE, SOON, LATE, WAITING = "live", "soon", "late", "waiting"
DESTROYED, TOLD = "destroyed", "told"
STATES = {
    LIVE: "Live now",
    SOON: "Ending within 7 days",
    LATE: "Update late",
    WAITING: "Destruction not confirmed",
    DESTROYED: "Destroyed",
    TOLD: "Told by word",
}
WEEK = 7 * ONE_DAY


class RecallForm(forms.Form):
    """Why someone is taken off a list; the organisation is not told."""

    why = TextField(
        label="Why are you taking them off the list?",
        hint="This is kept in the ledger. The organisation is not told",
        max_length=200,
        error_messages={"required": "Say why", "max_length": "Use 200 characters or fewer"},
    )

    marks_optional = False


class ExportForm(forms.Form):
    """Why a ledger is taken away as a file (USE-07)."""

    why = TextField(
        label="Why do you need the file?",
        hint="Kept in the ledger of files. For example, for an audit",
        max_length=200,
        error_messages={
            "required": "Enter why you need the file",
            "max_length": "Use 200 characters or fewer",
        },
    )

    marks_optional = False


class LeftFilters(FilterForm):
    """Files that left: by kind, what they are files of, hash and time."""

    kind = SelectField(label="Kind of file", required=False)
    of = ReferenceField(
        label="Reference", hint="Of a list, a return, letters or a received file", required=False
    )
    sha256 = TextField(label="SHA-256", hint="Or its beginning", required=False)
    since = TypedDateField(label="Left on or after", required=False, prefer="past")
    until = TypedDateField(label="Left on or before", required=False, prefer="past")

    def _spread(self, data: QueryDict) -> QueryDict:
        known = [(one.name, one.words) for one in kinds()]
        self.fields["kind"].choices = [("", "All"), *known]  # type: ignore[attr-defined]
        return super()._spread(data)

    def narrow(self, files: LeftFileQuerySet) -> LeftFileQuerySet:
        """Those that were asked for."""
        found, chosen = files, self.chosen
        if "kind" in chosen:
            found = found.filter(kind=chosen["kind"])
        if "of" in chosen:
            found = found.filter(of__contains=chosen["of"])
        if "sha256" in chosen:
            found = found.filter(sha256__startswith=chosen["sha256"].lower())
        if "since" in chosen:
            found = found.filter(at__gte=start_of(chosen["since"]))
        if "until" in chosen:
            found = found.filter(at__lt=start_of(chosen["until"] + ONE_DAY))
        return found


class StateFilter(FilterForm):
    """Which disclosures: by where they stand."""

    show = SelectField(
        label="State",
        required=False,
        choices=[("", "All"), *STATES.items()],
    )

    def narrow(self, disclosures: DisclosureQuerySet, at: datetime) -> DisclosureQuerySet:
        """Those that were asked for."""
        show = self.chosen.get("show")
        if show == LIVE:
            return disclosures.live(at)
        if show == SOON:
            return disclosures.live(at).filter(ends_at__lt=at + WEEK)
        if show == LATE:
            return only_late(disclosures, at=at)
        if show == WAITING:
            return disclosures.to_confirm(at)
        if show == DESTROYED:
            return disclosures.filter(destroyed_at__isnull=False)
        if show == TOLD:
            return disclosures.over(at).exclude(kind="list")
        return disclosures


class LedgerFilters(StateFilter):
    """The ledger by person, organisation, column and time."""

    person = ReferenceField(
        label="Person", hint="Their reference, such as 7F3K-Q29M", required=False
    )
    organisation = SelectField(label="Organisation", required=False)
    column = SelectField(
        label="What was shared", required=False, choices=[("", "Anything"), *HEADINGS.items()]
    )
    since = TypedDateField(label="Live on or after", required=False, prefer="past")
    until = TypedDateField(label="Released on or before", required=False, prefer="past")

    def __init__(self, *args: Any, recipients: list[Provider], **kwargs: Any) -> None:
        self.recipients = recipients
        super().__init__(*args, **kwargs)

    def _spread(self, data: QueryDict) -> QueryDict:
        named = [(one.ref, one.name) for one in self.recipients]
        self.fields["organisation"].choices = [("", "Any"), *named]  # type: ignore[attr-defined]
        return super()._spread(data)

    def narrow(self, disclosures: DisclosureQuerySet, at: datetime) -> DisclosureQuerySet:
        """Those that were asked for."""
        found, chosen = super().narrow(disclosures, at), self.chosen
        if "person" in chosen:
            found = found.filter(person__ref=chosen["person"])
        if "organisation" in chosen:
            found = found.filter(provider__ref=chosen["organisation"])
        if "column" in chosen:
            found = found.filter(columns__contains=[chosen["column"]])
        if "since" in chosen:
            found = found.filter(ends_at__gt=start_of(chosen["since"]))
        if "until" in chosen:
            found = found.filter(released_at__lt=start_of(chosen["until"] + ONE_DAY))
        return found
