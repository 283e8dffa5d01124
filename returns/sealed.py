"""What a return said that was sealed since: in its file still, and on no page (LAW-10)."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db.models import F

from caseload.models import IDENTITY, Identifier, Name, Particulars, YoungPerson
from ccis.accounts.models import User
from returns.models import Build

SAID_BY: Final[dict[str, tuple[type[Any], tuple[str, ...]]]] = {
    "name_id": (Name, ("given_name", "middle_name", "family_name")),
    "particulars_id": (Particulars, ("gender", "dob", "ethnicity")),
    "upn_id": (Identifier, ("upn",)),
    "uln_id": (Identifier, ("uln",)),
    "previous_id_id": (Identifier, ("previous_id",)),
}
"""By the column that names a fact: its kind, and the columns of the record that it says."""

ID_OF: Final = {column: key for key, (_, columns) in SAID_BY.items() for column in columns}
"""By column of the record, the column that names the fact which says it."""


def hold_back(rows: Iterable[dict[str, Any]]) -> None:
    """Empty, in records with their ids, every column that a sealed fact says."""
    found = list(rows)
    for key, (model, columns) in SAID_BY.items():
        ids = {row[key] for row in found if row.get(key)}
        sealed = model.every.filter(pk__in=ids, sealed__isnull=False) if ids else model.every.none()
        closed = set(sealed.values_list("pk", flat=True))
        for row in found:
            if row.get(key) in closed:
                row.update(dict.fromkeys((one for one in columns if one in row), None))


def shown(alias: str, column: str) -> str:
    """SQL for a column of a record as text; null where a sealed fact says it."""
    said = f"{alias}.{column}::text"
    key = ID_OF.get(column)
    if key is None:
        return said
    table = SAID_BY[key][0]._meta.db_table
    return (
        f"CASE WHEN EXISTS (SELECT FROM {table} s WHERE s.id = {alias}.{key}"
        f" AND s.sealed_id IS NOT NULL) THEN NULL ELSE {said} END"
    )


def with_seals(people: Collection[int]) -> set[int]:
    """Those of some people of whom something is sealed, by id."""
    return {
        pk
        for model in IDENTITY
        for pk in model.every.filter(person__in=people, sealed__isnull=False).values_list(
            "person", flat=True
        )
    }


def is_closed(build: Build, user: User) -> bool:
    """Whether the file of a build may say what was sealed since of someone for whom the user was
    not named."""
    named = YoungPerson.objects.named_for(user).values("pk")
    return any(
        model.every.filter(
            person__lead_authority=build.authority,
            recorded__lte=build.moment,
            sealed__gt=build.moment,
            superseded__gt=build.moment,
            superseded__lte=F("sealed"),
        )
        .exclude(person__in=named)
        .exists()
        for model in IDENTITY
    )
