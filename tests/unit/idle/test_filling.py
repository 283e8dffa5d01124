"""What was typed goes back to where it was typed, and nowhere else."""

import pytest
from lxml import html as parser

from ccis.idle.filling import fill, insert_into_main

PAGE = """<!DOCTYPE html>
<html lang="en"><body>
<form method="post" action="/search/"><input name="note"></form>
<main id="main">
<svg viewBox="0 0 1 1"><linearGradient id="g"/></svg>
<form method="post" novalidate>
  <input type="hidden" name="version" value="7">
  <input class="govuk-input" name="name" value="Old &amp; gone" autocomplete="off">
  <input type="password" name="secret">
  <input type="file" name="paper">
  <textarea name="note" rows="3">before</textarea>
  <input type="radio" name="kind" value="a" checked><input type="radio" name="kind" value="b">
  <input type="checkbox" name="need" value="x" checked>
  <input type="checkbox" name="need" value="y"><input type="checkbox" name="need" value="z">
  <select name="month"><option value="1" selected>1</option><option value="2">2</option></select>
  <input name="day" value=""><input name="day" value="">
</form>
<form method="post" action="/elsewhere/"><input name="note" value="mine"></form>
<script>if (1 < 2) { "<form method='post'>" }</script>
</main></body></html>"""
TYPED = {
    "version": ["6"],
    "name": ['Ann "Nan" <b>O\'Dwyer</b>'],
    "secret": ["hunter2"],
    "note": ["rang </textarea><script>alert(1)</script>\nno answer"],
    "kind": ["b"],
    "need": ["y", "z"],
    "month": ["2"],
    "day": ["27", "3"],
}


def filled(typed=TYPED, page=PAGE, **where):
    return fill(page, typed, **({"page": "/people/x/", "action": "/people/x/"} | where))


def form_of(text, at=1):
    return parser.fromstring(text).forms[at]


def test_every_kind_of_field_says_again_what_was_typed():
    fields = form_of(filled().html).fields

    assert fields["name"] == TYPED["name"][0]
    assert fields["note"].strip() == TYPED["note"][0]
    assert fields["kind"] == "b"
    assert set(fields["need"]) == {"y", "z"}
    assert fields["month"] == "2"
    assert form_of(filled().html).xpath(".//input[@name='day']/@value") == ["27", "3"]


def test_what_was_typed_is_text_and_nothing_else():
    text = filled().html

    assert "<script>alert" not in text
    assert "<b>O" not in text


def test_hidden_fields_passwords_and_files_are_left_alone():
    form = form_of(filled().html)

    assert form.xpath(".//input[@name='version']/@value") == ["7"]
    assert form.xpath(".//input[@name='secret']/@value") == []
    assert form.xpath(".//input[@name='paper']/@value") == []


def test_other_forms_and_every_other_byte_stay_as_they_were():
    before, after = PAGE.split("\n"), filled().html.split("\n")

    assert after[:5] == before[:5]
    assert after[-4:] == before[-4:]


def test_nothing_ticked_is_nothing_ticked():
    form = form_of(filled({"name": ["x"]}).html)

    assert form.xpath(".//input[@checked]") == []


def test_the_form_is_marked_for_the_pages_script():
    assert form_of(filled().html).xpath("boolean(@data-offered)")


@pytest.mark.parametrize("action", ["/people/y/", "/search", ""])
def test_a_form_that_posts_elsewhere_is_not_filled(action):
    told = filled(action=action)

    assert told.html == PAGE
    assert told.unplaced["name"] == TYPED["name"]


def test_a_form_is_found_by_where_it_posts():
    told = filled({"note": ["hers"]}, action="/elsewhere/")

    assert form_of(told.html, at=2).fields["note"] == "hers"
    assert "before" in told.html


def test_what_the_page_does_not_ask_any_more_is_told():
    told = filled({"name": ["x"], "gone": ["kept words"], "empty": [" "]})

    assert told.unplaced == {"gone": ["kept words"]}


def test_words_stand_at_the_top_of_the_page():
    assert '<main id="main"><p>!</p>' in insert_into_main(PAGE, "<p>!</p>")
    assert insert_into_main("<p>no main</p>", "<p>!</p>") == "<p>no main</p>"
