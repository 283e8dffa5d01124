"""The cases that trip a caseload up: one of each at least, on purpose."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caseload.demo.plan import PlannedPerson, Planner

Case = Callable[["Planner"], "list[PlannedPerson]"]


def awkward_people(planner: "Planner") -> "list[PlannedPerson]":
    """Every case below, in order, each person marked with its name."""
    people = []
    for case in CASES:
        for person in case(planner):
            person.case = case.__name__.replace("_", " ")
            people.append(person)
    return people


def twins(p: "Planner") -> "list[PlannedPerson]":
    """Same birth, family, home and school; another first name."""
    one = p.person(12, code="210")
    other = p.person(12, code="210")
    one.given, other.given = "Freya", "Orla"
    for name in ("family", "born", "ethnicity", "school", "parent_phone"):
        setattr(other, name, getattr(one, name))
    other.address = dict(one.address)
    return [one, other]


def same_name_and_birth(p: "Planner") -> "list[PlannedPerson]":
    """Two people, or one person twice: error 908 tells, a person decides."""
    one, other = p.person(13, code="230"), p.person(13, code="619")
    other.given, other.family, other.born = one.given, one.family, one.born
    return [one, other]


def one_uln_for_two(p: "Planner") -> "list[PlannedPerson]":
    """Error 907, since this month."""
    one, other = p.person(12, code="230"), p.person(12, code="230")
    other.uln = one.uln = one.uln or p.uln()
    other.uln_from = _in_period(p, 5)
    return [one, other]


def name_changed(p: "Planner") -> "list[PlannedPerson]":
    """A former family name and a name they go by."""
    person = p.person(13, code="230")
    person.former_family, person.family, person.known_as = (
        person.family,
        "Quillfeather-Sand",
        "Mari",
    )
    return [person]


def moved_to_another_authority(p: "Planner") -> "list[PlannedPerson]":
    """Status T, once."""
    people = [p.person(12, code="210") for _ in range(9)]
    for number, person in enumerate(people):
        person.departure = ("T", ("302", "304", "330")[number % 3], _in_period(p, number))
    return people


def moved_in(p: "Planner") -> "list[PlannedPerson]":
    """New to the authority this month: they join the cohort."""
    people = [p.person(12 + number % 2, code="230") for number in range(7)]
    for number, person in enumerate(people):
        person.lives_there_from = _in_period(p, number)
    return people


def left_england(p: "Planner") -> "list[PlannedPerson]":
    """Status E, once."""
    people = [p.person(13, code="810") for _ in range(3)]
    for number, person in enumerate(people):
        person.departure = ("E", f"00{number + 1}", _in_period(p, number))
    return people


def died(p: "Planner") -> "list[PlannedPerson]":
    """Status D, once; nobody but the administrator sees the record."""
    person = p.person(12, code="230")
    person.departure, person.restriction = ("D", "", _in_period(p, 6)), 9
    return [person]


def merged(p: "Planner") -> "list[PlannedPerson]":
    """Status M, once."""
    person = p.person(13, code="210")
    person.departure = ("M", "", _in_period(p, 9))
    return [person]


def plan_ceased(p: "Planner") -> "list[PlannedPerson]":
    """Status L: in by an EHC plan that ended this month."""
    people = [p.person(year, plan=True, code="230") for year in (15, 17)]
    for number, person in enumerate(people):
        person.provision_until = _in_period(p, number)
    return people


def twenty_five(p: "Planner") -> "list[PlannedPerson]":
    """Reaches 25 in this academic year, with a plan."""
    return [p.person(20, plan=True, code="230") for _ in range(2)]


def lives_elsewhere(p: "Planner") -> "list[PlannedPerson]":
    """Educated here in Year 11, living in another authority: status G."""
    people = [p.person(11 + n % 2, code="" if n % 2 == 0 else "230") for n in range(24)]
    for person in people:
        person.lives_in = "304"
        person.address["town"] = "Otherby"
    return people


def protected_address(p: "Planner") -> "list[PlannedPerson]":
    """Restricted records of each level."""
    people = [p.person(12, code="210"), p.person(13, code="230"), p.person(12, code="619")]
    for level, person in enumerate(people, start=1):
        person.restriction = level
    return people


def lapsed(p: "Planner") -> "list[PlannedPerson]":
    """Nobody has confirmed them for too long: counted as not known."""
    people = [
        p.person(13, code=code) for code in ("310", "330", "360", "380", "410") for _ in range(3)
    ]
    for person in people:
        activity = person.activities[-1]
        person.activities = [person.activities[0], activity]
        activity.starts = p.september(12, person.year)
        activity.verified = [activity.starts + timedelta(days=10)]
        if activity.code == "410":
            activity.predicted_end = p.on - timedelta(days=12)
    return people


def lapses_soon(p: "Planner") -> "list[PlannedPerson]":
    """Lapses within weeks of the period's end."""
    people = [p.person(13, code="350") for _ in range(6)]
    for number, person in enumerate(people):
        person.activities[-1].review = p.on - timedelta(days=26 - number)
    return people


def neet_through_several_codes(p: "Planner") -> "list[PlannedPerson]":
    """In the NEET group since September under three codes: the start date carries over."""
    from caseload.demo.plan import PlannedActivity

    person = p.person(13, code="619")
    person.activities = person.activities[:1]
    first = p.year_start
    second, third = first + timedelta(days=8), first + timedelta(days=17)
    person.activities[0].ends = p.september(12, 13)
    person.activities += [
        PlannedActivity("230", p.september(12, 13), ends=first, where="college0",
                        predicted_end=first - timedelta(days=1),
                        verified=[p.september(12, 13) + timedelta(days=9)]),
        PlannedActivity("619", first, ends=second, verified=[first]),
        PlannedActivity("640", second, ends=third, verified=[second]),
        PlannedActivity("619", third, verified=[third]),
    ]  # fmt: skip
    return [person]


def wrong_on_purpose(p: "Planner") -> "list[PlannedPerson]":
    """Records that the checks must find, begun this month so that last month's are clean."""
    from caseload.demo.plan import PlannedActivity

    people = [p.person(12, code="210") for _ in range(4)]
    started = p.on.replace(day=3) if p.on.month != 9 else p.on.replace(day=4)
    for person in people:
        person.activities[-1].ends = started
        person.activities.append(
            PlannedActivity("230", started, where="college0", verified=[started])
        )  # no end date for the course: 259
    carers = [p.person(13, code="620") for _ in range(5)]
    for person in carers:
        person.characteristics = []  # a carer who is not marked as one: 233
    late = [p.person(12, code="230") for _ in range(6)]
    for person in late:
        person.activities[-1].verified.append(p.on + timedelta(days=4))  # 305
    nameless = p.person(12, code="210")
    nameless.address["postcode"] = "NG1"  # 43
    flagged = p.person(12, code="230")
    flagged.given = "Leo (Lee)"  # 44
    return [*people, *carers, *late, nameless, flagged]


def without_an_address(p: "Planner") -> "list[PlannedPerson]":
    """No fixed address: the stand-in postcode."""
    person = p.person(13, code="820")
    person.address = {"line_1": "No fixed address", "postcode": "ZZ99 3VZ"}
    return [person]


def names_of_every_kind(p: "Planner") -> "list[PlannedPerson]":
    """Long, short, accented, hyphened, with an apostrophe, in another script."""
    kinds = [
        ("Wilhelmina-Alexandrina", "Featherstonehaugh-Brackenbury-Quillfeather"),
        ("Xu", "Li"),
        ("Zoë", "O’Malachy"),
        ("Siân", "D'Arcy-Llwyd"),
        ("Оксана", "Шевчукова"),
        ("José María", "Ñandúez de la Peña"),
    ]
    people = []
    for given, family in kinds:
        person = p.person(12, code="210")
        person.given, person.family, person.middle = given, family, ""
        people.append(person)
    return people


def birthday_at_the_edge(p: "Planner") -> "list[PlannedPerson]":
    """Born on 1 September, 31 August and 29 February."""
    first = p.year_start.year - 17
    oldest, youngest = p.person(12, code="210"), p.person(12, code="210")
    oldest.born, youngest.born = date(first, 9, 1), date(first + 1, 8, 31)
    leap = next(year for year in range(p.year_start.year - 14, 0, -1) if year % 4 == 0)
    leapling = p.person(p.year_start.year - leap - 4)
    leapling.born = date(leap, 2, 29)
    return [oldest, youngest, leapling]


def came_from_an_earlier_system(p: "Planner") -> "list[PlannedPerson]":
    """Holds the id of a previous database."""
    person = p.person(13, code="230")
    person.previous_id = "3040000123456"
    return [person]


def family_together(p: "Planner") -> "list[PlannedPerson]":
    """Brothers and sisters at one address, in three year groups."""
    people = [p.person(11), p.person(12, code="619"), p.person(13, code="330")]
    for person in people[1:]:
        person.family = people[0].family
        person.address = dict(people[0].address)
        person.parent_phone = people[0].parent_phone or "020 7946 0123"
    people[0].parent_phone = people[1].parent_phone
    return people


def _in_period(p: "Planner", number: int) -> date:
    """A day in the period, spread by a number."""
    return p.on.replace(day=4) + timedelta(days=number % 20)


CASES: tuple[Case, ...] = (
    twins,
    same_name_and_birth,
    one_uln_for_two,
    name_changed,
    moved_to_another_authority,
    moved_in,
    left_england,
    died,
    merged,
    plan_ceased,
    twenty_five,
    lives_elsewhere,
    protected_address,
    lapsed,
    lapses_soon,
    neet_through_several_codes,
    wrong_on_purpose,
    without_an_address,
    names_of_every_kind,
    birthday_at_the_edge,
    came_from_an_earlier_system,
    family_together,
)
