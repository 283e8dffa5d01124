"""What is asked when two records are merged, and when they are taken apart again."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms

from caseload.merging.actions import GOES, NEITHER, STAYS, key_of
from caseload.merging.planning import Question
from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.govuk.fields import HiddenField, RadiosField, ReferenceField

Words = Callable[[Any], str]


class NameForm(forms.Form):
    """The reference of the other record."""

    other = ReferenceField(
        label="Reference of the other record",
        hint="Eight letters and digits, such as 7F3K-Q29M. It stands at the head of their page",
        max_length=20,
        error_messages={"required": "Enter the reference of the other record"},
    )


class ChooseForm(forms.Form):
    """Which record stays, and which of two facts is right where they contradict each other."""

    stays = RadiosField(
        label="Which record stays?",
        hint="Its reference and its NCCIS id go on. The other leads to it from then on",
        error_messages={"required": "Select which record stays"},
    )
    seen = HiddenField(required=False)

    def __init__(
        self,
        *args: Any,
        people: Sequence[YoungPerson],
        words: Sequence[str],
        questions: Iterable[Question],
        in_words: Words,
        heading: Words,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.questions = list(questions)
        self.fields["stays"].choices = [  # type: ignore[attr-defined]
            (person.ref, text) for person, text in zip(people, words, strict=True)
        ]
        for question in self.questions:
            field = RadiosField(
                label=heading(question),
                choices=[
                    (str(fact.pk), f"{in_words(fact)} ({show_reference(fact.person.ref)})")
                    for fact in (question.of_stays, question.of_goes)
                ],
                initial=str(question.usual.pk) if question.usual is not None else None,
                error_messages={"required": "Select which of the two is right"},
            )
            self.fields[question.key] = field

    @property
    def stays_and_goes(self) -> tuple[YoungPerson, YoungPerson]:
        """The record that stays, then the other."""
        first, second = self.people
        return (first, second) if self.cleaned_data["stays"] == first.ref else (second, first)

    @property
    def answers(self) -> dict[str, int]:
        """The id of the fact that is right, by the key of each question."""
        return {one.key: int(self.cleaned_data[one.key]) for one in self.questions}


class UndoForm(forms.Form):
    """Of which record each thing is that was recorded since the merge."""

    def __init__(
        self,
        *args: Any,
        since: Iterable[Any],
        stays: str,
        goes: str,
        in_words: Words,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for fact in since:
            self.fields[key_of(fact)] = RadiosField(
                label=in_words(fact),
                choices=[
                    (STAYS, f"Belongs to {stays}"),
                    (GOES, f"Belongs to {goes}"),
                    (NEITHER, "Leave it out of both: it stays in the history"),
                ],
                small=True,
                error_messages={"required": "Select which record this belongs to"},
            )

    @property
    def places(self) -> dict[str, str]:
        """Where each belongs, by its key."""
        return {name: str(value) for name, value in self.cleaned_data.items()}
