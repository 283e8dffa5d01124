"""Files to try: a school's census extract, a college's and a training provider's starters and
leavers, in the layouts that real ones have, each with rows that are wrong on purpose."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook

from caseload.demo.plan import NEET_CODES, NOT_KNOWN_CODES, PlannedPerson, Planner
from ccis.calendar.academic import academic_year_start
from providers.models import Provider

CENSUS_HEADINGS = (
    "Estab",
    "UPN",
    "Surname",
    "Forename",
    "Middlenames",
    "PreferredSurname",
    "FormerSurname",
    "Gender",
    "DoB",
    "EnrolStatus",
    "EntryDate",
    "NCyearActual",
    "Ethnicity",
    "Language",
    "SENprovision",
    "SENneed1",
    "SENneed2",
    "SENunitIndicator",
    "ResourcedProvisionIndicator",
    "UniqueLearnerNumber",
    "Postcode",
    "SAON",
    "PAON",
    "Street",
    "Locality",
    "Town",
    "AdministrativeArea",
    "NativeID",
    "FSME on Census Day",
    "Age",
)

EDUCATION_HEADINGS = (
    "Forename",
    "Surname",
    "MiddleName",
    "DOB",
    "Postcode",
    "UPN",
    "ULN",
    "DfENo",
    "StartDate",
    "EndDate",
    "GoalLevel",
    "GoalDescription",
    "LeavingReason",
    "Destination",
)

TRAINING_HEADINGS = (
    "Forename",
    "Surname",
    "DOB",
    "Postcode",
    "UPN",
    "ULN",
    "UKPRN",
    "StartDate",
    "EndDate",
    "SituationGroup",
    "SituationSubGroup",
    "QualLevel",
    "OccAreaGroup",
    "OccAreaSubGroup",
)

COURSES = (
    "Level 2 Hairdressing",
    "Level 3 Business",
    "Level 1 Construction",
    "A levels",
    "T level",
)


def write_example_files(
    folder: Path,
    people: list[PlannedPerson],
    *,
    places: dict[str, Provider],
    on: date,
    seed: int,
) -> list[Path]:
    """Write the three files into ``folder``; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(people, places=places, on=on, seed=seed)
    census = folder / "castle-academy-census.xlsx"
    maker.census(census)
    college = folder / "kestrel-college-starters-and-leavers.csv"
    maker.college(college)
    training = folder / "harbour-lane-skills-starters-and-leavers.csv"
    maker.training(training)
    return [census, college, training]


class Maker:
    """Draws rows about the demo's people, and about some who are nobody's."""

    def __init__(
        self, people: list[PlannedPerson], *, places: dict[str, Provider], on: date, seed: int
    ) -> None:
        self.people = [person for person in people if not person.departure]
        self.places = places
        self.on = on
        self.random = Random(seed)  # noqa: S311
        self.planner = Planner(seed=seed + 7, on=on, lea=next(iter(places.values())).dfe_number[:3])
        self.planner.serial = 60_000
        self.planner.uln_serial = 930_000_000

    # -- a school's census -----------------------------------------------------------------------

    def census(self, path: Path) -> None:
        """A workbook of one school's Years 10 and 11, with newcomers and faults."""
        school = self.places["school0"]
        book = Workbook()
        book.remove(book.worksheets[0])
        sheet = book.create_sheet("Pupils")
        sheet.append(list(CENSUS_HEADINGS))
        rows = [
            self.census_row(person, school)
            for person in self.people
            if person.school == "school0" and person.year in (10, 11)
        ][:260]
        newcomers = [self.planner.person(9 if n % 3 else 10) for n in range(40)]
        rows += [self.census_row(person, school) for person in newcomers]
        rows += [
            self.census_row(self.planner.person(10), school, estab="3044021") for _ in range(5)
        ]
        for number, row in enumerate(self.faulty(rows)):
            sheet.append(row)
            if number % 7 == 0:
                sheet.cell(sheet.max_row, CENSUS_HEADINGS.index("Age") + 1).value = "=14+1"
        sheet.merge_cells(
            start_row=len(rows) + 3, end_row=len(rows) + 3, start_column=1, end_column=4
        )
        hidden = book.create_sheet("Last year")
        hidden.append(["Not", "for", "reading"])
        hidden.sheet_state = "hidden"
        book.save(path)

    def census_row(self, person: PlannedPerson, school: Provider, *, estab: str = "") -> list[Any]:
        """One pupil, dates in the three ways that real files have them."""
        house, _, street = person.address["line_1"].partition(" ")
        born: Any = person.born
        way = self.random.randrange(3)
        if way == 0:
            born = datetime.combine(person.born, datetime.min.time())
        elif way == 1:
            born = person.born.strftime("%d/%m/%Y")
        else:
            born = person.born.strftime("%Y-%m-%d 00:00:00")
        values = {
            "Estab": estab or school.dfe_number[3:],
            "UPN": person.upn,
            "Surname": person.family,
            "Forename": person.given,
            "Middlenames": person.middle,
            "FormerSurname": person.former_family,
            "Gender": person.gender if person.gender in "FM" else "",
            "DoB": born,
            "EnrolStatus": "C",
            "EntryDate": (person.school_from or self.on).strftime("%d/%m/%Y"),
            "NCyearActual": person.year,
            "Ethnicity": person.ethnicity,
            "Language": "ENG",
            "SENprovision": person.provision or "N",
            "UniqueLearnerNumber": person.uln,
            "Postcode": person.address["postcode"],
            "PAON": house,
            "Street": street,
            "Town": person.address.get("town", ""),
            "SENunitIndicator": "False",
            "FSME on Census Day": "True" if self.random.random() < 0.2 else "False",
            "NativeID": f"N{self.random.randrange(10_000, 99_999)}",
        }
        return [values.get(heading, "") for heading in CENSUS_HEADINGS]

    def faulty(self, rows: list[list[Any]]) -> list[list[Any]]:
        """Make some rows wrong, one for each kind of fault."""
        at = CENSUS_HEADINGS.index
        wrong_letter = rows[4][at("UPN")]
        rows[4][at("UPN")] = ("B" if wrong_letter[0] != "B" else "C") + wrong_letter[1:]
        rows[9][at("DoB")] = "31/02/2011"
        rows[14][at("Surname")] = ""
        rows[20][at("UPN")] = rows[19][at("UPN")]
        rows[25][at("UniqueLearnerNumber")] = "98765"
        rows[30][at("Postcode")] = "NG1"
        rows[35][at("Postcode")] = "NG5 7XY"
        rows[35][at("PAON")], rows[35][at("Street")] = "4", "Tannery Court"
        rows[40][at("PreferredSurname")] = "Underhillock"
        rows[45][at("SENprovision")] = "E"
        rows[50][at("Gender")] = "X"
        return rows

    # -- a college's starters and leavers --------------------------------------------------------

    def college(self, path: Path) -> None:
        """A CSV as an office program on Windows saves it: Windows letters, day first."""
        college = self.places["college0"]
        rows: list[dict[str, str]] = []
        learners = [p for p in self.people if self.now_at(p) == "college0" and p.year in (12, 13)]
        neet = [p for p in self.people if self.doing(p) in NEET_CODES | NOT_KNOWN_CODES]
        for person in learners[:180]:
            rows.append(self.education_row(person, college, started=person.activities[-1].starts))
        for number, person in enumerate(learners[180:200]):
            left = self.on - timedelta(days=3 + number % 9)
            row = self.education_row(person, college, started=person.activities[-1].starts)
            row |= {"EndDate": left.strftime("%d/%m/%Y"), "LeavingReason": "Withdrew"}
            rows.append(row)
        for person in [p for p in neet if p.year in (12, 13) and not p.case][:35]:
            rows.append(self.education_row(person, college, started=self.on - timedelta(days=6)))
        for _ in range(8):
            rows.append(self.education_row(self.planner.person(12), college, started=self.on))
        for person in [p for p in self.people if p.case in ("same name and birth", "twins")]:
            row = self.education_row(person, college, started=self.on - timedelta(days=8))
            rows.append(row | {"UPN": "", "ULN": ""})
        rows[9]["DOB"] = "31/02/2009"
        rows[21]["UPN"] = (
            "A" + rows[21]["UPN"][1:] if rows[21]["UPN"][0] != "A" else "B" + rows[21]["UPN"][1:]
        )
        rows[33]["Surname"] = ""
        rows[45]["EndDate"] = (academic_year_start(self.on) - timedelta(days=40)).strftime(
            "%d/%m/%Y"
        )
        rows[57]["DfENo"] = "3069998"
        rows[69]["ULN"] = rows[70]["ULN"]
        rows[81]["GoalDescription"] = '=HYPERLINK("http://example.org","A levels")'
        with path.open("w", newline="", encoding="cp1252", errors="replace") as file:
            writer = csv.DictWriter(file, EDUCATION_HEADINGS)
            writer.writeheader()
            writer.writerows(rows)

    def education_row(
        self, person: PlannedPerson, college: Provider, *, started: date
    ) -> dict[str, str]:
        """One learner at a school or college."""
        return {
            "Forename": person.given,
            "Surname": person.family,
            "MiddleName": person.middle,
            "DOB": person.born.strftime("%d/%m/%Y"),
            "Postcode": person.address["postcode"],
            "UPN": person.upn,
            "ULN": person.uln,
            "DfENo": college.dfe_number,
            "StartDate": started.strftime("%d/%m/%Y"),
            "EndDate": "",
            "GoalLevel": self.random.choice(("1", "2", "3")),
            "GoalDescription": self.random.choice(COURSES),
            "LeavingReason": "",
            "Destination": "",
        }

    # -- a training provider's -------------------------------------------------------------------

    def training(self, path: Path) -> None:
        """A CSV in UTF-8 with a byte-order mark."""
        provider = self.places["trainer0"]
        neet = [
            p
            for p in self.people
            if self.doing(p) in NEET_CODES and p.year in (12, 13) and not p.case
        ][-20:]
        rows = [
            {
                "Forename": person.given,
                "Surname": person.family,
                "DOB": person.born.strftime("%d/%m/%y"),
                "Postcode": person.address["postcode"],
                "UPN": "" if number % 4 == 0 else person.upn,
                "ULN": person.uln if number % 3 else "",
                "UKPRN": provider.ukprn,
                "StartDate": (self.on - timedelta(days=number)).strftime("%d/%m/%Y"),
                "EndDate": "",
                "SituationGroup": "Training" if number % 2 else "Apprenticeship",
                "SituationSubGroup": "Work-based learning" if number % 2 else "",
                "QualLevel": "2",
                "OccAreaGroup": "Construction",
                "OccAreaSubGroup": "",
            }
            for number, person in enumerate(neet)
        ]
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, TRAINING_HEADINGS)
            writer.writeheader()
            writer.writerows(rows)

    @staticmethod
    def now_at(person: PlannedPerson) -> str:
        """Where someone's present activity is."""
        return person.activities[-1].where

    @staticmethod
    def doing(person: PlannedPerson) -> str:
        """The code of someone's present activity."""
        return person.activities[-1].code
