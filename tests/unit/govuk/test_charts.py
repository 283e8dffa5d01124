from xml.etree import ElementTree as ET

import pytest

from ccis.govuk.charts import Chart, Kind, Series, draw_chart

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ("Sep", "Oct", "Nov")


def chart(kind: Kind = "stacked bar", **fields: object) -> Chart:
    series = (Series("Known", (10, 20, 30)), Series("Not known", (5, None, 1)))
    given = {"title": "Most are known", "labels": MONTHS, "series": series, **fields}
    return Chart(kind, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["bar", "stacked bar", "line"])
def test_a_chart_is_an_image_with_a_title_and_a_description(kind: Kind) -> None:
    drawn = ET.fromstring(draw_chart(chart(kind)))  # noqa: S314 - our own words

    assert drawn.get("role") == "img"
    assert drawn.find(f"{SVG}title").text == "Most are known"  # type: ignore[union-attr]
    assert drawn.get("aria-labelledby") == "chart-title chart-desc"
    assert "Known: from 10 in Sep to 30 in Nov" in chart(kind).description


@pytest.mark.parametrize("kind", ["bar", "stacked bar", "line"])
def test_a_chart_has_no_script_and_no_style_of_its_own(kind: Kind) -> None:
    drawn = str(draw_chart(chart(kind)))

    assert "<script" not in drawn
    assert "style" not in drawn


def test_words_are_escaped() -> None:
    drawn = str(draw_chart(chart(title="<b>&", series=(Series("<i>", (1, 2, 3)),))))

    assert "<b>" not in drawn
    assert "<i>" not in drawn


def test_stacks_stand_on_the_foot_and_on_one_another() -> None:
    drawn = ET.fromstring(draw_chart(chart()))  # noqa: S314 - our own words
    bars = [bar for bar in drawn.findall(f"{SVG}rect") if bar.get("width") != "12"]

    known, not_known = bars[0], bars[1]

    foot = float(known.get("y", 0)) + float(known.get("height", 0))
    assert foot == 280
    top_of_first = float(known.get("y", 0))
    assert float(not_known.get("y", 0)) + float(not_known.get("height", 0)) == top_of_first


def test_a_missing_figure_breaks_the_line_and_is_named_in_the_table() -> None:
    line = chart("line", series=(Series("Known", (1, None, 3)),))

    assert str(draw_chart(line)).count('class="ccis-chart__line-0"') == 2
    assert line.table_rows[1] == ["Oct", "not collected"]


def test_the_table_has_every_figure_with_its_unit() -> None:
    shown = chart(unit="%", series=(Series("NEET", (2.5, 3, 2.94)),))

    assert shown.table_heads == ["Month", "NEET"]
    assert shown.table_rows == [["Sep", "2.5%"], ["Oct", "3%"], ["Nov", "2.9%"]]


@pytest.mark.parametrize(
    "series",
    [(), tuple(Series(str(n), (1, 2, 3)) for n in range(7)), (Series("short", (1,)),)],
    ids=["none", "too many", "a value missing"],
)
def test_what_cannot_be_drawn_is_refused(series: tuple[Series, ...]) -> None:
    with pytest.raises(ValueError, match="series"):
        chart(series=series)


@pytest.mark.parametrize("highest", [0, 1, 3, 7, 14.2, 99, 2225, 2200, 1_300_000])
def test_the_scale_is_of_round_figures_above_the_highest(highest: float) -> None:
    drawn = ET.fromstring(  # noqa: S314 - our own words
        draw_chart(chart("bar", labels=("All",), series=(Series("n", (highest,)),)))
    )
    scale = [
        float((text.text or "").replace(",", ""))
        for text in drawn.findall(f"{SVG}text")
        if text.get("class") == "ccis-chart__scale"
    ]

    assert scale[0] == 0
    assert scale[-1] >= highest
    assert 2 <= len(scale) <= 6
    if highest >= 5:
        assert all(value == int(value) for value in scale)
