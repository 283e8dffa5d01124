"""The drawing of the states is what the code says."""

from caseload.intake.diagram import PAGE, redraw


def test_the_drawing_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")

    assert redraw(page) == page, "Draw it again: python manage.py draw_states"
