"""What a file says differently about someone with whom somebody here is working."""

from datetime import date

import pytest

from caseload.intake.differing import differences
from caseload.intake.holdings import Held
from caseload.intake.planning import HeldActivity, Version, begin, end, give_way, replace

DAY = date(2026, 10, 1)
HOME = Version(7, date(2024, 9, 1), None, {"kind": "home", "postcode": "NG1 4AB"})
NOBODYS = Version(8, date(2009, 3, 14), None, {"date_of_birth": None, "gender_id": "F"})


def doing(group):
    return HeldActivity(9, date(2026, 9, 1), None, 1, "X", group, "x", 3, "", "", None, None)


def restated(fact, version, **values):
    return [replace(fact, version, does="corrects", start=version.start, until=None, values=values)]


@pytest.mark.parametrize(
    ("instructions", "held", "said"),
    [
        ([end("address", HOME, until=DAY)], Held(address=[HOME]), "address"),
        ([begin("address", {"postcode": "NG2 1AA"}, DAY)], Held(), None),
        (restated("particulars", NOBODYS, gender_id="M"), Held(particulars=[NOBODYS]), "personal"),
        (restated("particulars", NOBODYS, date_of_birth="2009-03-14"), Held(particulars=[NOBODYS]),
         None),
        ([give_way("activity", doing("education").as_version)], Held(activity=[doing("education")]),
         "doing"),
        ([give_way("activity", doing("not-known").as_version)], Held(activity=[doing("not-known")]),
         None),
        ([end("enrolment", HOME, until=DAY)], Held(enrolment=[HOME]), None),
    ],
    ids=["moved", "first address", "other gender", "birth was not known", "another activity",
         "not known gives way", "year group moves on"],
)  # fmt: skip
def test_what_takes_something_away_waits(instructions, held, said):
    found = list(differences(instructions, held))

    assert bool(found) == bool(said)
    assert all(said in one.message for one in found)
