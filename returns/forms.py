"""What the pages of the return ask."""

from typing import Any

from django import forms

from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from ccis.govuk.fields import CheckboxesField, FileField, RadiosField, SelectField, TextareaField
from ccis.govuk.lists import FilterForm
from returns import editions
from returns.editions import Edition
from returns.models import Build, BuildKind, BuildState
from returns.people import FIGURES, SEN, Wanted
from returns.presenters.places import word_for
from returns.presenters.words import URGENCIES, gaps_in_words, status_words, title_of

Choices = list[tuple[str, str]]


class MakeForm(forms.Form):
    """Trial or final, and in which edition."""

    kind = RadiosField(
        label="What do you want to make?",
        choices=[(BuildKind.TRIAL.value, "A trial"), (BuildKind.FINAL.value, "The final return")],
        choice_hints={
            BuildKind.TRIAL.value: "To see the errors and the figures. Make as many as you need.",
            BuildKind.FINAL.value: (
                "To be sent. Not made while errors remain that must be mended; "
                "takes the place of an earlier one of the same month."
            ),
        },
        error_messages={"required": "Select a trial or the final return"},
    )
    edition = SelectField(
        label="Edition",
        hint="The newest, unless you have to make an earlier month again as it was asked for then.",
    )

    def __init__(self, *args: Any, is_over: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(reversed(editions.available()))
        self.fields["edition"].choices = [  # type: ignore[attr-defined]
            (name, _edition_in_words(editions.load(name))) for name in names
        ]
        self.fields["edition"].initial = names[0]
        if not is_over:
            self.fields["kind"].choices = self.fields["kind"].choices[:1]  # type: ignore[attr-defined]
            self.fields["kind"].initial = BuildKind.TRIAL.value


class EditionForm(forms.Form):
    """By which edition a file is checked."""

    edition = SelectField(
        label="Edition",
        hint="The newest, unless the file is of an earlier month and is to be held to its own.",
        error_messages={"invalid_choice": "Select one of the editions"},
    )

    def __init__(self, *args: Any, edition: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(reversed(editions.available()))
        self.fields["edition"].choices = [  # type: ignore[attr-defined]
            (name, _edition_in_words(editions.load(name))) for name in names
        ]
        self.fields["edition"].initial = edition or names[0]


class CheckForm(EditionForm):
    """A file to check."""

    file = FileField(
        label="The file",
        hint="The XML of a return, of any authority and made by any supplier’s software",
        accept=".xml",
        error_messages={"required": "Select the file to check", "empty": "The file is empty."},
    )
    field_order = ["file", "edition"]


def _edition_in_words(edition: Edition) -> str:
    return f"{edition.label}, {gaps_in_words(edition)}"


REASONS: dict[str, str] = {
    "send": "To send it to the Department for Education",
    "check": "To check it before it is sent",
    "question": "To answer a question from the Department",
    "audit": "For an audit or a review",
}
"""Why a file leaves, by the code that the trail keeps (USE-07)."""


class DownloadForm(forms.Form):
    """Why the file is wanted."""

    reason = RadiosField(
        label="Why do you need the file?",
        choices=list(REASONS.items()),
        error_messages={"required": "Select why you need the file"},
    )


class ExplainForm(forms.Form):
    """Why a group of differences is as it is."""

    words = TextareaField(
        label="Why do they differ?",
        hint="Leave out names and anything about one person",
        max_length=400,
        error_messages={"required": "Enter why they differ"},
    )


class SignOffForm(forms.Form):
    """That the authority may rely on what moved in."""

    note = TextareaField(
        label="Note",
        hint="Needed where a difference is not explained",
        max_length=400,
        required=False,
    )


# -- filters ---------------------------------------------------------------------------------------


class RecordFilters(FilterForm):
    """Filters of the people in one build."""

    status = CheckboxesField(label="Cohort status", required=False, small=True)
    figure = SelectField(label="Figure", required=False)
    age = CheckboxesField(label="Academic age", required=False, small=True)
    gender = CheckboxesField(label="Gender", required=False, small=True)
    sen = SelectField(label="SEND", required=False)
    vulnerable = SelectField(
        label="Vulnerable group",
        required=False,
        choices=[("", "Any"), ("yes", "In the vulnerable group"), ("no", "Not in it")],
    )
    activity = SelectField(label="Activity", required=False)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        self.edition = edition
        super().__init__(*args, **kwargs)

    def _spread(self, data: Any) -> Any:
        """Give the choices of the edition, then read the address by them."""
        edition = self.edition
        codes = edition.codes
        self._choose(
            "status", [(code, status_words(edition, code)) for code in codes.cohort_status]
        )
        self._choose("figure", [("", "Any"), *FIGURES.items()])
        ages = range(edition.cohort.final_compulsory_age, edition.cohort.oldest_age + 1)
        self._choose("age", [(str(age), str(age)) for age in ages])
        self._choose("gender", [(one.code, one.label) for one in codes.gender.values()])
        self._choose("sen", [("", "Any"), *((key, words) for key, (words, _) in SEN.items())])
        activities = [(one.code, f"{one.code} {one.label}") for one in codes.activity.values()]
        self._choose("activity", [("", "Any"), *activities, ("none", "No activity")])
        return super()._spread(data)

    def _choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """The records asked for."""
        chosen = self.chosen
        return Wanted(
            status=chosen.get("status", ()),
            figure=chosen.get("figure", ""),
            age=chosen.get("age", ()),
            gender=chosen.get("gender", ()),
            sen=chosen.get("sen", ""),
            vulnerable=chosen.get("vulnerable", ""),
            activity=[chosen["activity"]] if "activity" in chosen else (),
        )


class ErrorFilters(FilterForm):
    """Filters of the errors of a build."""

    priority = CheckboxesField(
        label="How bad", required=False, small=True, choices=list(URGENCIES.items())
    )


class BuildFilters(FilterForm):
    """Filters of the archive."""

    period = SelectField(label="Month", required=False)
    kind = SelectField(label="Kind", required=False, choices=[("", "Any"), *BuildKind.choices])
    state = SelectField(
        label="State",
        required=False,
        choices=[
            ("", "Any"),
            ("done", "Made"),
            ("standing", "Final, and not replaced"),
            ("replaced", "Replaced"),
            ("unfinished", "Not made to the end"),
        ],
    )

    def __init__(self, *args: Any, periods: list[Period], **kwargs: Any) -> None:
        self.periods: Choices = [(str(period), period.label) for period in periods]
        super().__init__(*args, **kwargs)

    def _spread(self, data: Any) -> Any:
        self.fields["period"].choices = [("", "Any"), *self.periods]  # type: ignore[attr-defined]
        return super()._spread(data)

    def narrow(self, builds: Any) -> Any:
        """The builds that the filters leave."""
        chosen = self.chosen
        for name in ("period", "kind"):
            if name in chosen:
                builds = builds.filter(**{name: chosen[name]})
        match chosen.get("state"):
            case "done":
                return builds.done()
            case "standing":
                return builds.standing()
            case "replaced":
                return builds.exclude(replaced_by=None)
            case "unfinished":
                return builds.exclude(state=BuildState.DONE)
        return builds


class CompareForm(forms.Form):
    """Which build to compare with; the answer is a word of the address."""

    marks_optional = False

    def __init__(self, *args: Any, authority: Authority, leaving_out: Build, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Build.objects.of(authority).done().filter(records_kept=True).newest_first()
        others = others.exclude(pk=leaving_out.pk)[:24]
        self.fields["with"] = SelectField(
            label="Compare with",
            choices=[("", "Choose one"), *((word_for(one), title_of(one)) for one in others)],
            error_messages={"required": "Select what to compare with"},
        )
