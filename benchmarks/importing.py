"""The same file with django-import-export, as one would write it with the library's own means.

A resource of activities, a row at a time: whom it is about by the ORM (UPN, then ULN, then date of
birth and name), what they do now ended, the new activity saved, a line in the trail. It does less
than ours: no review (the library would want a second pass for that, with ``dry_run``), no row kept,
nothing said to the sender column by column.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import tablib  # type: ignore[import-untyped]
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from import_export import fields, resources  # type: ignore[import-untyped]

from caseload.models import Activity, Verification, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from providers.models import Provider

DAY = timedelta(days=1)


class Skip(Exception):
    """The row cannot be used."""


class StarterResource(resources.ModelResource):  # type: ignore[misc]
    """Starters and leavers as activities."""

    person = fields.Field(attribute="person_id")

    class Meta:
        model = Activity
        fields = ("person",)
        import_id_fields = ()
        use_transactions = True
        use_bulk = False
        skip_diff = True  # which it would draw for each row, and nobody looks at here

    def __init__(self, *, on: date, by: User) -> None:
        super().__init__()
        self.on, self.by = on, by
        self.authority = Authority.objects.get(is_served=True)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """One change for the whole file."""
        self.change = open_change(
            authority=self.authority, by=self.by, why="file imported", at=timezone.now()
        )

    def get_instance(self, instance_loader: Any, row: Any) -> None:
        """Always a new version."""

    def import_instance(self, instance: Activity, row: Any, **kwargs: Any) -> None:
        """Find whom the row is about and where, and say so on the new activity."""
        person = self._person(row)
        provider = Provider.objects.get(dfe_number=row["DfENo"])
        start, end = _day(row["StartDate"]), _day(row["EndDate"])
        present = person.activity_facts.filter(
            superseded=None, during__contains=start or end or self.on
        ).first()
        instance.person, instance.provider = person, provider
        instance.code_id, instance.recorded = "230", self.change
        instance.ascertained_on = self.on
        instance.course, instance.course_level = row["GoalDescription"], row["GoalLevel"]
        if present is not None and present.provider_id == provider.pk and end is None:
            instance.pk = present.pk  # seen again
            return
        if end is not None:
            code = "310" if row["Destination"] else "810"
            instance.code_id, instance.provider = code, None
            start = end + DAY
        if start is None:
            raise Skip
        instance.during = DateRange(start, None)
        if present is not None:
            self._end(present, start)

    def save_instance(self, instance: Activity, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Save it, or confirm the one that goes on; leave a line in the trail."""
        if instance.pk:
            Verification.objects.create(
                person=instance.person,
                spell=Activity.objects.get(pk=instance.pk).spell,
                verified_on=self.on,
                recorded=self.change,
            )
        else:
            super().save_instance(instance, is_create, row, **kwargs)
        trail.record(
            "record changed by a file",
            by=self.by,
            at=self.change.at,
            authority=self.authority,
            subject=instance.person,
            change=self.change,
        )

    def _person(self, row: Any) -> YoungPerson:
        ours = YoungPerson.objects.select_for_update().filter(lead_authority=self.authority)
        for kind in ("UPN", "ULN"):
            if row[kind]:
                found = ours.filter(
                    identifier_facts__kind=kind.lower(),
                    identifier_facts__value=row[kind],
                    identifier_facts__superseded=None,
                )
                if len(found) == 1:
                    return found[0]
        return ours.get(
            particulars_facts__date_of_birth=_day(row["DOB"]),
            particulars_facts__superseded=None,
            name_facts__superseded=None,
            name_facts__family__iexact=row["Surname"],
            name_facts__given__iexact=row["Forename"],
        )

    def _end(self, present: Activity, start: date) -> None:
        present.superseded = self.change
        present.save(update_fields=["superseded"])
        if present.during.lower < start:
            said = present.content()
            Activity.objects.create(
                **said,
                person_id=present.person_id,
                recorded=self.change,
                during=DateRange(present.during.lower, start),
            )


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007


def import_starters(content: str, *, on: date, by: User) -> dict[str, int]:
    """Import a CSV; gives how many rows ended how."""
    dataset = tablib.Dataset().load(content, format="csv")
    result = StarterResource(on=on, by=by).import_data(
        dataset, dry_run=False, raise_errors=False, use_transactions=True
    )
    return dict(Counter(row.import_type for row in result.rows))
