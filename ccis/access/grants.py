"""What each database role may do to each table: written down once, applied by migrations.

A table that nobody names has ``ORDINARY``. An app names its exceptions in a ``grants.py`` of its
own, as ``GRANTS: dict[str, TableGrants]`` by table name, and its migration applies them with
``narrow``. A test compares ``written_down()`` with what the database's catalogue says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from django.apps import apps
from django.db import migrations
from django.utils.module_loading import module_has_submodule

from ccis.access.database import PORTAL

Grants = Mapping[str, frozenset[str]]
"""Privileges on a table by database role; a role that is not named has none."""

READ = frozenset({"SELECT"})
READ_WRITE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
APPEND = frozenset({"SELECT", "INSERT"})
KEEP = frozenset({"SELECT", "INSERT", "UPDATE"})

ORDINARY: Grants = {"ccis_web": READ_WRITE, "ccis_worker": READ_WRITE}
FACT: Grants = {"ccis_web": APPEND, "ccis_worker": APPEND}
"""Facts are never edited or deleted; besides, the column ``superseded_id`` may be updated."""
APPEND_ONLY: Grants = {"ccis_web": APPEND, "ccis_worker": APPEND}
CODES: Grants = {"ccis_web": READ, "ccis_worker": READ}
"""Written by the owner alone, at migrate."""
NEVER_DELETED: Grants = {"ccis_web": KEEP, "ccis_worker": KEEP}
NOTHING: Grants = {}

OUR_ROLES = ("ccis_portal", "ccis_reporting", "ccis_web", "ccis_worker")


@dataclass(frozen=True)
class TableGrants:
    """What the roles may do to one table, and the columns that they may update besides."""

    privileges: Grants
    update_columns: tuple[str, ...] = ()

    def on_table(self) -> dict[str, frozenset[str]]:
        """Privileges on the whole table by role, as the catalogue lists them."""
        return {role: granted for role, granted in self.privileges.items() if granted}

    def on_columns(self) -> dict[str, frozenset[str]]:
        """By role, the columns that it may update though it may not update the row.

        The portal's login updates nothing, whatever it may read.
        """
        if not self.update_columns:
            return {}
        return {role: frozenset(self.update_columns) for role in self.on_table() if role != PORTAL}


GRANTS: Mapping[str, TableGrants] = MappingProxyType(
    {
        "django_migrations": TableGrants(CODES),
        "django_content_type": TableGrants(CODES),
        "auth_permission": TableGrants(CODES),
    }
)
"""Tables of the framework, which have no app of ours."""


def written_down() -> dict[str, TableGrants]:
    """Every table that is not ordinary: these, and those that each app names in ``grants.py``.

    Raises ``ValueError`` when two apps name one table.
    """
    everything = dict(GRANTS)
    for config in apps.get_app_configs():
        if config.module is None or config.name == "ccis.access":
            continue
        if not module_has_submodule(config.module, "grants"):
            continue
        named = getattr(import_module(f"{config.name}.grants"), "GRANTS", {})
        twice = everything.keys() & named.keys()
        if twice:
            raise ValueError(f"{config.name} names again: {', '.join(sorted(twice))}")
        everything.update(named)
    return everything


def grants_of(table: str) -> TableGrants:
    """What is written down for a table: its own grants, or the ordinary ones."""
    return written_down().get(table, TableGrants(ORDINARY))


def narrow(named: Mapping[str, TableGrants]) -> list[migrations.RunSQL]:
    """Migration operations that give tables exactly the grants named."""
    return [
        restrict(table, grants.privileges, columns=grants.update_columns)
        for table, grants in named.items()
    ]


def restrict(table: str, grants: Grants, *, columns: tuple[str, ...] = ()) -> migrations.RunSQL:
    """Migration operation: give a table exactly ``grants``, and UPDATE on ``columns`` besides."""
    statements = [f"REVOKE ALL ON {table} FROM {', '.join(OUR_ROLES)}"]
    undo = []
    for role, privileges in sorted(grants.items()):
        statements.append(f"GRANT {', '.join(sorted(privileges))} ON {table} TO {role}")
        if columns and role != PORTAL:
            statements.append(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {role}")
        undo.append(f"GRANT {', '.join(sorted(READ_WRITE))} ON {table} TO {role}")
    return migrations.RunSQL(tuple(statements), tuple(undo))
