"""Plans invented people: pure, from a seed and a day, so that the same two give the same people."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from caseload.demo import names
from ccis.calendar.academic import academic_year_start
from ccis.files.values import uln_check_digit, upn_check_letter

PEOPLE_IN_YEAR = {10: 3050, 11: 3120, 12: 3170, 13: 3090, 14: 1400}
"""People by year group: 12 and 13 as in a London borough (docs/nccis.md §10.3)."""
PLANS_A_YEAR = 62
"""People with an EHC plan in each year group from 14 to 20."""

FULL_TIME = (("210", 58.0), ("230", 29.0), ("220", 5.2), ("280", 0.4), ("270", 0.3))
OTHER_POST_16 = (
    ("310", 1.9),
    ("320", 0.2),
    ("330", 0.6),
    ("340", 0.1),
    ("350", 0.15),
    ("360", 0.35),
    ("380", 0.05),
    ("381", 0.03),
    ("550", 0.04),
    ("250", 0.25),
    ("260", 0.3),
    ("240", 0.1),
    ("290", 0.03),
    ("410", 0.25),
    ("430", 0.2),
    ("460", 0.2),
    ("530", 0.25),
    ("710", 0.04),
)
NEET = (
    ("619", 1.05),
    ("610", 0.2),
    ("615", 0.08),
    ("616", 0.08),
    ("540", 0.05),
    ("620", 0.05),
    ("630", 0.08),
    ("640", 0.3),
    ("650", 0.05),
    ("660", 0.01),
    ("670", 0.03),
    ("680", 0.06),
)
NOT_KNOWN = (("810", 1.15), ("820", 0.2), ("830", 0.1))
SPREAD = FULL_TIME + OTHER_POST_16 + NEET + NOT_KNOWN
WITH_A_PLAN = (
    ("230", 55.0), ("280", 14.0), ("250", 5.0), ("460", 6.0), ("310", 2.0), ("360", 2.0),
    ("619", 4.0), ("640", 3.0), ("670", 3.0), ("810", 3.0),
)  # fmt: skip
"""What people of 18 and over with an EHC plan do."""
NEET_CODES = frozenset(code for code, _ in NEET)
NOT_KNOWN_CODES = frozenset(code for code, _ in NOT_KNOWN)
NEEDS_CHARACTERISTIC = {"620": "140", "630": "120", "650": "180"}
ETHNICITIES = (
    ("WBRI", 30), ("WIRI", 1), ("WROM", 0.3), ("WOTH", 11), ("MWBC", 4), ("MWBA", 1.5),
    ("MWAS", 2), ("MOTH", 4), ("AIND", 7), ("APKN", 5), ("ABAN", 4), ("AOTH", 6), ("BCRB", 6),
    ("BAFR", 11), ("BBRI", 1), ("BOTH", 2), ("CHNE", 0.8), ("OARA", 1), ("OOTH", 2),
    ("REFU", 0.7), ("NOBT", 0.7),
)  # fmt: skip


@dataclass
class PlannedActivity:
    """One spell; ``where`` is a key of the directory, or a name that is in none."""

    code: str
    starts: date
    ends: date | None = None
    where: str = ""
    review: date | None = None
    predicted_end: date | None = None
    verified: list[date] = field(default_factory=list)

    @property
    def ascertained(self) -> date:
        """The day on which the authority learnt of it."""
        first = min(self.verified, default=self.starts + timedelta(days=10))
        return max(self.starts, min(first, self.starts + timedelta(days=10)))


@dataclass
class PlannedPerson:
    """Everything that will be written of one invented person."""

    year: int
    born: date
    gender: str
    ethnicity: str
    given: str
    family: str
    middle: str = ""
    known_as: str = ""
    former_family: str = ""
    upn: str = ""
    uln: str = ""
    uln_from: date | None = None
    previous_id: str = ""
    address: dict[str, str] = field(default_factory=dict)
    lives_in: str = ""
    lives_there_from: date | None = None
    mobile: str = ""
    email: str = ""
    parent_phone: str = ""
    school: str = ""
    school_from: date | None = None
    school_until: date | None = None
    provision: str = ""
    provision_until: date | None = None
    need: str = "3"
    characteristics: list[str] = field(default_factory=list)
    guarantees: list[tuple[int, str, date]] = field(default_factory=list)
    destination: str = ""
    activities: list[PlannedActivity] = field(default_factory=list)
    departure: tuple[str, str, date] | None = None
    restriction: int = 0
    case: str = ""


class Planner:
    """Draws people. ``on`` is the end of the period that the demo's return will be about."""

    def __init__(self, *, seed: int, on: date, lea: str) -> None:
        self.random = Random(seed)  # noqa: S311
        self.on = on
        self.lea = lea
        self.year_start = academic_year_start(on)
        self.serial = 0
        self.uln_serial = 910_000_000

    def people(self) -> list[PlannedPerson]:
        """Plan everybody, the ordinary first and the awkward after."""
        ordinary = [
            self.person(year) for year, number in PEOPLE_IN_YEAR.items() for _ in range(number)
        ]
        with_plans = [self.person(14 + n % 7, plan=True) for n in range(PLANS_A_YEAR * 7)]
        return [*ordinary, *with_plans, *self.awkward()]

    # -- one person ------------------------------------------------------------------------------

    def september(self, year: int, person_year: int) -> date:
        """1 September at the start of a year group, for someone now in ``person_year``."""
        return self.year_start.replace(year=self.year_start.year - (person_year - year))

    def birthday(self, year: int) -> date:
        """A day on which someone now in a year group may be born."""
        first = date(self.year_start.year - (year + 5), 9, 1)
        return first + timedelta(days=self.random.randrange(365))

    def person(self, year: int, *, plan: bool = False, code: str = "") -> PlannedPerson:
        """Draw one person of a year group, doing ``code`` now or what is likely."""
        pick = self.random
        gender = pick.choices(["F", "M", "U", "W"], [48.2, 50.6, 0.9, 0.3])[0]
        pool = names.GIVEN.get(gender) or pick.choice(list(names.GIVEN.values()))
        person = PlannedPerson(
            year=year,
            born=self.birthday(year),
            gender=gender,
            ethnicity=self.draw(ETHNICITIES),
            given=pick.choice(pool),
            family=pick.choice(names.FAMILY),
            middle=pick.choice(pool) if pick.random() < 0.4 else "",
        )
        self.give_numbers(person)
        self.give_contacts(person)
        self.give_support(person, plan=plan)
        self.give_school(person)
        self.give_activities(person, code=code)
        self.give_guarantee(person)
        return person

    def draw(self, weighted: tuple[tuple[str, float], ...]) -> str:
        """Draw one code by its weight."""
        codes, weights = zip(*weighted, strict=True)
        return str(self.random.choices(codes, weights)[0])

    def give_numbers(self, person: PlannedPerson) -> None:
        """A UPN and, from Year 9 on, mostly a ULN: right check characters, nobody's numbers."""
        self.serial += 1
        school, pupil = 7900 + self.serial // 1000, self.serial % 1000
        body = f"{self.lea}{school:04d}{person.born.year % 100:02d}{pupil:03d}"
        person.upn = upn_check_letter(body) + body
        if self.random.random() < 0.97:
            person.uln = self.uln()

    def uln(self) -> str:
        """The next ULN whose check digit exists."""
        while True:
            self.uln_serial += 1
            nine = str(self.uln_serial)
            digit = uln_check_digit(nine)
            if digit is not None and digit < 10:
                return f"{nine}{digit}"

    def give_contacts(self, person: PlannedPerson) -> None:
        """Where they live and how to reach them."""
        pick = self.random
        outward = pick.choice(names.WARDS)
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        person.address = {
            "line_1": f"{pick.randrange(1, 180)} {pick.choice(names.STREETS)}",
            "town": "Northgate",
            "postcode": f"{outward} {pick.randrange(1, 10)}{''.join(pick.choices(letters, k=2))}",
        }
        if pick.random() < 0.8:
            person.mobile = f"07700 900{pick.randrange(1000):03d}"
        if pick.random() < 0.5:
            person.parent_phone = f"020 7946 0{pick.randrange(1000):03d}"
        if pick.random() < 0.4:
            person.email = f"young.person.{self.serial}@example.org"

    def give_support(self, person: PlannedPerson, *, plan: bool) -> None:
        """Special needs, level of need, circumstances, in a London borough's proportions."""
        pick = self.random
        drawn = pick.random()
        if plan or drawn < 0.049:
            person.provision = "E"
        elif drawn < 0.144:
            person.provision = "K"
        person.need = pick.choices(["1", "2", "3"], [3, 12, 85])[0]
        for code, share in (("110", 0.004), ("140", 0.004), ("160", 0.002), ("170", 0.003),
                            ("130", 0.004), ("150", 0.001), ("210", 0.004)):  # fmt: skip
            if pick.random() < share:
                person.characteristics.append(code)

    def give_school(self, person: PlannedPerson) -> None:
        """The school of Year 11 and the time there."""
        special = person.provision == "E" and self.random.random() < 0.4
        number = 12 if special else self.random.randrange(12)
        person.school = f"school{number}"
        person.school_from = self.september(7, person.year)
        if person.year > 11:
            person.school_until = self.september(12, person.year)

    # -- what they do and did --------------------------------------------------------------------

    def give_activities(self, person: PlannedPerson, *, code: str) -> None:
        """Compulsory education first, then what came after, up to now."""
        leaves = self.september(12, person.year)
        started = person.school_from or leaves
        compulsory = PlannedActivity("110", started, where=person.school)
        compulsory.predicted_end = leaves - timedelta(days=1)
        person.activities = [compulsory]
        if person.year <= 11:
            self.vary_compulsory(person, compulsory)
            return
        compulsory.ends = leaves
        compulsory.verified = [leaves - timedelta(days=120)]
        if person.year > 12:
            self.give_past(person, leaves)
        self.give_present(person, code or self.present_code(person))

    def vary_compulsory(self, person: PlannedPerson, activity: PlannedActivity) -> None:
        """A few learn at home, a few nowhere; everyone's school confirmed them this term."""
        activity.verified = [self.recent(5, 40)]
        drawn = self.random.random()
        if drawn < 0.010:
            activity.code, activity.where = "120", ""
        elif drawn < 0.013:
            activity.code, activity.where = "140", ""

    def present_code(self, person: PlannedPerson) -> str:
        """What they do now: older people are NEET and not known a little more often."""
        if person.provision == "E" and person.year > 13:
            return self.draw(WITH_A_PLAN)
        harder = 1.0 + 0.5 * (person.year > 12) + 1.2 * (person.provision != "")
        spread = tuple(
            (code, weight * (harder if code in NEET_CODES | NOT_KNOWN_CODES else 1.0))
            for code, weight in SPREAD
            if not (code in ("280", "460") and person.provision != "E")
            and not (code == "630" and person.gender == "M")
            and not (code == "650" and person.gender != "F")
            and not (code == "240" and person.year < 13)
        )
        return self.draw(spread)

    def recent(self, least: int, most: int) -> date:
        """A day so many days before the period's end, but in this academic year."""
        day = self.on - timedelta(days=self.random.randrange(least, most))
        return max(day, self.year_start)

    def give_past(self, person: PlannedPerson, leaves: date) -> None:
        """The years between Year 11 and this one: a course, in the main."""
        code = self.draw(FULL_TIME[:3])
        ended = self.year_start
        if person.provision == "E" and person.year > 13:
            code = "230"
        person.activities.append(
            PlannedActivity(
                code,
                leaves,
                ends=ended,
                where=self.where(person, code),
                predicted_end=ended - timedelta(days=1),
                verified=[leaves + timedelta(days=20)],
            )
        )

    def where(self, person: PlannedPerson, code: str) -> str:
        """A place that goes with a code."""
        pick = self.random
        if code == "210":
            return f"school{pick.choice([n for n, s in enumerate(names.SCHOOLS) if s[1]])}"
        if code in {"220"}:
            return "college1"
        if code in {"280"}:
            return "college2"
        if code in {"230", "240", "250", "270", "290"}:
            return "college0"
        if code in {"410", "430", "440", "450", "460", "530", "310"}:
            return f"trainer{pick.randrange(len(names.TRAINERS))}"
        if code in {"320", "330", "340", "350", "360"}:
            return f"employer{pick.randrange(len(names.EMPLOYERS))}"
        return ""

    def give_present(self, person: PlannedPerson, code: str) -> None:
        """The activity at the period's end, with the dates that its code needs."""
        pick = self.random
        starts = self.year_start
        if code in NEET_CODES | NOT_KNOWN_CODES and pick.random() < 0.6:
            starts = self.drop_out(person)
        if code in {"630", "650"}:
            person.gender = "F"
        activity = PlannedActivity(code, starts, where=self.where(person, code))
        summer = date(self.year_start.year + 1, 7, 31)
        verified = max(self.recent(8, 45), starts)
        if code in {"310", "320"}:
            verified = max(starts, self.on - timedelta(days=pick.randrange(20, 50)))
        activity.verified = [verified] if code not in {"810"} else []
        if code.startswith("2") or code in {"410", "430", "440", "450", "460"}:
            activity.predicted_end = summer
        if code in {"410", "430", "460"}:
            activity.predicted_end = max(self.on + timedelta(days=120), summer)
        if code in {"260", "290", "350", "616", "710"}:
            activity.review = self.on + timedelta(days=pick.randrange(5, 60))
        if (
            code in NEEDS_CHARACTERISTIC
            and NEEDS_CHARACTERISTIC[code] not in person.characteristics
        ):
            person.characteristics.append(NEEDS_CHARACTERISTIC[code])
        person.activities.append(activity)

    def drop_out(self, person: PlannedPerson) -> date:
        """Someone began a course in September and left it; returns the day after."""
        left = self.year_start + timedelta(
            days=self.random.randrange(10, max(11, (self.on - self.year_start).days))
        )
        code = self.draw(FULL_TIME[:2])
        person.activities.append(
            PlannedActivity(
                code,
                self.year_start,
                ends=left,
                where=self.where(person, code),
                predicted_end=date(self.year_start.year + 1, 7, 31),
                verified=[self.year_start + timedelta(days=5)],
            )
        )
        return left

    def give_guarantee(self, person: PlannedPerson) -> None:
        """September Guarantee offers of the past cycles, and Year 11's intended destination."""
        pick = self.random
        eleven = [
            ("110", 96.5),
            ("120", 0.4),
            ("122", 0.3),
            ("140", 1.0),
            ("151", 0.8),
            ("154", 1.0),
        ]
        twelve = [
            ("110", 20.0),
            ("114", 76.0),
            ("115", 1.0),
            ("122", 0.5),
            ("154", 2.0),
            ("151", 0.5),
        ]
        if person.year >= 12:
            day = self.september(12, person.year) + timedelta(days=25)
            person.guarantees.append((11, self.draw(tuple(eleven)), day - timedelta(days=60)))
        if person.year == 13:
            day = self.year_start + timedelta(days=25)
            person.guarantees.append((12, self.draw(tuple(twelve)), day - timedelta(days=60)))
        if person.year == 11 and self.on.month in range(5, 9):
            person.guarantees.append(
                (11, pick.choice(["110", "140", "159"]), date(self.on.year, 5, 1))
            )
        if person.year == 12 and self.on.month in range(5, 9):
            person.guarantees.append(
                (12, pick.choice(["114", "110", "159"]), date(self.on.year, 5, 1))
            )
        if person.year in (11, 12) and pick.random() < 0.93:
            person.destination = self.draw(
                (("111", 48), ("121", 42), ("211", 4), ("311", 1), ("411", 1), ("511", 4))
            )

    # -- awkward cases ---------------------------------------------------------------------------

    def awkward(self) -> list[PlannedPerson]:
        """One of each case that trips a caseload up, named in ``case``."""
        from caseload.demo.awkward import awkward_people

        return awkward_people(self)


def facts_of(person: PlannedPerson) -> dict[str, Any]:
    """A plan as plain values, for tests that compare two runs."""
    return {name: getattr(person, name) for name in person.__dataclass_fields__}
