"""Each field as it is drawn, and what it makes of an answer; no database."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django import forms
from django.utils.datastructures import MultiValueDict
from lxml import html

from ccis.files.values import parse_postcode
from ccis.govuk import fields
from ccis.govuk.components import (
    draw_field,
    error_summary_items,
    fields_to_draw,
    form_heading,
)
from tests.gallery import SpecimenForm

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel("2026-11-24T10:00:00+00:00", tick=False):
        yield


def one(field: forms.Field, **data: str) -> forms.Form:
    """A form with one field, named ``on``; with data it has been sent."""
    kind = type("OneField", (forms.Form,), {"on": field})
    return kind(data or None)  # type: ignore[no-any-return]


def drawn(form: forms.Form, name: str) -> html.HtmlElement:
    return html.fromstring(f"<form>{draw_field(form[name])}</form>")


@pytest.fixture
def sent() -> SpecimenForm:
    """The specimen form, sent with nothing in it."""
    return SpecimenForm({}, MultiValueDict())


@pytest.mark.parametrize("name", [name for name in SpecimenForm.base_fields if name != "secret"])
def test_every_field_has_a_label_or_a_legend(name: str) -> None:
    form = drawn(SpecimenForm(), name)

    boxes = form.xpath(".//input|.//select|.//textarea")
    labels = {label.get("for") for label in form.xpath(".//label")}
    assert boxes
    assert all(box.get("id") in labels for box in boxes)
    legends = form.xpath(".//legend")
    assert len(legends) == (1 if form.xpath(".//fieldset") else 0)


@pytest.mark.parametrize(
    "name", [name for name, field in SpecimenForm.base_fields.items() if field.required]
)
def test_every_summary_link_leads_to_a_box(name: str, sent: SpecimenForm) -> None:
    target = next(
        item["href"] for item in error_summary_items(sent) if item["text"] in sent.errors[name]
    )

    form = drawn(sent, name)

    assert len(form.xpath(f".//*[@id='{target[1:]}'][self::input|self::select]")) == 1
    assert form.xpath(".//p[contains(@class, 'govuk-error-message')]")


def test_ids_are_used_once(sent: SpecimenForm) -> None:
    page = html.fromstring(
        "".join(f"<div>{draw_field(field)}</div>" for field in fields_to_draw(sent))
    )

    ids = [element.get("id") for element in page.xpath("//*[@id]")]

    assert len(ids) == len(set(ids))


def test_descriptions_point_at_hint_and_error(sent: SpecimenForm) -> None:
    form = drawn(sent, "name")

    described = form.xpath(".//input/@aria-describedby")[0].split()

    assert described == ["id_name-hint", "id_name-error"]
    assert all(form.xpath(f".//*[@id='{one}']") for one in described)


def test_what_may_be_left_out_says_so_and_nothing_else_does() -> None:
    form = SpecimenForm()

    assert "End date (optional)" in draw_field(form["ended_on"])
    assert "(optional)" not in draw_field(form["name"])


def test_what_was_typed_is_escaped_and_kept() -> None:
    form = SpecimenForm({"name": "<script>O'Neill"}, MultiValueDict())

    box = drawn(form, "name").xpath(".//input")[0]

    assert box.get("value") == "<script>O'Neill"
    assert "<script>" not in draw_field(form["name"])


def test_a_password_is_never_sent_back() -> None:
    form = one(fields.PasswordField(label="Password"), on="secret")

    assert "secret" not in draw_field(form["on"])


def test_a_hint_stands_in_the_field() -> None:
    form = one(fields.RadiosField(label="How", choices=[("a", "A")], hint="Choose one"))

    assert drawn(form, "on").xpath("string(.//*[@id='id_on-hint'])").strip() == "Choose one"


def test_a_label_can_be_the_heading_of_the_page() -> None:
    form = one(fields.RadiosField(label="How did it go?", choices=[("a", "A")], heading=True))

    assert drawn(form, "on").xpath("string(.//h1)").strip() == "How did it go?"
    assert form_heading(form) == "How did it go?"


def test_groups_of_choices_are_drawn_as_groups() -> None:
    form = SpecimenForm({"activity": "610"}, MultiValueDict())

    select = drawn(form, "activity").xpath(".//select")[0]

    assert select.xpath("./optgroup/@label") == ["In education", "Not in education"]
    assert select.xpath(".//option[@selected]/@value") == ["610"]


def test_a_field_beneath_a_choice_is_drawn_there_and_only_there() -> None:
    form = SpecimenForm()

    assert "what" not in [field.name for field in fields_to_draw(form)]
    assert drawn(form, "outcome").xpath(
        ".//*[contains(@class, 'ccis-reveal')]//input[@name='what']"
    )


@pytest.mark.parametrize("name", [name for name in SpecimenForm.base_fields if name != "secret"])
def test_a_field_draws_itself_as_the_form_page_draws_it(name: str) -> None:
    form = SpecimenForm()

    assert form[name].as_field_group().strip() == draw_field(form[name]).strip()


def test_a_field_of_another_library_is_drawn_too() -> None:
    form = one(forms.CharField(label="Plain", widget=forms.PasswordInput()))

    assert drawn(form, "on").xpath(".//input[@type='password']")


# -- dates ---------------------------------------------------------------------------------------


def test_three_boxes_make_a_date() -> None:
    form = one(fields.DateBoxesField(label="Date of birth"),
               **{"on-day": "27", "on-month": "mar", "on-year": "2009"})  # fmt: skip

    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2009, 3, 27)


@pytest.mark.parametrize(
    ("boxes", "message", "target"),
    [
        ({"on-day": "27", "on-month": "", "on-year": ""},
         "Date of birth must include a month and a year", "#id_on-month"),
        ({"on-day": "31", "on-month": "2", "on-year": "2009"},
         "Date of birth must be a real date, like 27 3 2009", "#id_on"),
        ({"on-day": "1", "on-month": "2", "on-year": "two"},
         "Date of birth must be a real date, like 27 3 2009", "#id_on-year"),
    ],
    ids=["boxes empty", "no such day", "not a number"],
)  # fmt: skip
def test_three_boxes_say_what_is_wrong_and_where(
    boxes: dict[str, str], message: str, target: str
) -> None:
    form = one(fields.DateBoxesField(label="Date of birth"), **boxes)

    assert error_summary_items(form) == [{"text": message, "href": target}]
    assert [box.get("value") for box in drawn(form, "on").xpath(".//input")] == list(boxes.values())


def test_a_date_already_known_stands_in_the_boxes() -> None:
    kind = type("F", (forms.Form,), {"on": fields.DateBoxesField(label="On")})
    form = kind(initial={"on": date(2009, 3, 7)})

    assert drawn(form, "on").xpath(".//input/@value") == ["7", "3", "2009"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"on": "today"}, TODAY),
        ({"on": "yesterday"}, date(2026, 11, 23)),
        ({"on": "another", "on-typed": "9/12/26"}, date(2026, 12, 9)),
        ({"on-typed": "-3"}, date(2026, 11, 21)),
        ({"on": "2026-12-09"}, date(2026, 12, 9)),
    ],
    ids=["today", "yesterday", "another", "only typed", "in the field itself"],
)
def test_officers_pick_or_type_a_date(data: dict[str, str], expected: date) -> None:
    form = one(fields.OfficerDateField(label="Start date"), **data)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == expected


@pytest.mark.parametrize(
    ("data", "message", "target"),
    [
        ({"other": "x"}, "Enter the date it started", "#id_on"),
        ({"on": "another", "on-typed": ""}, "Enter the date it started", "#id_on-typed"),
        ({"on": "another", "on-typed": "31/2"},
         "Start date must be a real date, like 27 3 2009", "#id_on-typed"),
    ],
    ids=["nothing", "nothing typed", "no such day"],
)  # fmt: skip
def test_officers_are_told_what_is_wrong_with_a_date(
    data: dict[str, str], message: str, target: str
) -> None:
    field = fields.OfficerDateField(
        label="Start date", error_messages={"required": "Enter the date it started"}
    )

    assert error_summary_items(one(field, **data)) == [{"text": message, "href": target}]


def test_officers_may_say_that_there_is_no_date() -> None:
    field = fields.OfficerDateField(label="End", required=False, no_date="It has not ended")
    form = one(field, on="none")

    assert form.is_valid()
    assert form.cleaned_data["on"] is None
    assert "It has not ended" in draw_field(form["on"])


@pytest.mark.parametrize(
    ("initial", "choice", "typed"),
    [(TODAY, "today", ""), (date(2026, 11, 23), "yesterday", ""),
     (date(2026, 9, 1), "another", "1/9/2026")],
)  # fmt: skip
def test_a_date_already_known_is_picked(initial: date, choice: str, typed: str) -> None:
    kind = type("F", (forms.Form,), {"on": fields.OfficerDateField(label="On")})

    form = drawn(kind(initial={"on": initial}), "on")

    assert form.xpath(".//input[@checked]/@value") == [choice]
    assert form.xpath(".//input[@name='on-typed']/@value") == [typed]


def test_a_date_of_birth_is_read_any_way_and_lies_in_the_past() -> None:
    form = one(fields.TypedDateField(label="Date of birth", prefer="past"), on="27 3 09")

    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2009, 3, 27)


def test_a_file_left_out_is_asked_for_in_words(sent: SpecimenForm) -> None:
    assert sent.errors["file"] == ["Choose a file"]


class _AsRead(forms.Form):
    whose = fields.ReferenceField(label="Whose", required=False)
    postcode = fields.ReadField(read=parse_postcode, label="Postcode", required=False)


def test_references_and_cells_are_read_as_typed_and_refused_in_words() -> None:
    whole = _AsRead({"whose": " 7f3k q29m", "postcode": "cr01aa"})
    assert whole.is_valid()
    assert whole.cleaned_data == {"whose": "7F3KQ29M", "postcode": "CR0 1AA"}
    nothing = _AsRead({"whose": "", "postcode": " "})
    assert nothing.is_valid()
    assert nothing.cleaned_data == {"whose": "", "postcode": ""}
    wrong = _AsRead({"whose": "7F3K", "postcode": "CR0"})
    assert wrong.errors == {
        "whose": ["Enter a reference of eight letters and digits"],
        "postcode": ["Give the whole postcode, or leave it empty"],
    }
