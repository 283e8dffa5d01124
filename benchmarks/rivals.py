"""What one would use instead of our writer: a pass of lxml, and Django's own way with one tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

from django.db import connection
from django.db.models import Prefetch
from lxml import etree

from benchmarks.shape import Shape
from caseload.models import FACT_MODELS, YoungPerson
from ccis.calendar.academic import academic_age, year_group
from returns import currency, editions, records, xml
from returns.actions import files
from returns.editions.model import Edition
from returns.models import Build

# lxml, a record at a time


def with_lxml(build: Build, path: Path) -> int:
    """COPY streamed into ``lxml.xmlfile``, an element tree a record; returns how many."""
    edition = editions.load(build.edition)
    writer = xml.writer(edition)
    shape = Shape(edition.layout, etree.Element, etree.SubElement)
    header = etree.fromstring(writer.header(files.header_of(build)) + writer.footer())[0]
    query = f"COPY ({writer.select(records.TABLE)}) TO STDOUT (NULL '')"
    values = {"build_id": build.pk, "after": None, "up_to": None}
    count = 0
    with (
        path.open("wb") as out,
        etree.xmlfile(out, encoding="UTF-8") as file,
        file.element(edition.root_written),
        connection.cursor() as cursor,
        cursor.copy(query, values) as rows,
    ):
        file.write(header)
        for row in rows:
            file.write(shape.record(_fields(bytes(row))))
            count += 1
    return count


def _fields(row: bytes) -> list[str]:
    """The values of one row of COPY."""
    fields = row.removesuffix(b"\n").decode().split("\t")
    if b"\\" in row:
        return [xml.from_copy(field.encode()) if "\\" in field else field for field in fields]
    return fields


# Django's ORM and one tree


FACTS = {model.__name__.lower(): model for model in FACT_MODELS}
NEEDED = {
    "name": (),
    "particulars": (),
    "address": (),
    "identifier": (),
    "activity": ("provider__authority",),
    "characteristic": (),
    "sendprovision": (),
    "levelofneed": (),
    "guarantee": ("authority",),
    "intendeddestination": (),
    "enrolment": ("authority", "provider__authority"),
}


def plainly(build: Build, path: Path) -> int:
    """Every person through the ORM, their facts prefetched, one ElementTree; returns how many.

    It knows the people of this benchmark: who all are in, and none of whom has left. What it does
    not know, it would need more time for.
    """
    edition = editions.load(build.edition)
    writer = xml.writer(edition)
    shape = Shape(edition.layout, ElementTree.Element, ElementTree.SubElement)
    head = (writer.header(files.header_of(build)) + writer.footer()).decode()
    root = ElementTree.fromstring(head)  # noqa: S314 - our own
    count = 0
    for person in _people(build):
        values = _Plain(person, build, edition).values()
        root.append(shape.record([_said(values.get(name)) for name in writer.columns]))
        count += 1
    ElementTree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)
    return count


def _people(build: Build) -> Iterator[YoungPerson]:
    moment = cast(int, build.moment)
    prefetches = [
        Prefetch(
            f"{name}_facts",
            FACTS[name].objects.as_known(moment).select_related(*related),
            to_attr=f"{name}_known",
        )
        for name, related in NEEDED.items()
    ]
    confirmed = FACTS["verification"].objects.as_known(moment)
    prefetches.append(Prefetch("verifications", confirmed, to_attr="verifications_known"))
    return (
        YoungPerson.objects.of(build.authority)
        .order_by("young_persons_id")
        .prefetch_related(*prefetches)
        .iterator(chunk_size=2000)
    )


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _held(facts: Iterable[Any], day: date) -> list[Any]:
    """The facts that say what was true on a day."""
    return [
        fact
        for fact in facts
        if (fact.during.lower is None or fact.during.lower <= day)
        and (fact.during.upper is None or fact.during.upper > day)
    ]


class _Plain:
    """The values of one person's record, by column, read from prefetched facts."""

    def __init__(self, person: Any, build: Build, edition: Edition) -> None:
        self.person = person
        self.edition = edition
        self.day = build.month.end
        self.lead = build.authority.code
        self.held = {name: _held(getattr(person, f"{name}_known"), self.day) for name in NEEDED}

    def one(self, name: str, **wanted: Any) -> Any:
        """The one fact of a kind that has these values, or None."""
        for fact in self.held[name]:
            if all(getattr(fact, field) == value for field, value in wanted.items()):
                return fact
        return None

    def values(self) -> dict[str, Any]:
        born = self.one("particulars")
        return {
            "young_persons_id": self.person.young_persons_id,
            "cohort_status": "P",
            "lead_lea": self.lead,
            "gender": born.gender_id,
            "dob": born.date_of_birth,
            "ethnicity": born.ethnicity_id,
            **self.name_and_address(),
            **self.numbers(),
            **self.needs(),
            **self.guarantee(born.date_of_birth),
            **self.activity(),
        }

    def name_and_address(self) -> dict[str, Any]:
        name, address = self.one("name", kind="legal"), self.one("address", kind="home")
        lines = {f"address_line_{n}": getattr(address, f"line_{n}").strip() for n in range(1, 5)}
        return {
            **lines,
            "given_name": name.given.strip(),
            "middle_name": name.middle.strip(),
            "family_name": name.family.strip(),
            "town": address.town.strip(),
            "county": address.county.strip(),
            "postcode": address.postcode.strip(),
        }

    def numbers(self) -> dict[str, Any]:
        kinds = {"uln": "uln", "upn": "upn", "previous_id": "previous-nccis"}
        found = {column: self.one("identifier", kind_id=kind) for column, kind in kinds.items()}
        return {column: one.value for column, one in found.items() if one is not None}

    def needs(self) -> dict[str, Any]:
        need, going = self.one("levelofneed"), self.one("intendeddestination")
        marks = sorted(mark.code_id for mark in self.held["characteristic"])
        return {
            "level_of_need": need and need.code_id,
            "send_flag": "Y" if self.one("sendprovision", provision="E") else "N",
            "sen_support_flag": "Y" if self.one("sendprovision", provision="K") else "N",
            "characteristics": "{" + ",".join(marks) + "}",
            "intended_destination": going and going.code_id,
        }

    def guarantee(self, born: date) -> dict[str, Any]:
        due_11, due_12 = self.edition.cohort.guarantee_year_groups(self.day)
        year = year_group(born, self.day)
        school = self.school(born)
        values: dict[str, Any] = {"lea_at_year_11": school}
        first = self.one("guarantee", for_year=11) if year == due_11 else None
        second = self.one("guarantee", for_year=12) if year == due_12 else None
        if first is not None:
            values["y11_guarantee_status"] = first.status_id
            values["y11_guarantee_lea"] = first.authority.code if first.authority else school
        if second is not None:
            values["y12_guarantee_status"] = second.status_id
            values["y12_guarantee_lea"] = second.authority.code if second.authority else self.lead
        due = (year == due_11 and (first or school == self.lead)) or year == due_12
        return {**values, "guarantee_indicator": "Y" if due else "N"}

    def school(self, born: date) -> str | None:
        """The authority of the school that they were at on 31 May of Year 11, or are at now."""
        leaves = date(self.day.year + 16 - academic_age(born, self.day), 5, 31)
        if self.day.month < 9:
            leaves = leaves.replace(year=leaves.year - 1)
        for enrolment in _held(self.person.enrolment_known, min(self.day, leaves)):
            held_by = enrolment.authority or (enrolment.provider and enrolment.provider.authority)
            return held_by.code if held_by else enrolment.outside_code or None
        return None

    def activity(self) -> dict[str, Any]:
        doing = self.one("activity")
        if doing is None:
            return {"currency_lapsed": "N"}
        confirmed = [
            one.verified_on
            for one in self.person.verifications_known
            if one.spell == doing.spell and one.verified_on <= self.day
        ]
        verified = max(confirmed, default=None)
        due = currency.due_to_lapse(
            doing.code_id,
            verified=verified,
            ascertained=doing.ascertained_on,
            review=doing.review_on,
            predicted_end=doing.predicted_end_on,
            start=doing.starts_on,
            on=self.day,
            edition=self.edition,
        )
        return {
            "activity_code": doing.code_id,
            "start_date": doing.starts_on,
            "ascertained": doing.ascertained_on,
            "verified": verified,
            "review": doing.review_on,
            "due_to_lapse": due,
            "currency_lapsed": "Y" if currency.currency_lapsed(due, self.day) else "N",
            "neet_start": self.neet_since(doing),
            "predicted_end": doing.predicted_end_on,
            **self.where(doing),
        }

    def where(self, doing: Any) -> dict[str, Any]:
        provider, code = doing.provider, self.edition.codes.activity[doing.code_id]
        if provider is None:
            at_home = f"{self.lead}9999" if doing.code_id == records.AT_HOME else None
            return {
                "establishment_name": doing.establishment_name.strip(),
                "establishment_number": at_home,
            }
        educates = code.group in records.EDUCATED or code.participation == "apprenticeship"
        area = provider.authority.code if provider.authority else None
        return {
            "establishment_name": provider.name.strip() or doing.establishment_name.strip(),
            "establishment_number": provider.dfe_number,
            "ukprn": provider.ukprn,
            "educated_lea": area if educates and provider.kind != "employer" else None,
        }

    def neet_since(self, doing: Any) -> date | None:
        """The first day of the unbroken spell of NEET activities that this one is in."""
        neet = set(self.edition.neet_codes)
        if doing.code_id not in neet:
            return None
        since = doing.starts_on
        before = sorted(self.person.activity_known, key=lambda one: one.starts_on, reverse=True)
        for one in before:
            touches = one.ends_on is not None and one.ends_on + timedelta(days=1) == since
            if one.code_id in neet and touches:
                since = one.starts_on
        return cast(date, since)
