"""Who meets a strand, and what triage proposes (LC-07, LC-15)."""

from datetime import date

import pytest

from sharing.rules import HEADINGS, Answer, Found, Reason
from sharing.triage.rules import (
    LAW_OF_KIND,
    Option,
    Places,
    Row,
    Standing,
    Weighed,
    gives_away,
    law_of,
    meets,
    propose,
    stand,
)

MAY = Answer(columns=frozenset({"name"}))


def option(provider=1, *, tests=1, answer=MAY, name="Harbour"):
    return Option(provider, name, provider, f"Organisation {provider}", "support", tests, answer)


@pytest.mark.parametrize(
    ("mode", "count", "held", "met"),
    [
        ("all", 0, {"age:16", "year:12", "send:E"}, True),
        ("all", 0, {"age:16", "year:12"}, False),
        ("any", 0, {"send:E"}, True),
        ("any", 0, {"ward:E1"}, False),
        ("none", 0, {"ward:E1"}, True),
        ("none", 0, {"age:16"}, False),
        ("at-least", 2, {"age:16"}, False),
        ("at-least", 2, {"age:16", "year:12"}, True),
    ],
)
def test_a_row_counts_what_is_held(mode, count, held, met):
    assert Row(mode, ("age:16", "year:12", "send:E"), count).met_by(held) is met


def test_every_row_must_be_met_and_nobody_meets_none():
    rows = [Row("any", ("age:16", "age:17")), Row("none", ("ward:E1",))]

    assert meets(rows, {"age:17"})
    assert not meets(rows, {"age:17", "ward:E1"})
    assert not meets([], {"age:17"})


def test_what_the_law_guards_is_known_and_a_new_circumstance_counts_as_guarded():
    laws = {one: law_of(one) for one in ("age:16", "characteristic:999", "characteristic:140")}

    assert laws == {"age:16": "", "characteristic:999": "special", "characteristic:140": ""}
    assert law_of("risk:youth_justice") == law_of("doing:custody") == "offence"


def test_being_on_a_list_tells_by_a_guarded_row_but_not_by_its_absence():
    assert gives_away([Row("any", ("characteristic:160",))])
    assert not gives_away([Row("none", ("characteristic:160",)), Row("any", ("age:17",))])


def test_the_closest_strand_is_proposed_then_most_places_and_never_a_full_one():
    near, far = option(1, tests=2), option(2, tests=1)

    assert propose([far, near], Places({1: 1, 2: 9})).option == near
    assert propose([option(1), option(2)], Places({1: 3, 2: 9})).option == option(2)
    assert propose([near, far], Places({1: 0, 2: 9})).option == far
    assert "only organisation" in propose([near], Places({1: 1})).reason
    assert "1 place left" in propose([near], Places({1: 1})).reason


def test_a_proposal_takes_a_place_and_who_comes_after_finds_it_full():
    places = Places({1: 1})
    found = [stand(Weighed(person, (option(1),)), places).standing for person in (1, 2)]

    assert found == [Standing.NOW, Standing.FULL]


def test_who_lacks_only_the_end_of_a_known_notice_waits():
    notice = Found(Reason.NO_NOTICE, "Their notice has not run", date(2026, 12, 1))
    never = Found(Reason.NO_NOTICE, "They have not been written to")
    objects = Found(Reason.OBJECTED, Reason.OBJECTED.value)

    def standing(*why_not):
        one = Weighed(1, (option(answer=Answer(why_not=why_not)),))
        return stand(one, Places()).standing

    assert standing(notice) is Standing.WAITING
    assert standing(notice, objects) is Standing.CANNOT
    assert standing(never) is Standing.CANNOT


def test_no_column_that_can_leave_is_a_kind_of_indicator():
    assert not HEADINGS.keys() & ({"doing", "age", "year", "risk", "ward"} | LAW_OF_KIND.keys())
